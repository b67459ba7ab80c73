"""The page of a demo: drawn from report.json alone, with its pictures as files beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import demo_sections as sections
from .demo_html import Html, tag

STYLE = Path(__file__).with_name("demo_page.css")
Json = dict[str, Any]
CREDITS = (
    "Pictures: astronaut by NASA, Grace Hopper by the US Navy, rocket by SpaceX, all public domain; "
    "cat by Stefan van der Walt and coffee by Rachel Michetti, CC0."
)


def draw_page(report: Json) -> str:
    """The whole document."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "FaceChain for ComfyUI: demo"),
        tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    last = sections.smoke if "smoke" in report else sections.portraits
    order = (sections.photos, sections.training, sections.fusion, sections.ranking, last, sections.times)
    numbered = (_section(number, *draw(report)) for number, draw in enumerate(order, 1))
    body = tag("body", _header(report), tag("main", *numbered), _footer())
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _header(report: Json) -> Html:
    host = report["host"]
    where = f"ComfyUI {host['comfyui']}, Python {host['python']}, torch {host['torch']}, device {host['device']}"
    return tag(
        "header",
        tag("h1", "From photos to a person to portraits"),
        tag("p", "FaceChain 人像工作室:从照片到人物,再到写真", lang="zh", class_="zh"),
        tag("p", f"Everything below was made by this run, on {where}."),
        _tiles(report),
        _notice() if report["checkpoint"]["random"] else "",
    )


def _tiles(report: Json) -> Html:
    photos, training = report["photos"], report["training"]
    fused = [entry for entry in report["fusion"] if entry["fused"]]
    best = max(fused, key=lambda entry: entry["likeness_after"], default=None)
    likeness = f"{best['likeness_before']:.0%} → {best['likeness_after']:.0%}" if best else "none"
    learned = f"{sections.loss_name(training)}, before and after {training['steps']} steps"
    total_s = sum(entry["seconds"] for entry in report["times"])
    tiles = [
        (f"{photos['accepted']} of {photos['total']}", "photos accepted"),
        (f"{training['validation_before']:.2f} → {sections.last_loss(training):.2f}", learned),
        (likeness, "likeness of a stranger's photo, before and after fusion"),
        (sections.duration(total_s), "for this run"),
    ]
    return tag("div", *(tag("div", tag("b", value), tag("span", name)) for value, name in tiles), class_="tiles")


def _notice() -> Html:
    command = tag("code", "python scripts/demo.py --checkpoint FILE")
    return tag(
        "p",
        tag("b", "The base checkpoint has random weights. "),
        "Photos, verdicts, crops, fusion and ranking are real results. The training is a real one too, but of a "
        "network that cannot draw: what the sampler makes of it is noise, shown only in section 5. Real portraits: ",
        command,
        class_="notice",
    )


def _section(number: int, title: str, chinese: str, *content: str) -> Html:
    heading = tag("h2", tag("span", str(number)), title, tag("small", chinese, lang="zh"))
    return tag("section", heading, *content)


def _footer() -> Html:
    return tag(
        "footer",
        tag("p", "Every number of this page is in ", tag("a", "report.json", href="report.json"), "."),
        tag("p", CREDITS),
    )
