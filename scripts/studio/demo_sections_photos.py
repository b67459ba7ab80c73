"""The page's sections about photos: ID photos, verdicts, and crops made ready to train on."""

from __future__ import annotations

from .demo_html import Html, figure, join, picture, table, tag
from .demo_section import Json, Section
from .demo_verdicts import crops, verdict_table

COUNTRIES = {"icao_35x45": "ICAO, most countries", "us_2x2": "United States", "china_33x48": "China"}
MM_PER_INCH = 25.4


def id_photos(report: Json) -> Section:
    """Source, ID photos, measures, guides and print sheets."""
    made = report["id_photos"]["id_photos"]
    source = figure(report["id_photos"]["source"], "The photo", tag("b", "The photo"), tag("small", "as it was taken"))
    content = (
        tag(
            "p",
            "One photo becomes a passport photo: the head as high as the authority wants it, a plain background, and "
            "a sheet to print and cut. It takes seconds and needs no training.",
        ),
        tag("div", source, *(_id_photo(entry) for entry in made), class_="prints"),
        table(("standard", "print", "head", "eyes above the edge", "on a sheet"), [_measures(entry) for entry in made]),
        *(_drawn(entry) for entry in made[:1]),
        tag("details", tag("summary", "The other standards"), *(_drawn(entry) for entry in made[1:])),
    )
    return Section("ID photo", "证件照", "00-id-photo", content)


def _id_photo(entry: Json) -> Html:
    caption = tag("b", _size(entry)), tag("small", _country(entry))
    return tag("div", figure(entry["photo"], "ID photo", *caption), style=f"flex-basis:{_mm(entry, 'width_px') * 5}px")


def _measures(entry: Json) -> tuple[str, ...]:
    measures = entry["measures"]
    lengths = (f"{measures[name]:.1f} mm" for name in ("head_mm", "eyes_mm"))
    return _country(entry), _size(entry), *lengths, f"{entry['copies_on_sheet']} photos"


def _drawn(entry: Json) -> Html:
    remarks = [remark["text"] for remark in entry["remarks"]] or ["nothing."]
    return tag(
        "div",
        figure(entry["guide"], "Measures in mm", tag("b", "Measures"), " in mm and what is allowed"),
        figure(entry["sheet"], "Print sheet", tag("b", "Print sheet"), " 10 × 15 cm with cut marks"),
        tag("p", tag("b", "To check: "), " ".join(remarks), class_="below"),
        class_="pair",
    )


def _country(entry: Json) -> str:
    standard: str = entry["standard"]
    return COUNTRIES.get(standard, standard)


def _size(entry: Json) -> str:
    return f"{_mm(entry, 'width_px')} × {_mm(entry, 'height_px')} mm"


def _mm(entry: Json, side: str) -> int:
    return round(entry[side] / entry["print_dpi"] * MM_PER_INCH)


def photos(report: Json) -> Section:
    """Verdicts, contact sheet, crops."""
    photos = report["photos"]
    content = (
        tag("p", "Every photo is accepted, or refused with reason and advice. A click shows a picture in full size."),
        _sheet(photos["sheet"], "Contact sheet with a verdict for every photo"),
        tag("details", tag("summary", "The same as a table"), verdict_table(photos["photos"])),
        tag("h3", "Aligned crops"),
        tag("p", f"Upright, {photos['crop_px']} px, white where the photo ends. Training begins with these."),
        crops(photos),
    )
    return Section("Photos and their verdicts", "照片检查", "01-train-person", content)


def preparation(report: Json) -> Section:
    """Regions, retouched skin, captions."""
    parsing, retouch, tags = (report["preparation"][name] for name in ("parsing", "retouch", "tags"))
    content = (
        tag("p", "Three steps make the crops ready to train on. Each can be left out of the graph."),
        tag("h3", "Parse"),
        tag("p", "Hair, skin, eyes, clothes and background are told apart; training looks at the enclosed part only."),
        _sheet(parsing["sheet"], "Regions of every crop in colours"),
        tag("h3", "Retouch"),
        tag(
            "p",
            f"Spots and blotches of the skin are evened, on purpose softly: strength {retouch['report']['strength']:g} "
            "of 1. Pores, moles and the tone of the skin stay; nothing is whitened.",
        ),
        _top_of(retouch["sheet"], "Skin before and after"),
        tag("h3", "Tag"),
        tag(
            "p",
            "Each caption says what was measured in the crop, with the number behind each word. What a caption "
            "names, training does not take for part of the person.",
        ),
        _top_of(tags["sheet"], "Every crop with its caption and the measured numbers"),
        tag("details", tag("summary", "The captions as a table"), _captions(tags["report"])),
    )
    return Section("Parse, retouch and tag", "分区、磨皮与打标签", "01-train-person", content)


def _captions(report: Json) -> Html:
    heads = ("face", "caption", "measured")
    return table(heads, [(str(face["face"]), face["caption"], _measured(face["tags"])) for face in report["faces"]])


def _measured(tags: list[Json]) -> Html:
    return join(*(tag("div", f"{each['words']}: ", tag("small", f"{each['value']:g} {each['unit']}")) for each in tags))


def _sheet(file: str, alt: str) -> Html:
    return tag("div", picture(file, alt), class_="sheet")


def _top_of(file: str, alt: str) -> Html:
    return tag("div", picture(file, alt), tag("small", "The top of the sheet; a click shows all."), class_="sheet top")
