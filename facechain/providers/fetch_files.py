"""Missing model files, each from the first of its sources that has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..errors import AssetCorrupt, AssetMissing
from ..progress import Progress
from ..stored_files import put_in_place
from .addresses import host_of, mirrored
from .assets import fetch_embedded
from .file_download import Patience, Wanted, WrongContent, download
from .model_files import ModelFile, ModelLocations, Source
from .network_trouble import Unreachable
from .zip_members import take_members


def fetch_files(
    missing: Sequence[ModelFile], locations: ModelLocations, progress: Progress, patience: Patience
) -> None:
    """Every file lies at its home, with the published content; an archive that holds several comes once.

    Raises OSError for the disk; AssetMissing or AssetCorrupt for all files that could not be had, after
    those that could were brought.
    """
    embedded = [file for file in missing if file.is_embedded]
    own = [file for file in missing if not file.is_embedded]
    bytes_done = _BytesDone(progress, _planned_bytes(own) + sum(file.bytes for file in embedded))
    bytes_done.step(0, 0)
    if embedded:
        share = _Share(bytes_done, sum(file.bytes for file in embedded))
        fetch_embedded(locations.embedded, share)
        bytes_done.finish(share.bytes)
    fetch = _Fetch(own, locations, bytes_done, patience)
    refused = [file for file in own if not fetch.bring(file)]
    if refused:
        corrupt = any(fetch.was_sent_another(file) for file in refused)
        lines = "\n".join(f"{file}: {fetch.what_happened(file)}" for file in refused)
        raise (AssetCorrupt if corrupt else AssetMissing)(
            f"{len(refused)} of {len(missing)} missing files could not be fetched.\n{lines}\n"
            "Try again later, which goes on where this ended, or put them there by hand."
        )


class _BytesDone:
    """Bytes of one file after the other, as bytes of all."""

    def __init__(self, progress: Progress, planned: int) -> None:
        self._progress = progress
        self._planned = planned
        self._finished = 0

    def step(self, done: int, total: int) -> None:
        """`done` of `total` bytes of the present file; a size that nobody published makes the whole larger."""
        now = self._finished + done
        self._progress.step(now, max(self._planned, now, self._finished + total))

    def finish(self, bytes: int) -> None:
        """The present file, of this size, is there."""
        self._finished += bytes


class _Share:
    """Work that counts something else, as `bytes` of the whole."""

    def __init__(self, bytes_done: _BytesDone, bytes: int) -> None:
        self._bytes_done = bytes_done
        self.bytes = bytes

    def step(self, done: int, total: int) -> None:
        """The same part of our bytes is done."""
        self._bytes_done.step(self.bytes * done // max(total, 1), self.bytes)


class _Fetch:
    """The sources of some files, each asked at most once."""

    def __init__(
        self, files: Sequence[ModelFile], locations: ModelLocations, bytes_done: _BytesDone, patience: Patience
    ) -> None:
        self._homes = {file: locations.home(file) for file in files}
        self._bytes_done = bytes_done
        self._patience = patience
        self._troubles: dict[str, Unreachable] = {}
        """Address -> why it did not help."""

    def bring(self, file: ModelFile) -> bool:
        """True if `file` is at its home now."""
        for source in file.sources if file.sha256 else ():
            # It came with another file's archive, or another process brought it while we waited.
            if self._homes[file].is_file():
                break
            if source.url not in self._troubles:
                try:
                    self._ask(source, file)
                except Unreachable as trouble:
                    self._troubles[source.url] = trouble
        return self._homes[file].is_file()

    def was_sent_another(self, file: ModelFile) -> bool:
        """True if a source of `file` sent something else than the published content."""
        return any(isinstance(self._troubles.get(source.url), WrongContent) for source in file.sources)

    def what_happened(self, file: ModelFile) -> str:
        """Why `file` is not there, where it belongs, and where it is published."""
        urls = [source.url for source in file.sources if source.url in self._troubles]
        asked = [f"{host_of(mirrored(url))} {self._troubles[url]}" for url in urls]
        reason = "; ".join(asked) or f"nobody published its {'address' if file.sha256 else 'checksum'}"
        inside = [f"{one.url} (inside: {one.member})" if one.member else one.url for one in file.sources]
        published = f" and is published at {', '.join(inside)}" if inside else ""
        return f"{reason}. It belongs into {self._homes[file].parent}{published}."

    def _ask(self, source: Source, file: ModelFile) -> None:
        self._homes[file].parent.mkdir(parents=True, exist_ok=True)
        if source.member:
            self._ask_for_archive(source, file)
            return
        part = self._homes[file].with_name(f"{file.file}.part")
        self._download(source.url, Wanted(file.sha256, file.bytes, part))
        put_in_place(part, self._homes[file])

    def _ask_for_archive(self, source: Source, file: ModelFile) -> None:
        if not source.archive_sha256:
            raise Unreachable("is not asked, because nobody published the checksum of its archive")
        name = PurePosixPath(urlsplit(source.url).path).name
        part = self._homes[file].with_name(f"{name}.part")
        members = {
            one.member: (model, home)
            for model, home in self._homes.items()
            for one in model.sources
            if one.url == source.url
        }
        room = sum(model.bytes for model, _ in members.values())
        self._download(source.url, Wanted(source.archive_sha256, source.archive_bytes, part, room))
        try:
            take_members(part, members)
        except WrongContent:
            part.unlink()
            raise
        part.unlink()

    def _download(self, url: str, wanted: Wanted) -> None:
        download(mirrored(url), wanted, self._bytes_done.step, self._patience)
        self._bytes_done.finish(wanted.part.stat().st_size)


def _planned_bytes(files: Sequence[ModelFile]) -> int:
    """Of all first sources; 0 for those of unknown size."""
    sizes: dict[str, int] = {}
    for file in files:
        first = next(iter(file.sources), None)
        sizes[first.url if first else file.file] = first.archive_bytes if first and first.member else file.bytes
    return sum(sizes.values())
