"""Styles: a look as one JSON file, and the catalogue that finds them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .base_families import FAMILY_TITLES
from .errors import StyleNotFound, StyleUnreadable, WrongBaseModel
from .facechain_style import read_any_style
from .style_file import Style


@dataclass(frozen=True, slots=True)
class StyleProblem:
    """A style file that cannot be used."""

    style_id: str
    reason: str
    """The text of StyleUnreadable: every problem of the file."""


class StyleCatalog:
    """The styles in some folders. Files are read at every call, so an edited style counts at once."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Of equal ids the first folder's counts: the user's first, the bundled last. A missing folder is empty."""
        self._folders = tuple(folders)

    def ids(self) -> list[str]:
        """Every readable style's id, sorted."""
        return [style.id for style in self.styles()]

    def styles(self) -> tuple[Style, ...]:
        """Every readable style by id; one bad file hides no other."""
        return self._read()[0]

    def problems(self) -> tuple[StyleProblem, ...]:
        """Every file that is no style, by id."""
        return self._read()[1]

    def load(self, style_id: str) -> Style:
        """The style of this id, from the first folder that has it.

        Raises StyleUnreadable if its file has problems: a user's file that is wrong is never
        replaced by the bundled one in silence. Raises StyleNotFound with the nearest ids.
        """
        files = self._files()
        if style_id in files:
            return read_any_style(files[style_id])
        nearest = difflib.get_close_matches(style_id, files, n=3, cutoff=0.5) or sorted(files)
        raise StyleNotFound(
            f'Style "{style_id}" is not on this machine; nearest here: {", ".join(nearest) or "none"}. '
            "Choose one of these, import the style's file (Select Style, Choose…, Import style file…), "
            "or make the style with Save Style."
        )

    def _read(self) -> tuple[tuple[Style, ...], tuple[StyleProblem, ...]]:
        styles, problems = [], []
        for style_id, file in sorted(self._files().items()):
            try:
                styles.append(read_any_style(file))
            except StyleUnreadable as error:
                problems.append(StyleProblem(style_id, str(error)))
        return tuple(styles), tuple(problems)

    def _files(self) -> dict[str, Path]:
        return {file.stem: file for folder in reversed(self._folders) for file in sorted(folder.glob("*.json"))}


def check_base_family(style: Style, family: str) -> None:
    """Nothing, when a model of `family` can carry the LoRA of `style`.

    A style without a LoRA fits every family. Raises WrongBaseModel.
    """
    if style.lora is not None and family != style.base_family:
        needed, found = (FAMILY_TITLES.get(name, name) for name in (style.base_family, family))
        raise WrongBaseModel(
            f'Style "{style.id}" needs base model {needed}, but the connected MODEL is {found}. '
            f"Load an {needed} checkpoint, or choose another style."
        )
