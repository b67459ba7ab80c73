"""Model files that are published inside of one zip archive."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from facechain.errors import AssetCorrupt, AssetMissing, Cancelled
from facechain.progress import SilentProgress
from facechain.providers.downloads import fetch_model
from facechain.providers.file_download import Patience
from facechain.providers.model_entry import ModelEntry, Proof, Role
from facechain.providers.model_files import ModelFile, ModelLocations, Source

from .loopback_server import LoopbackServer, loopback_server

FOLDER = "insightface/models/tiny"
CONTENTS = {"det.onnx": b"finds faces" * 500, "id.onnx": b"tells people apart" * 500}
OTHERS = {"1k3d68.onnx": b"not wanted" * 500, "__MACOSX/._readme": b"clutter"}


@pytest.fixture
def server(monkeypatch) -> Iterator[LoopbackServer]:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with loopback_server() as server:
        yield server


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    return ModelLocations(tmp_path / "models")


def zipped(files: dict[str, bytes], folder: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as content:
        for name, data in files.items():
            content.writestr(folder + name, data)
    return archive.getvalue()


def entry_of(url: str, archive: bytes, *, folder: str = "", further: tuple[str, ...] = (), **changes) -> ModelEntry:
    """A model whose files lie in `archive` at `url`, below `folder`; `further` addresses have them singly."""
    sha256 = changes.get("archive_sha256", hashlib.sha256(archive).hexdigest())
    files = []
    for name, data in CONTENTS.items():
        inside = Source(url, folder + name, sha256, len(archive))
        single = tuple(Source(f"{address}/{name}") for address in further)
        digest = hashlib.sha256(data).hexdigest()
        files.append(ModelFile(name, digest, len(data), "MIT", (FOLDER,), (inside, *single)))
    return ModelEntry(Role.ANALYZER, "tiny", tuple(files), "MIT", "yes", Proof.CONTRACT, ".tiny", "Tiny")


def fetch(own: ModelLocations, entry: ModelEntry) -> None:
    fetch_model(entry, own, SilentProgress(), patience=Patience(pause_s=0.0))


def contents_of(own: ModelLocations) -> dict[str, bytes]:
    """Every file of the models folder, but for the lock."""
    files = (file for file in own.root.rglob("*") if file.is_file() and file.suffix != ".lock")
    return {file.relative_to(own.root).as_posix(): file.read_bytes() for file in files}


WHOLE = {f"{FOLDER}/{name}": data for name, data in CONTENTS.items()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_download_brings_all_files_and_only_those(server, own, method):
    archive = zipped(CONTENTS | OTHERS, method=method)
    fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == WHOLE
    assert len(server.asked) == 1


@pytest.mark.parametrize("stated", ["", "tiny/"])
@pytest.mark.parametrize("folder", ["", "tiny/", "deep/er/", "tiny\\"])
def test_a_folder_inside_of_the_archive_does_not_matter(server, own, stated, folder):
    archive = zipped(CONTENTS | OTHERS, folder)
    fetch(own, entry_of(server.serve("/tiny.zip", archive), archive, folder=stated))
    assert contents_of(own) == WHOLE


def test_the_stated_path_wins_over_the_same_name_elsewhere(server, own):
    archive = zipped(CONTENTS | {f"old/{name}": b"of last year" for name in CONTENTS})
    fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == WHOLE


def test_two_files_of_the_name_in_other_folders_are_refused(server, own):
    archive = zipped({f"{folder}/{name}": data for folder in "ab" for name, data in CONTENTS.items()})
    with pytest.raises(AssetCorrupt, match=r"sends an archive that holds 2 files of the name det\.onnx instead of one"):
        fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == {}


def test_a_path_that_leads_out_of_the_archive_is_never_followed(server, own):
    archive = zipped(CONTENTS, "../../../../")
    fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == WHOLE
    assert [path.name for path in own.root.parent.iterdir()] == ["models"]


def test_only_the_missing_file_is_taken(server, own):
    archive = zipped(CONTENTS)
    entry = entry_of(server.serve("/tiny.zip", archive), archive)
    own.home(entry.files[0]).parent.mkdir(parents=True)
    own.home(entry.files[0]).write_bytes(b"the user's own")
    fetch(own, entry)
    assert contents_of(own) == WHOLE | {f"{FOLDER}/det.onnx": b"the user's own"}


def test_a_cut_archive_is_taken_up_where_it_ended(server, own):
    archive = zipped(CONTENTS, method=zipfile.ZIP_STORED)
    fetch(own, entry_of(server.serve("/tiny.zip", archive, cuts=[5000]), archive))
    assert contents_of(own) == WHOLE
    assert server.ranges == ["", "bytes=5000-"]
    assert server.sent_bytes == len(archive)


def test_stop_keeps_the_archive_that_came_so_far(server, own):
    class Stopped:
        def step(self, done: int, total: int) -> None:
            if done:
                raise Cancelled("Stopped.")

    archive = zipped(CONTENTS)
    entry = entry_of(server.serve("/tiny.zip", archive), archive)
    with pytest.raises(Cancelled, match=r"Stopped\."):
        fetch_model(entry, own, Stopped())
    assert list(contents_of(own)) == [f"{FOLDER}/tiny.zip.part"]
    fetch(own, entry)
    assert contents_of(own) == WHOLE


def test_an_archive_with_another_checksum_is_not_opened(server, own):
    archive = zipped(CONTENTS)
    entry = entry_of(server.serve("/tiny.zip", archive), archive, archive_sha256="0" * 64)
    with pytest.raises(AssetCorrupt, match=r"127\.0\.0\.1 sends another file \(sha256 .{8}…, published 00000000…"):
        fetch(own, entry)
    assert contents_of(own) == {}
    assert len(server.asked) == 1, "both files, one question"


def test_an_archive_without_a_published_checksum_is_not_asked_for(server, own):
    archive = zipped(CONTENTS)
    entry = entry_of(server.serve("/tiny.zip", archive), archive, archive_sha256="")
    with pytest.raises(
        AssetMissing, match=r"nobody published the checksum of its archive.*tiny\.zip \(inside: det\.onnx"
    ):
        fetch(own, entry)
    assert server.asked == []


@pytest.mark.parametrize("damage", [lambda archive: archive[: len(archive) // 2], lambda _: b"<html>Log in</html>"])
def test_what_cannot_be_unpacked_is_said_and_removed(server, own, damage):
    archive = damage(zipped(CONTENTS))
    with pytest.raises(AssetCorrupt, match=r"sends an archive that cannot be unpacked \(File is not a zip file\)"):
        fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == {}


def test_an_encrypted_archive_is_said_to_be_one(server, own):
    archive = bytearray(zipped(CONTENTS))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # places of the flags, by the format's description
        for found in re.finditer(re.escape(mark), bytes(archive)):
            archive[found.start() + flags] |= 1
    with pytest.raises(AssetCorrupt, match=r"cannot be unpacked \(File .*det\.onnx.* is encrypted"):
        fetch(own, entry_of(server.serve("/tiny.zip", bytes(archive)), bytes(archive)))
    assert contents_of(own) == {}


def test_progress_counts_the_bytes_of_the_archive_once(server, own):
    reports = []

    class Recording:
        def step(self, done: int, total: int) -> None:
            reports.append((done, total))

    archive = zipped(CONTENTS)
    fetch_model(entry_of(server.serve("/tiny.zip", archive), archive), own, Recording())
    assert {total for _, total in reports} == {len(archive)}
    assert reports[-1][0] == len(archive)


def test_damage_inside_of_a_member_is_noticed(server, own):
    archive = zipped(CONTENTS, method=zipfile.ZIP_STORED)
    archive = archive.replace(b"finds faces", b"finds fakes", 1)
    with pytest.raises(AssetCorrupt, match=r"cannot be unpacked \(Bad CRC-32 for file 'det\.onnx'\)"):
        fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert contents_of(own) == {}


def test_a_member_with_another_content_is_not_put_in_place_and_the_others_are(server, own):
    archive = zipped(CONTENTS | {"det.onnx": b"finds fakes" * 500})
    with pytest.raises(
        AssetCorrupt, match=r"archive whose det\.onnx is another file \(sha256 .{8}…, published .{8}…\)"
    ):
        fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))
    assert list(contents_of(own)) == [f"{FOLDER}/id.onnx"]


def test_a_member_that_unpacks_to_more_than_published_is_not_unpacked(server, own):
    archive = zipped(CONTENTS | {"det.onnx": bytes(50_000_000)})
    assert len(archive) < 100_000
    with pytest.raises(AssetCorrupt, match=r"det\.onnx is another file \(50000000 of 5500 bytes\)"):
        fetch(own, entry_of(server.serve("/tiny.zip", archive), archive))


def test_a_member_that_is_not_there_comes_from_the_next_source(server, own):
    archive = zipped({"id.onnx": CONTENTS["id.onnx"]})
    entry = entry_of(server.serve("/tiny.zip", archive), archive, further=(server.address,))
    server.serve("/det.onnx", CONTENTS["det.onnx"])
    fetch(own, entry)
    assert contents_of(own) == WHOLE
    assert [asked.path for asked in server.asked] == ["/tiny.zip", "/det.onnx"]
