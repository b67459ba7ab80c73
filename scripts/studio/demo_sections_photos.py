"""The page's sections about photos: ID photos, verdicts, and crops made ready to train on."""

from __future__ import annotations

from .demo_html import Html, figure, join, picture, table, tag
from .demo_section import Json, Section
from .demo_verdicts import crops, verdict_table

COUNTRIES = {"icao_35x45": "Schengen, UK and most others", "us_2x2": "United States", "china_33x48": "China"}
MM_PER_INCH = 25.4


def id_photos(report: Json) -> Section:
    """Source, ID photos, measures, guides and print sheets."""
    made = report["id_photos"]
    heads = ("standard", "print", "head", "eyes above the edge", "copies on a sheet", "to check")
    content = (
        tag(
            "p",
            "One photo becomes a passport photo: the head as high as the authority wants it, a plain background, and "
            "a sheet to print and cut. It takes seconds and needs no training.",
        ),
        tag(
            "div",
            figure(made["source"], "The photo", tag("b", "The photo")),
            *(_id_photo(entry) for entry in made["id_photos"]),
            class_="grid four",
        ),
        table(heads, [_measures(entry) for entry in made["id_photos"]]),
        *(_drawn(entry) for entry in made["id_photos"][:1]),
        tag("details", tag("summary", "The other standards"), *(_drawn(entry) for entry in made["id_photos"][1:])),
    )
    return Section("ID photo", "证件照", "00-id-photo", content)


def _id_photo(entry: Json) -> Html:
    return figure(entry["photo"], "ID photo", tag("b", _size(entry)), tag("small", _country(entry)))


def _measures(entry: Json) -> tuple[str, ...]:
    measures, remarks = entry["measures"], entry["remarks"]
    to_check = join(*(tag("div", remark["text"]) for remark in remarks)) if remarks else "nothing"
    return (
        _country(entry),
        _size(entry),
        f"{measures['head_mm']:.1f} mm",
        f"{measures['eyes_mm']:.1f} mm",
        str(entry["copies_on_sheet"]),
        to_check,
    )


def _drawn(entry: Json) -> Html:
    return tag(
        "div",
        figure(entry["guide"], "Measures in mm", tag("b", "Measures"), " in mm, and what to check"),
        figure(entry["sheet"], "Print sheet", tag("b", "Print sheet"), " 10 × 15 cm with cut marks"),
        class_="pair",
    )


def _country(entry: Json) -> str:
    standard: str = entry["standard"]
    return COUNTRIES.get(standard, standard)


def _size(entry: Json) -> str:
    width, height = (round(entry[side] / entry["print_dpi"] * MM_PER_INCH) for side in ("width_px", "height_px"))
    return f"{width} × {height} mm"


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
        tag("p", f"{_retouched(retouch['report'])} Pores, moles and the tone of the skin stay; nothing is whitened."),
        _sheet(retouch["sheet"], "Skin before and after"),
        tag("h3", "Tag"),
        tag(
            "p",
            "Each caption says what was measured in the crop, with the number behind each word. What a caption "
            "names, training does not take for part of the person.",
        ),
        _sheet(tags["sheet"], "Every crop with its caption and the measured numbers"),
        tag("details", tag("summary", "The captions as a table"), _captions(tags["report"])),
    )
    return Section("Parse, retouch and tag", "分区、磨皮与打标签", "01-train-person", content)


def _retouched(report: Json) -> str:
    return f"Spots and blotches of the skin are evened at strength {report['strength']:g} of 1."


def _captions(report: Json) -> Html:
    heads = ("face", "caption", "measured")
    return table(heads, [(str(face["face"]), face["caption"], _measured(face["tags"])) for face in report["faces"]])


def _measured(tags: list[Json]) -> Html:
    return join(*(tag("div", f"{each['words']}: ", tag("small", f"{each['value']:g} {each['unit']}")) for each in tags))


def _sheet(file: str, alt: str) -> Html:
    return tag("div", picture(file, alt), class_="sheet")
