"""The page of a demo: drawn from report.json alone, with its pictures as files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import demo_sections_photos as photo_sections
from . import demo_sections_pictures as picture_sections
from . import demo_sections_results as result_sections
from .demo_html import Html, tag
from .demo_section import Json, Section
from .demo_sections_training import duration, last_loss, loss_name, training

STYLE = Path(__file__).with_name("demo_page.css")
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
    sections = _sections(report)
    numbered = (_section(number, section) for number, section in enumerate(sections, 1))
    body = tag("body", _header(report), _contents(sections), tag("main", *numbered), _footer())
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _sections(report: Json) -> list[Section]:
    order = (
        photo_sections.id_photos,
        photo_sections.photos,
        photo_sections.preparation,
        training,
        picture_sections.pose,
        picture_sections.fusion,
        picture_sections.template,
        picture_sections.group,
        result_sections.ranking,
        result_sections.smoke if "smoke" in report else result_sections.portraits,
        result_sections.times,
    )
    return [draw(report) for draw in order]


def _contents(sections: Sequence[Section]) -> Html:
    links = (tag("a", f"{number} {section.title}", href=f"#s{number}") for number, section in enumerate(sections, 1))
    return tag("nav", *links)


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
    photos, trained = report["photos"], report["training"]
    fused = [entry for entry in report["fusion"] if entry["fused"]]
    best = max(fused, key=lambda entry: entry["likeness_after"], default=None)
    likeness = f"{best['likeness_before']:.0%} → {best['likeness_after']:.0%}" if best else "none"
    learned = f"{loss_name(trained)}, before and after {trained['steps']} steps"
    total_s = sum(entry["seconds"] for entry in report["times"])
    tiles = [
        (f"{photos['accepted']} of {photos['total']}", "photos accepted"),
        (f"{trained['validation_before']:.2f} → {last_loss(trained):.2f}", learned),
        (likeness, "likeness of a stranger's photo, before and after fusion"),
        (duration(total_s), "for this run"),
    ]
    return tag("div", *(tag("div", tag("b", value), tag("span", name)) for value, name in tiles), class_="tiles")


def _notice() -> Html:
    command = tag("code", "python scripts/demo.py --checkpoint FILE")
    return tag(
        "p",
        tag("b", "The base checkpoint has random weights. "),
        "Everything but the drawing is a real result. The training is a real one too, but of a network that cannot "
        "draw: what the sampler makes of it is noise, shown only under Installation check. Real portraits: ",
        command,
        class_="notice",
    )


def _section(number: int, section: Section) -> Html:
    heading = tag("h2", tag("span", str(number)), section.title, tag("small", section.chinese, lang="zh"))
    where = tag("p", "Workflow: Templates > facechain > ", tag("b", section.workflow), class_="where")
    return tag("section", heading, where if section.workflow else "", *section.content, id=f"s{number}")


def _footer() -> Html:
    return tag(
        "footer",
        tag("p", "Every number of this page is in ", tag("a", "report.json", href="report.json"), "."),
        tag("p", CREDITS),
    )
