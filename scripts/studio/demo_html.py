"""HTML whose texts cannot become markup: strings are escaped, only elements made here are not."""

from __future__ import annotations

import html
from collections.abc import Sequence

VOID = frozenset({"img", "meta", "br"})


class Html(str):
    """Markup that needs no escaping."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """An element. `class_` stands for `class`; children that are not Html are escaped."""
    named = "".join(f' {key.rstrip("_")}="{html.escape(value)}"' for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{named}>")
    return Html(f"<{name}{named}>{join(*children)}</{name}>")


def join(*children: str) -> Html:
    """The children one after the other."""
    return Html("".join(child if isinstance(child, Html) else html.escape(child) for child in children))


def picture(file: str, alt: str) -> Html:
    """A picture beside the page; a click shows it in full size."""
    return tag("a", tag("img", src=file, alt=alt, loading="lazy"), href=file)


def figure(file: str, alt: str, *caption: str) -> Html:
    """A picture with its caption."""
    return tag("figure", picture(file, alt), tag("figcaption", *caption))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """A table that scrolls sideways where it is too wide."""
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="scroll")


def facts(pairs: Sequence[tuple[str, str]]) -> Html:
    """Names with their values."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs))


def meter(label: str, value: float | None) -> Html:
    """A labelled bar for a likeness, 0..1; without a value it says so."""
    if value is None:
        return tag("div", tag("span", label), tag("b", "no face"), class_="meter")
    grade = "high" if value >= 0.5 else "low"
    fill = tag("i", style=f"width:{value:.0%}", class_=grade)
    return tag("div", tag("span", label), tag("b", f"{value:.0%}"), tag("div", fill, class_="track"), class_="meter")
