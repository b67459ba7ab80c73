"""The user's own styles in front of the bundled ones: saving, taking in, deleting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from .errors import FaceChainError, InvalidSetting, StyleExists, StyleNotFound, StyleUnreadable
from .geometry import ByteArray
from .names import slug_from_name
from .stored_files import write_atomically
from .style_file import Style, Title, read_style
from .style_json import style_json
from .style_preview import StylePreview, is_saved_preview, style_preview_of
from .styles import StyleCatalog

Clash = Literal["ask", "replace", "keep both"]
"""What is done when another style has the id; "ask" refuses."""
CLASHES: tuple[Clash, ...] = get_args(Clash)

_DELETIONS = ".deletions"


class StyleLibrary:
    """Styles in the first of some folders, which is the user's; the others are only read."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._own = folders[0]
        self._catalog = StyleCatalog(folders)
        self._bundled = StyleCatalog(folders[1:])

    def save(self, style: Style, picture: ByteArray | None = None, *, overwrite: bool = False) -> Style:
        """`style` as it is in the library now, with `picture` beside it; without one an earlier picture stays.

        The very same style may be saved again. Raises StyleExists if another one has the id and
        `overwrite` is off, InvalidSetting, or FaceChainError if it cannot be written; nothing has
        changed then.
        """
        earlier = self._own_style(style.id)
        preview = style_preview_of(style.id, picture) if picture is not None else None
        kept = earlier.preview if earlier else None
        style = replace(style, preview=preview.name if preview else kept)
        if not overwrite and earlier != style:
            self._require_free(style.id)
        return self._store(style, preview)

    def take(self, style: Style, clash: Clash) -> Style:
        """`style`, which comes from elsewhere and without its picture, as it is in the library now.

        A style that is here already, word by word, stays as it is. Raises as `save` does.
        """
        style, here = replace(style, preview=None), self._style_here(style.id)
        if here and replace(here, preview=None) == style:
            return here
        if clash == "keep both" and self.has(style.id):
            style = self._under_a_free_id(style)
        if clash == "ask":
            self._require_free(style.id)
        return self._store(style, None)

    def delete(self, style_id: str) -> None:
        """The user's style of this id is gone, readable or not; its LoRA stays.

        Raises StyleNotFound, InvalidSetting for a bundled style, or FaceChainError if the file is held.
        """
        if style_id not in self.own_ids():
            if style_id in self.bundled_ids():
                raise InvalidSetting(f'Style "{style_id}" is bundled and stays. Delete only styles of your own.')
            raise StyleNotFound(f'There is no style "{style_id}" of your own. Load the list of styles again.')
        style = self._own_style(style_id)
        with _explained(style_id, "deleted"):
            write_atomically(self._own / _DELETIONS, str(self.deletion_count() + 1).encode())
            self._file(style_id).unlink()
        if style:
            self._drop_preview(style)

    def own_ids(self) -> set[str]:
        """Ids of all files of the user's, readable or not."""
        return {file.stem for file in self._own.glob("*.json")}

    def bundled_ids(self) -> set[str]:
        """Ids of the styles that come with this extension."""
        return set(self._bundled.ids())

    def has(self, style_id: str) -> bool:
        """True if a file of this id is here, of the user's or bundled, readable or not."""
        return style_id in self.own_ids() | self.bundled_ids()

    def notes_on(self, style_id: str) -> list[str]:
        """What its owner should know of a style of this id, one sentence each."""
        if not {style_id} <= self.own_ids() & self.bundled_ids():
            return []
        return [f'Your style stands in front of the bundled "{style_id}", which comes back when yours is deleted.']

    def deletion_count(self) -> int:
        """How many styles were ever deleted here. Part of a node's fingerprint: it makes cached results stale."""
        with suppress(OSError, ValueError):
            return int((self._own / _DELETIONS).read_text(encoding="ascii"))
        return 0

    def _store(self, style: Style, preview: StylePreview | None) -> Style:
        content, earlier = style_json(style), self._own_style(style.id)
        with _explained(style.id, "saved"):
            # The style file comes last and in one step: what is interrupted before leaves the earlier style whole.
            is_new = preview is not None and not (self._own / preview.name).exists()
            try:
                if preview:
                    write_atomically(self._own / preview.name, preview.jpeg)
                write_atomically(self._file(style.id), content)
            except OSError:
                if preview and is_new:
                    (self._own / preview.name).unlink(missing_ok=True)
                raise
        if earlier and earlier.preview != style.preview:
            self._drop_preview(earlier)
        return read_style(self._file(style.id))

    def _require_free(self, style_id: str) -> None:
        if style_id in self.own_ids():
            raise StyleExists(
                f'There is a style "{style_id}" of your own already. Replace it (overwrite), or choose another name.'
            )
        if style_id in self.bundled_ids():
            raise StyleExists(
                f'A bundled style is called "{style_id}". Put yours in front of it (overwrite; the bundled one comes '
                "back when yours is deleted), or choose another name."
            )

    def _under_a_free_id(self, style: Style) -> Style:
        number = 2
        while self.has(other := slug_from_name(f"{style.id}-{number}")):
            number += 1
        return replace(style, id=other, title=Title(f"{style.title.en} {number}", f"{style.title.zh} {number}"))

    def _style_here(self, style_id: str) -> Style | None:
        with suppress(StyleNotFound, StyleUnreadable):
            return self._catalog.load(style_id)
        return None

    def _own_style(self, style_id: str) -> Style | None:
        return self._style_here(style_id) if style_id in self.own_ids() else None

    def _drop_preview(self, style: Style) -> None:
        if style.preview and is_saved_preview(style.preview, style.id):
            with suppress(OSError):  # shown by another program right now; it is small and names no one
                (self._own / style.preview).unlink()

    def _file(self, style_id: str) -> Path:
        return self._own / f"{style_id}.json"


@contextmanager
def _explained(style_id: str, what: str) -> Iterator[None]:
    """An OSError of the block becomes words for a person."""
    try:
        yield
    except OSError as error:
        raise FaceChainError(
            f'Style "{style_id}" could not be {what} ({error.strerror or error}); the library is unchanged. '
            "Free disk space, or check the rights of models/facechain/styles, then try again."
        ) from error
