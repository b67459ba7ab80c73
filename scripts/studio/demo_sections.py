"""The sections of the page, one function each: the report -> title, Chinese title, content."""

from __future__ import annotations

from typing import Any

from .demo_html import Html, facts, figure, meter, picture, table, tag
from .demo_verdicts import crops, verdict_table

Json = dict[str, Any]
Section = tuple[str, ...]
METRICS = {"euclidean": "distance", "cosine": "cosine"}
"""What the raw number is called."""


def photos(report: Json) -> Section:
    """Verdicts, contact sheet, crops."""
    photos = report["photos"]
    return (
        "Photos and their verdicts",
        "照片检查",
        tag("p", "Every photo is accepted, or refused with reason and advice. A click shows a picture in full size."),
        tag("div", picture(photos["sheet"], "Contact sheet with a verdict for every photo"), class_="sheet"),
        tag("details", tag("summary", "The same as a table"), verdict_table(photos["photos"])),
        tag("h3", "Aligned crops"),
        tag("p", f"Upright, {photos['crop_px']} px, white where the photo ends. These are what is trained on."),
        crops(photos),
    )


def training(report: Json) -> Section:
    """Record, loss picture, LoRA file."""
    record = report["training"]
    kind = "on a crop that was never trained on" if record["held_out"] else "on the crops, with fixed noise"
    return (
        "Training",
        "训练",
        tag("p", f"{record['message']} The loss before and after is measured {kind}."),
        tag(
            "div",
            figure(record["loss_picture"], "Loss per step", "The node's own picture"),
            tag("div", tag("h3", "Record"), _record(record)),
            tag("div", tag("h3", "The LoRA file"), _lora(record["lora"])),
            class_="halves",
        ),
    )


def _record(record: Json) -> Html:
    settings = record["settings"]
    earlier = " (in an earlier run)" if record["was_finished"] else ""
    return facts(
        [
            ("Steps", f"{record['steps']} at {settings['resolution']} px, batch {settings['batch_size']}"),
            ("Learning rate", f"{settings['learning_rate']:g}"),
            ("Loss before", f"{record['validation_before']:.4f}"),
            ("Loss after", f"{last_loss(record):.4f}"),
            ("Time in steps", duration(record["seconds"]) + earlier),
            ("Device", f"{record['device']}, {record['precision']}"),
        ]
    )


def _lora(lora: Json) -> Html:
    return facts(
        [
            ("File", lora["name"]),
            ("Size", f"{lora['bytes'] / 1e6:.2f} MB, {lora['tensors']} tensors"),
            ("Trigger phrase", lora["trigger"]),
            ("Rank, alpha", f"{lora['rank']}, {lora['alpha']}"),
            ("Base", lora["base"]),
            ("sha256", tag("code", lora["sha256"])),
        ]
    )


def fusion(report: Json) -> Section:
    """Target, person and result side by side."""
    person = report["photos"]["crops"][0]
    return (
        "Fusion",
        "人脸融合",
        tag(
            "p",
            "The person's features on a face in another picture, which keeps its shape, light and colour. "
            "Likeness is to the person: 50% is where the model cannot tell.",
        ),
        *(_fused(entry, person) for entry in report["fusion"]),
    )


def _fused(entry: Json, person: str) -> Html:
    result = [meter("likeness after", entry["likeness_after"])] if entry["fused"] else []
    if entry["note"]:
        result.append(tag("p", entry["note"]))
    before = meter("likeness before", entry["likeness_before"])
    return tag(
        "div",
        figure(entry["target"], "Target picture", tag("b", "Target"), before),
        figure(person, "The person", tag("b", "Person"), tag("small", "one of the trained crops")),
        figure(entry["result"], "Result", tag("b", "Result"), *result),
        tag("p", entry["shows"], class_="what"),
        class_="triple",
    )


def ranking(report: Json) -> Section:
    """Sheet and numbers."""
    ranking = report["ranking"]
    rows = [_ranked(portrait) for portrait in ranking["portraits"]]
    heads = ("rank", "picture", "likeness", METRICS[ranking["metric"]], "outcome")
    return (
        "Ranking",
        "相似度排序",
        tag(
            "p",
            f"Real pictures in the order of their likeness to the person, by {ranking['model']}. "
            f"Below {ranking['threshold']:.0%} a picture is dropped, without a face it comes last.",
        ),
        tag("div", picture(ranking["sheet"], "Ranked pictures with their likeness"), class_="sheet"),
        table(heads, rows),
    )


def _ranked(portrait: Json) -> tuple[str, ...]:
    likeness = meter("", portrait["likeness"])
    outcome = portrait["outcome"].replace("_", " ")
    return str(portrait["rank"]), portrait["shows"], likeness, _number(portrait["raw"]), outcome


def portraits(report: Json) -> Section:
    """Real portraits, best first."""
    made = report["portraits"]
    kept = [each for each in made["ranking"]["portraits"] if each["kept"]]
    remarks = [*made["prompt"]["notes"], *filter(None, [made["ranking"]["warning"]])]
    shown = (
        figure(file, "Portrait", meter("likeness", each["likeness"]))
        for file, each in zip(made["pictures"], kept, strict=True)
    )
    return (
        "Portraits",
        "写真",
        tag("div", *shown, class_="grid wide"),
        *(tag("p", remark, class_="notice") for remark in remarks),
        tag("p", tag("b", "Prompt: "), made["prompt"]["positive"]),
    )


def smoke(report: Json) -> Section:
    """The noise of random weights, kept apart."""
    check = report["smoke"]
    shown = (figure(file, "Noise", tag("b", "noise, not a result")) for file in check["pictures"])
    words = tag(
        "p",
        tag("b", "Noise, not a result. "),
        "The whole workflow ran once, to the saved picture: person and style applied, sampled, decoded, fused, "
        "ranked. The weights are random, so the picture shows nothing, and the nodes said so:",
    )
    warning = tag("p", tag("q", check["ranking"]["warning"]))
    content = tag("div", words, warning, tag("div", *shown, class_="grid"), class_="smoke")
    return ("Installation check", "安装检查(噪声,不是结果)", content)


def times(report: Json) -> Section:
    """How long everything took."""
    rows = [(entry["stage"], f"{entry['seconds']:.1f} s") for entry in report["times"]]
    return ("Times", "用时", table(("stage", "time"), rows))


def last_loss(training: Json) -> float:
    """The last validation loss, else the last step's."""
    return (training["validations"] or training["losses"])[-1][1]


def loss_name(training: Json) -> str:
    """What the loss was measured on."""
    return "held-out loss" if training["held_out"] else "validation loss"


def duration(seconds: float) -> str:
    """For people."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
