"""A download that is interrupted goes on where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from facechain.errors import AssetMissing, Cancelled
from facechain.providers.addresses import BLOCK_BYTES
from facechain.providers.model_files import ModelLocations

from .loopback_server import LoopbackServer, loopback_server
from .tiny_models import (
    BRISK,
    FOLDER,
    HALF,
    PATIENT,
    WEIGHTS,
    RecordingProgress,
    fetch,
    leave_part,
    names_in,
    published,
)


@pytest.fixture
def server(monkeypatch) -> Iterator[LoopbackServer]:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with loopback_server() as server:
        yield server


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    return ModelLocations(tmp_path / "models")


def test_a_cut_connection_is_taken_up_where_it_ended(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, cuts=[100_000, 50_000]))
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS
    assert server.ranges == ["", "bytes=100000-", "bytes=150000-"]
    assert server.sent_bytes == 300_000, "no byte came twice"


def test_a_later_call_goes_on_where_an_earlier_one_ended(server, own):
    leave_part(own, WEIGHTS[:HALF])
    progress = RecordingProgress()
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)), progress=progress)
    assert (own.root / FOLDER / "tiny.onnx").read_bytes() == WEIGHTS
    assert server.ranges == ["bytes=150000-"]
    assert progress.reports[1] == (150_000, 300_000)


def test_a_part_that_is_whole_already_needs_no_network(server, own):
    leave_part(own, WEIGHTS)
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
    assert names_in(own) == ["tiny.onnx"]
    assert server.asked == []


def test_a_server_that_cuts_at_once_again_and_again_is_given_up(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, cuts=[100_000, 0, 0, 0]))
    with pytest.raises(AssetMissing, match=r"127\.0\.0\.1 ended after 100000 of 300000 bytes\. It belongs"):
        fetch(own, model)
    assert names_in(own) == ["tiny.onnx.part"]
    assert len(server.asked) == 2


def test_a_server_that_always_cuts_after_a_little_is_given_up_after_a_while(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, cuts=[1000] * 9))
    with pytest.raises(AssetMissing, match=r"ended after 4000 of 300000 bytes"):
        fetch(own, model)
    assert len(server.asked) == 1 + PATIENT.resumes


def test_a_server_without_ranges_sends_the_file_anew(server, own):
    leave_part(own, WEIGHTS[:HALF])
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, knows_ranges=False))
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS
    assert server.ranges == ["bytes=150000-"]


def test_a_stream_in_chunks_that_is_cut_is_taken_up_as_well(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, is_chunked=True, cuts=[HALF]))
    with pytest.raises(AssetMissing, match=r"127\.0\.0\.1 cut the connection \(IncompleteRead"):
        fetch(own, model, patience=replace(PATIENT, resumes=0))
    assert own.home(model).with_name("tiny.onnx.part").stat().st_size == HALF
    server.serve("/tiny.onnx", WEIGHTS)
    fetch(own, model)
    assert server.ranges == ["", "bytes=150000-"]


def test_an_answer_from_another_byte_than_asked_is_not_joined(server, own):
    leave_part(own, WEIGHTS[:HALF])
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, range_shift=1))
    with pytest.raises(AssetMissing, match=r"127\.0\.0\.1 sends from byte 150001 on instead of 150000"):
        fetch(own, model)
    assert own.home(model).with_name("tiny.onnx.part").read_bytes() == WEIGHTS[:HALF]


def test_a_part_longer_than_the_published_file_is_thrown_away(server, own):
    leave_part(own, WEIGHTS + b"more")
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
    assert server.ranges == [""]
    assert (own.root / FOLDER / "tiny.onnx").read_bytes() == WEIGHTS


def test_a_range_beyond_the_end_starts_anew(server, own):
    leave_part(own, WEIGHTS + b"more")
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS), bytes=0))
    assert server.ranges == ["bytes=300004-", ""]
    assert (own.root / FOLDER / "tiny.onnx").read_bytes() == WEIGHTS


def test_a_server_that_falls_silent_is_left(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, stalls_after=0))
    with pytest.raises(AssetMissing, match=r"127\.0\.0\.1 sent nothing for too long \(timed out\)"):
        fetch(own, model, patience=BRISK)
    assert names_in(own) == []


def test_after_a_stall_in_the_middle_it_goes_on(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, stalls_after=HALF))
    fetch(own, model, patience=BRISK)
    assert server.ranges == ["", "bytes=150000-"]
    assert own.home(model).read_bytes() == WEIGHTS


def test_stop_in_the_middle_keeps_what_came(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, stalls_after=HALF))
    with pytest.raises(Cancelled, match=r"Stopped\."):
        fetch(own, model, progress=RecordingProgress(stop_at=HALF), patience=BRISK)
    assert names_in(own) == ["tiny.onnx.part"]
    server.serve("/tiny.onnx", WEIGHTS)
    fetch(own, model)
    assert server.ranges == ["", "bytes=150000-"]
    assert names_in(own) == ["tiny.onnx"]


def test_stop_is_heeded_while_the_bytes_come(server, own):
    model = published(WEIGHTS * 30, server.serve("/tiny.onnx", WEIGHTS * 30))
    with pytest.raises(Cancelled, match=r"Stopped\."):
        fetch(own, model, progress=RecordingProgress(stop_at=1))
    assert own.home(model).with_name("tiny.onnx.part").stat().st_size <= BLOCK_BYTES


def test_stop_before_the_first_byte_asks_nobody(server, own):
    with pytest.raises(Cancelled, match=r"Stopped\."):
        fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)), progress=RecordingProgress(stop_at=0))
    assert server.asked == []
