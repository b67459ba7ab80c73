"""Nothing but the published content is put in place, and a full disk says so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from facechain.errors import AssetCorrupt, AssetMissing
from facechain.providers import file_download
from facechain.providers.addresses import BLOCK_BYTES
from facechain.providers.model_files import ModelLocations

from .loopback_server import LoopbackServer, loopback_server
from .tiny_models import FOLDER, HALF, WEIGHTS, fetch, leave_part, names_in, published


@pytest.fixture
def server(monkeypatch) -> Iterator[LoopbackServer]:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with loopback_server() as server:
        yield server


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    return ModelLocations(tmp_path / "models")


def test_a_part_of_another_file_is_noticed_and_fetched_once_more(server, own):
    leave_part(own, b"x" * HALF)
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
    assert server.ranges == ["bytes=150000-", ""]
    assert (own.root / FOLDER / "tiny.onnx").read_bytes() == WEIGHTS


def test_another_file_is_refused_with_both_hashes_and_the_host(server, own):
    other = b"y" * 300_000
    model = published(WEIGHTS, server.serve("/tiny.onnx", other))
    hashes = rf"sha256 {hashlib.sha256(other).hexdigest()[:8]}…, published {model.sha256[:8]}…; 300000 of 300000 bytes"
    with pytest.raises(AssetCorrupt, match=rf"127\.0\.0\.1 sends another file \({hashes}\)"):
        fetch(own, model)
    assert names_in(own) == []
    assert len(server.asked) == 1


def test_another_file_after_another_beginning_is_asked_for_twice_and_no_more(server, own):
    leave_part(own, b"x" * HALF)
    with pytest.raises(AssetCorrupt, match=r"sends another file"):
        fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", b"y" * 300_000)))
    assert names_in(own) == []
    assert server.ranges == ["bytes=150000-", ""]


def test_a_size_that_is_not_the_published_one_is_refused_before_anything_comes(server, own):
    leave_part(own, WEIGHTS[:HALF])
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS + b"more"))
    with pytest.raises(AssetMissing, match=r"offers 300004 bytes instead of the published 300000"):
        fetch(own, model)
    assert names_in(own) == ["tiny.onnx.part"], "another source may go on with it"


def test_more_bytes_than_published_are_not_taken(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS * 40, declared_bytes=0))
    with pytest.raises(AssetCorrupt, match=r"sends another file .*of 300000 bytes") as raised:
        fetch(own, model)
    assert int(re.findall(r"(\d+) of 300000", str(raised.value))[0]) < 300_000 + BLOCK_BYTES
    assert names_in(own) == []


def test_fewer_bytes_than_the_server_promised_do_not_matter_when_the_file_is_whole(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, declared_bytes=400_000), bytes=0)
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS
    assert len(server.asked) == 1


def test_a_length_that_is_too_short_gives_another_file(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, declared_bytes=1000), bytes=0)
    with pytest.raises(AssetCorrupt, match=r"sends another file \(sha256 .*; 1000 bytes\)"):
        fetch(own, model)


def test_a_disk_without_room_is_noticed_before_the_content_comes(server, own, monkeypatch):
    monkeypatch.setattr(file_download.shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000))
    message = r"models cannot be written \(0 MB are free, 0 MB are needed\)\. Make room .*what came so far is kept"
    with pytest.raises(AssetMissing, match=message):
        fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
    assert names_in(own) == []


def test_a_disk_that_fills_up_keeps_what_fits(server, own):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(AssetMissing, match=r"cannot be written \(File too large\)\. Make room"):
            fetch(own, model)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names_in(own) == ["tiny.onnx.part"]
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS
    assert server.ranges == ["", "bytes=100000-"]


def test_a_folder_that_cannot_be_made_is_named(server, own):
    own.root.mkdir()
    (own.root / "tiny").write_text("a file where the folder should be")
    with pytest.raises(AssetMissing, match=r"tiny.models cannot be written \("):
        fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
