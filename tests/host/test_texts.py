"""Every node is explained in English and Chinese, and no text explains what does not exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain

import pytest

from studio.cache import EXTENSION

CHINESE = EXTENSION / "locales" / "zh"
PAGES = EXTENSION / "js" / "docs"
HAN = re.compile(r"[\u4e00-\u9fff]")
SYNTAX = re.compile(r"[@{}|%]")
"""The page's translator reads these as links, values and plurals."""


@pytest.fixture(scope="module")
def nodes(comfy):
    """Our nodes as the host describes them, by id."""
    return {id: node for id, node in comfy.client.object_info().items() if id.startswith("FaceChain")}


@pytest.fixture(scope="module")
def served(comfy):
    """The Chinese texts that the page asks for; no other extension is mounted."""
    return comfy.client.get("/i18n")["zh"]


def test_the_host_serves_the_files_as_they_are(served):
    defined = json.loads((CHINESE / "nodeDefs.json").read_text("utf-8"))
    main = json.loads((CHINESE / "main.json").read_text("utf-8"))
    assert served == {**main, "nodeDefs": defined}


def test_every_english_text_of_a_node_has_a_chinese_one(nodes, served):
    given = dict(flat(served["nodeDefs"]))
    assert [key for key in explained(nodes) if not given.get(key)] == []


def test_nothing_is_translated_that_does_not_exist(nodes, served):
    assert {key for key, _ in flat(served["nodeDefs"])} - set(explained(nodes)) == set()


def test_every_translated_category_is_one_of_ours(nodes, served):
    ours = {segment for node in nodes.values() for segment in node["category"].split("/")}
    assert set(served["nodeCategories"]) <= ours


def test_every_sentence_is_in_chinese(served):
    # Names may be the same in both languages: CLIP, LoRA.
    sentences = [(key, text) for key, text in flat(served) if key.endswith(("description", "tooltip"))]
    assert [key for key, text in sentences if not HAN.search(text)] == []


def test_no_text_holds_a_sign_of_the_translators_syntax(served):
    assert [key for key, text in flat(served) if SYNTAX.search(text)] == []


@pytest.mark.parametrize("place", ["{}.md", "{}/zh.md"])
def test_every_node_has_a_help_page_that_names_its_inputs_and_outputs(nodes, place):
    pages = {id: (PAGES / place.format(id)).read_text("utf-8") for id in nodes}
    names = [(id, name) for id, node in nodes.items() for name in chain(inputs(node), node["output_name"])]
    assert [(id, name) for id, name in names if f"`{name}`" not in pages[id]] == []


def test_every_help_page_has_the_nodes_name_as_its_title(nodes, served):
    english = {id: f"# {node['display_name']}" for id, node in nodes.items()}
    chinese = {id: f"# {texts['display_name']}" for id, texts in served["nodeDefs"].items()}
    assert {page.stem: title(page) for page in PAGES.glob("*.md")} == english
    assert {page.parent.name: title(page) for page in PAGES.glob("*/zh.md")} == chinese


def explained(nodes) -> Iterator[str]:
    """Keys of the texts that a translation needs, for example "FaceChainLoadPhotos.inputs.folder.tooltip"."""
    for id, node in nodes.items():
        yield from (f"{id}.display_name", f"{id}.description")
        for name, options in inputs(node).items():
            yield from named(f"{id}.inputs.{name}", options.get("tooltip"))
            if options.get("control_after_generate"):
                yield f"{id}.inputs.control_after_generate.name"  # the page adds this widget itself
        for index, tooltip in enumerate(node["output_tooltips"]):
            yield from named(f"{id}.outputs.{index}", tooltip)


def named(key, tooltip) -> Iterator[str]:
    yield f"{key}.name"
    if tooltip:
        yield f"{key}.tooltip"


def inputs(node) -> dict[str, dict]:
    """Options of every input by name."""
    every = chain(node["input"].get("required", {}).items(), node["input"].get("optional", {}).items())
    return {name: (spec[1] if len(spec) > 1 else {}) for name, spec in every}


def flat(texts, prefix="") -> Iterator[tuple[str, str]]:
    """Every text with its key; levels are joined with dots."""
    for name, value in texts.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from flat(value, f"{prefix}{name}.")


def title(page) -> str:
    return page.read_text("utf-8").splitlines()[0]
