"""The page's last sections: ranking, portraits or their noise, and times."""

from __future__ import annotations

from .demo_html import figure, meter, picture, table, tag
from .demo_section import Json, Section
from .demo_sections_pictures import CONSENT

METRICS = {"euclidean": "distance", "cosine": "cosine"}
"""What the raw number is called."""


def ranking(report: Json) -> Section:
    """Sheet and numbers."""
    ranking = report["ranking"]
    rows = [_ranked(portrait) for portrait in ranking["portraits"]]
    heads = ("rank", "picture", "likeness", METRICS[ranking["metric"]], "outcome")
    content = (
        tag(
            "p",
            f"Photos and fused pictures in the order of their likeness to the person, by {ranking['model']}. "
            f"Below {ranking['threshold']:.0%} a picture is dropped, without a face it comes last.",
        ),
        tag("div", picture(ranking["sheet"], "Ranked pictures with their likeness"), CONSENT, class_="sheet"),
        tag("details", tag("summary", "The same as a table"), table(heads, rows)),
    )
    return Section("Ranking", "相似度排序", "02-portraits", content)


def _ranked(portrait: Json) -> tuple[str, ...]:
    likeness = meter("", portrait["likeness"])
    outcome = portrait["outcome"].replace("_", " ")
    return str(portrait["rank"]), portrait["shows"], likeness, _number(portrait["raw"]), outcome


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def portraits(report: Json) -> Section:
    """Real portraits, best first."""
    made = report["portraits"]
    kept = [each for each in made["ranking"]["portraits"] if each["kept"]]
    remarks = [*made["prompt"]["notes"], *filter(None, [made["ranking"]["warning"]])]
    shown = (
        figure(file, "Portrait", meter("likeness", each["likeness"]), CONSENT)
        for file, each in zip(made["pictures"], kept, strict=True)
    )
    content = (
        tag("p", "The person in the chosen style, drawn, fused and ranked by the whole workflow at once."),
        tag("div", *shown, class_="grid wide"),
        *(tag("p", remark, class_="notice") for remark in remarks),
        tag("p", tag("b", "Prompt: "), made["prompt"]["positive"]),
    )
    return Section("Portraits", "写真", "06-photos-to-portraits", content)


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
    return Section("Installation check", "安装检查(噪声,不是结果)", "06-photos-to-portraits", (content,))


def times(report: Json) -> Section:
    """How long everything took."""
    rows = [(entry["stage"], f"{entry['seconds']:.1f} s") for entry in report["times"]]
    return Section("Times", "用时", "", (table(("stage", "time"), rows),))
