"""scripts/models.py, as a person calls it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facechain.providers.assets import FACE_DETECTOR, FACE_MESH
from facechain.providers.face_models import EDIFFIQA
from facechain.providers.licences import RECORD
from facechain.providers.model_files import ModelLocations

from .loopback_server import loopback_server

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "models.py"
WAIT_S = 60
"""A call takes half a second; this one only ends a test that hangs."""


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    (tmp_path / "models").mkdir()
    return ModelLocations(tmp_path / "models")


def call(*words: str | Path, own: ModelLocations | None = None, script: Path = SCRIPT, **environ: str):
    """Exit status and output of the script; `own` is the models folder."""
    folder = ["--models-folder", str(own.root)] if own else []
    done = subprocess.run(
        [sys.executable, str(script), *map(str, words), *folder],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **environ},
        timeout=WAIT_S,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def put(own: ModelLocations, model, content: bytes) -> None:
    own.home(model).parent.mkdir(parents=True, exist_ok=True)
    own.home(model).write_bytes(content)


def test_list_shows_every_model_with_licence_use_place_and_address(own):
    status, output = call("list", own=own)
    assert status == 0
    assert re.search(
        r"\nFACE ANALYZER\n +buffalo_l +licence to accept +197\.7 MB +InsightFace .*commercial use: no", output
    )
    assert "belongs into insightface/models/buffalo_l" in output
    assert re.search(r"from https://github\.com/.*/buffalo_l\.zip", output)
    assert re.search(r"gfpgan_1\.4 +known, not run +348\.6 MB +Apache-2\.0 +commercial use: yes", output)


def test_list_tells_what_is_here(own, embedded):
    shutil.copytree(embedded, own.embedded)
    _, output = call("list", own=own)
    assert re.search(r"GAZE ESTIMATOR\n +embedded +installed +2\.6 MB .*\n +in facechain/embedded\n", output)


def test_verify_is_content_with_the_published_files(own, embedded):
    own.embedded.mkdir(parents=True)
    shutil.copy(embedded / FACE_DETECTOR.file, own.embedded)
    status, output = call("verify", own=own)
    assert status == 0
    assert re.search(
        rf"as published +facechain/embedded/{FACE_DETECTOR.file}\nFiles compared in .*: 1, none differs", output
    )


def test_verify_ends_with_1_when_a_file_is_damaged_or_another(own):
    put(own, FACE_MESH, b"half of it")
    put(own, EDIFFIQA, bytes(EDIFFIQA.bytes + 1))
    status, output = call("verify", own=own)
    assert status == 1
    assert re.search(rf"damaged +facechain/embedded/{FACE_MESH.file}", output)
    assert re.search(rf"other content +facechain/opencv/{EDIFFIQA.file}", output)
    assert ": 2, 2 not as published" in output


@pytest.mark.parametrize("action", ["fetch", "accept"])
def test_an_unknown_id_is_answered_with_the_known_ones(own, action):
    status, output = call(action, "buffalo", own=own)
    assert status == 1
    assert 'There is no model "buffalo". Known: buffalo_l, antelopev2' in output


def test_a_restricted_model_is_not_fetched_before_somebody_accepted(own):
    status, output = call("fetch", "buffalo_l", own=own)
    assert status == 1
    assert "nobody accepted it on this machine" in output
    assert list(own.root.iterdir()) == []


def test_a_model_that_nothing_runs_is_neither_fetched_nor_accepted(own):
    assert call("fetch", "gfpgan_1.4", own=own)[0] == 1
    status, output = call("accept", "codeformer", own=own)
    assert status == 1
    assert "no code that runs codeformer" in output
    assert list(own.root.iterdir()) == []


def test_accept_shows_the_terms_and_remembers_the_consent(own):
    status, output = call("accept", "buffalo_l", "--yes", own=own)
    assert status == 0
    assert "InsightFace non-commercial research, forbids commercial use.\nRead it at https://github.com/" in output
    assert "analyzer/buffalo_l" in json.loads((own.root / RECORD).read_text())
    assert "was accepted here before" in call("accept", "buffalo_l", own=own)[1]


def test_accept_without_a_terminal_or_yes_accepts_nothing(own):
    status, output = call("accept", "buffalo_l", own=own)
    assert status == 1
    assert "There is no terminal to ask on. If you agree, run this again with --yes." in output
    assert not (own.root / RECORD).exists()


@pytest.mark.parametrize(("answer", "accepted"), [("yes", True), ("y", False), ("", False)])
def test_accept_asks_on_a_terminal_for_the_whole_word(own, answer, accepted):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, str(SCRIPT), "accept", "buffalo_l", "--models-folder", str(own.root)]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=WAIT_S, check=False)
    os.close(ours)
    os.close(theirs)
    assert 'Type "yes" if you agree: ' in done.stdout
    assert (done.returncode, (own.root / RECORD).exists()) == ((0, True) if accepted else (1, False))


def test_accept_refuses_a_licence_that_needs_none(own):
    status, output = call("accept", "yunet_sface", own=own)
    assert status == 1
    assert "The licence of yunet_sface, MIT AND Apache-2.0, needs no acceptance." in output


def test_what_a_mirror_sends_instead_is_refused_and_nothing_is_left(own):
    with loopback_server() as server:
        server.serve(
            "/opencv/face_image_quality_assessment_ediffiqa/resolve/main/ediffiqa_tiny_jun2024.onnx", b"Log in"
        )
        status, output = call("fetch", "ediffiqa", own=own, HF_ENDPOINT=server.address)
    assert status == 1
    assert "1 of 1 missing files could not be fetched.\nediffiqa_tiny_jun2024.onnx (sha256 9426c899" in output
    assert [file.name for file in own.root.rglob("*") if file.is_file()] == ["fetching.lock"]


def test_fetch_leaves_complete_embedded_models_as_they_are(own, embedded):
    shutil.copytree(embedded, own.embedded)
    status, output = call("fetch", own=own)
    assert status == 0
    assert f"The files of pose estimator embedded are in {own.embedded}." in output
    status, output = call("fetch", "--folder", own.embedded)
    assert (status, output) == (0, f"The embedded models are in {own.embedded}.\n")


def test_a_folder_for_the_embedded_models_goes_with_no_other_model(tmp_path):
    status, output = call("fetch", "ediffiqa", "--folder", tmp_path)
    assert status == 2
    assert "--folder is for the embedded models alone" in output


def test_a_models_folder_that_is_not_there_is_not_made(tmp_path):
    status, output = call("accept", "buffalo_l", "--yes", own=ModelLocations(tmp_path / "modles"))
    assert status == 1
    assert "modles is no folder. Name ComfyUI's models folder." in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inside", [True, False])
def test_the_models_folder_is_that_of_the_comfyui_around_the_extension(tmp_path, inside):
    extension = tmp_path / "ComfyUI" / ("custom_nodes" if inside else "elsewhere") / "facechain-portrait"
    for folder in ("facechain", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(SCRIPT.parents[1] / folder, extension / folder, ignore=ignored)
    (tmp_path / "ComfyUI" / "models").mkdir()
    status, output = call("list", script=extension / "scripts" / "models.py")
    if inside:
        assert f"Searched: {tmp_path / 'ComfyUI' / 'models'}." in output
    else:
        assert (status, output.endswith("Add --models-folder DIR.\n")) == (1, True)
