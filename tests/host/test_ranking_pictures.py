"""Rank Portraits in the host: pictures of several sizes, converted one by one, and small copies for the page."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from PIL import Image

from studio.cache import EXTENSION
from studio.results import PromptRejected


@pytest.fixture(scope="module")
def converted(comfy):
    """What the host's torch gives for batches of several sizes and channels."""
    plan = comfy.plan
    done = subprocess.run(
        [plan.comfyui.python, EXTENSION / "tests" / "host" / "pictures_probe.py", EXTENSION],
        cwd=plan.comfyui.folder,
        env={**os.environ, "PYTHONPATH": str(plan.comfyui.folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_picture_of_every_batch_has_its_place(converted):
    assert converted["shapes"] == [[8, 6, 3], [8, 6, 3], [4, 5, 3], [3, 3, 3]]
    assert converted["slice"] == converted["shapes"][1:3]
    assert converted["all_at_once"] == converted["shapes"][:2]
    assert converted["last"] == [255, 255, 255]  # transparent over white
    assert converted["of_an_empty_batch"] == 0


def test_a_picture_is_converted_when_it_is_asked_for(converted):
    # 0.2 of 255; then the tensor became NaN, which has no colour.
    assert converted["second_before_and_after"] == [51, 0]


@pytest.fixture(scope="module")
def folder(comfy, photos):
    """Three pictures of three sizes: a large one, one that is not square, and a small one without a face."""
    folder = comfy.base / "input" / "sizes"
    folder.mkdir()
    Image.open(photos.astronaut).resize((1400, 1400)).save(folder / "0.png")
    Image.open(photos.grace_hopper).save(folder / "1.png")
    Image.new("RGB", (90, 70)).save(folder / "2.png")
    return folder.name


def prompt_of(folder, **settings):
    return {
        "pictures": {"class_type": "FaceChainLoadPhotos", "inputs": {"photos": "", "folder": folder}},
        "person": {"class_type": "FaceChainLoadPhotos", "inputs": {"photos": f"{folder}/0.png", "folder": ""}},
        "rank": {
            "class_type": "FaceChainRankPortraits",
            "inputs": {
                "images": ["pictures", 1],
                "reference": ["person", 1],
                "keep": 1,
                "threshold": 0.5,
                **settings,
            },
        },
    }


@pytest.fixture(scope="module")
def ranked(comfy, folder):
    """The result of a prompt of an earlier version: it does not know the filter."""
    return comfy.client.run(prompt_of(folder), timeout_s=120).outputs["rank"]


def test_pictures_of_three_sizes_are_ranked_and_counted(ranked):
    report = ranked["facechain"][0]
    assert [portrait["index"] for portrait in report["portraits"]] == [0, 1, 2]
    assert report["counts"] == {"kept": 1, "beyond_keep": 0, "below_threshold": 1, "no_face": 1, "filtered": 0}
    assert report["summary"] == "3 portraits: 1 kept, 1 below 50%, 1 without a face"
    assert (report["filter"], report["scale"]["photos"]) == ("none", 1)


def test_the_page_gets_a_small_copy_of_each_without_the_workflow(comfy, ranked):
    sizes = []
    for image in ranked["portraits"]:
        file = comfy.base / "temp" / image["subfolder"] / image["filename"]
        with Image.open(file) as copy:
            sizes.append((copy.format, copy.size))
        assert b"FaceChain" not in file.read_bytes()
    assert sizes == [("JPEG", (1024, 1024)), ("JPEG", (512, 600)), ("JPEG", (90, 70))]


def test_the_filter_is_part_of_a_prompt(comfy, folder):
    report = comfy.client.run(prompt_of(folder, filter="facechain"), timeout_s=120).outputs["rank"]["facechain"][0]
    assert report["filter"] == "facechain"
    assert report["portraits"][0]["outcome"] == "kept_as_best"  # her face takes 21 % of the side


def test_an_unknown_filter_is_refused(comfy, folder):
    with pytest.raises(PromptRejected, match="filter"):
        comfy.client.run(prompt_of(folder, filter="blue"), timeout_s=120)
