"""Model files out of a zip archive, under our own names and nowhere else than where they belong."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from ..stored_files import put_in_place
from .addresses import BLOCK_BYTES
from .file_download import WrongContent, require_space
from .model_files import ModelFile


def take_members(archive: Path, homes: Mapping[str, tuple[ModelFile, Path]]) -> None:
    """Every model lies at its home, with the published content; `homes` is keyed by the path inside of `archive`.

    A member is also found in another folder of the archive, if only one there has its name.
    Raises WrongContent for the members that are not the published files, after the others were taken.
    """
    wrong: list[WrongContent] = []
    try:
        with zipfile.ZipFile(archive) as content:
            for member, (model, home) in homes.items():
                try:
                    _take(content, _find(content, member), model, home)
                except WrongContent as error:
                    wrong.append(error)
    # RuntimeError: encrypted; NotImplementedError, a child of it: compressed in a way unknown to Python.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise WrongContent(f"sends an archive that cannot be unpacked ({error})") from error
    if wrong:
        raise WrongContent("; ".join(map(str, wrong)))


def _find(content: zipfile.ZipFile, member: str) -> zipfile.ZipInfo:
    files = [info for info in content.infolist() if not info.is_dir()]
    exact = [info for info in files if info.filename == member]
    # PureWindowsPath knows both separators: some archives were made on Windows.
    name = PureWindowsPath(member).name
    found = exact or [info for info in files if PureWindowsPath(info.filename).name == name]
    if len(found) != 1:
        raise WrongContent(f"sends an archive that holds {len(found) or 'no'} files of the name {name} instead of one")
    return found[0]


def _take(content: zipfile.ZipFile, info: zipfile.ZipInfo, model: ModelFile, home: Path) -> None:
    limit = model.bytes or info.file_size
    if info.file_size != limit:
        raise _another_member(model, f"{info.file_size} of {limit} bytes")
    home.parent.mkdir(parents=True, exist_ok=True)
    require_space(home.parent, info.file_size)
    part = home.with_name(f"{home.name}.part")
    digest = hashlib.sha256()
    try:
        with content.open(info) as source, part.open("wb") as target:
            # zipfile itself reads no more than the size that the archive states, which was compared above.
            while block := source.read(BLOCK_BYTES):
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != model.sha256:
            raise _another_member(model, f"sha256 {digest.hexdigest()[:8]}…, published {model.sha256[:8]}…")
        put_in_place(part, home)
    finally:
        part.unlink(missing_ok=True)


def _another_member(model: ModelFile, how: str) -> WrongContent:
    return WrongContent(f"sends an archive whose {model.file} is another file ({how})")
