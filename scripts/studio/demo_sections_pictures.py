"""The page's sections about other pictures: poses, fusion, template and group photo."""

from __future__ import annotations

from .demo_html import Html, figure, meter, tag
from .demo_section import Json, Section

CONSENT = tag("small", "Composed. Use a face only with its person's consent. 须经本人同意。", class_="consent")

ALIKE = "Every face is most alike to its own person: the faces do not mix."
NOT_ALIKE = (
    "Not every face is most alike to its own person: spectacles stay as the template shows them, and they count much "
    "for the model that compares."
)


def pose(report: Json) -> Section:
    """The estimated pose, and the examples."""
    found = report["pose"]
    people = "1 person" if found["people"] == 1 else f"{found['people']} people"
    content = (
        tag(
            "p",
            "A portrait can be drawn in a given pose: estimated in any photo, or chosen from examples. The map goes "
            "to an OpenPose ControlNet, which you add to ComfyUI; this run needs none, since it only makes the maps.",
        ),
        tag(
            "div",
            figure(found["photo"], "The photo", tag("b", "The photo")),
            figure(found["overlay"], "Pose over the photo", tag("b", "Estimate Pose"), f" finds {people}"),
            figure(found["map"], "Pose map", tag("b", "Pose map"), " for the ControlNet"),
            class_="triple first",
        ),
        tag("h3", "Example poses"),
        tag("div", *(_example(each) for each in found["examples"]), class_="poses"),
    )
    return Section("Pose", "姿势", "03-portraits-in-pose", content)


def _example(example: Json) -> Html:
    caption = example["title"]["en"], tag("small", example["title"]["zh"], lang="zh")
    return figure(example["map"], example["title"]["en"], *caption)


def fusion(report: Json) -> Section:
    """Target, person and result side by side."""
    person = report["photos"]["crops"][0]
    content = (
        tag(
            "p",
            "The person's features on a face in another picture, which keeps its shape, light, colour and spectacles. "
            "Likeness is to the person: 50% is where the model cannot tell. Read it with care here: the result is made "
            "of the very photos that it is compared with.",
        ),
        *(_fused(entry, person) for entry in report["fusion"]),
    )
    return Section("Fusion", "人脸融合", "02-portraits", content)


def _fused(entry: Json, person: str) -> Html:
    before = meter("likeness before", entry["likeness_before"])
    return tag(
        "div",
        figure(entry["target"], "Target picture", tag("b", "Target"), before),
        _person(person),
        figure(entry["result"], "Result", tag("b", "Result"), *_outcome(entry)),
        tag("p", entry["shows"], class_="what"),
        class_="triple",
    )


def _person(file: str) -> Html:
    return figure(file, "The person", tag("b", "Person"), tag("small", "one of the trained crops"))


def _outcome(entry: Json) -> list[Html]:
    if not entry["fused"]:
        return [tag("p", entry["note"])]
    remarks = [tag("small", remark) for remark in entry["remarks"]]
    return [meter("likeness after", entry["likeness_after"]), *remarks, CONSENT]


def template(report: Json) -> Section:
    """One person in a photo of two."""
    entry = report["template"]
    half = entry["left_half"]
    content = (
        tag(
            "p",
            "The trained person takes the right place in a finished photo; the other face stays as it is. "
            "Here without diffusion, so it takes seconds; one switch of the workflow redraws the face as well.",
        ),
        tag(
            "div",
            figure(entry["template"], "Template", tag("b", "Template"), tag("small", "two public portraits")),
            _person(report["photos"]["crops"][0]),
            figure(entry["result"], "Result", tag("b", "Result"), *_outcome(entry)),
            class_="triple first wide",
        ),
        tag("p", f"In the left half, {half['changed']:,} of {half['total']:,} pixels changed."),
    )
    return Section("Template photo", "模板照片", "04-template", content)


def group(report: Json) -> Section:
    """Two persons in one photo."""
    entry = report["group"]
    placed = ", ".join(f"{person['person']} on face {person['face']}" for person in entry["persons"])
    content = (
        tag("p", f"Each person gets one face: {placed}. {ALIKE if entry['all_most_alike'] else NOT_ALIKE}"),
        tag(
            "p",
            f"Only the fusion is shown, which needs photos and no LoRA. {entry['second_name']} was not trained; "
            "she was in the library for this picture alone, with one photo.",
        ),
        tag(
            "div",
            figure(entry["template"], "Template", tag("b", "Template")),
            figure(entry["group"], "Result", tag("b", "Result"), CONSENT),
            figure(entry["overlay"], "Numbered faces", tag("b", "Who is where"), CONSENT),
            figure(entry["table"], "Likeness table", tag("b", "Likeness"), " of every face to every person", CONSENT),
            class_="pair",
        ),
    )
    return Section("Group photo", "多人合影", "05-group-photo", content)
