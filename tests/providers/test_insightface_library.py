"""The analyzer that runs the insightface package itself, on stand-ins for its weights."""

from __future__ import annotations

import shutil
import sys
import warnings

import numpy as np
import pytest
from support_face_models import install_stand_ins

from facechain.embeddings import compare
from facechain.errors import AssetCorrupt, AssetMissing, ModelUnavailable
from facechain.geometry import Box
from facechain.providers.catalog import Role, find_model, is_installed, open_model
from facechain.providers.face_models import BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, BUFFALO_DETECTOR, BUFFALO_EMBEDDER
from facechain.providers.insightface_library import InsightFaceLibraryAnalyzer
from facechain.providers.insightface_pack import BuffaloAnalyzer
from facechain.providers.lease import CpuLease
from facechain.providers.licences import accept
from facechain.providers.model_files import ModelLocations

pytest.importorskip("insightface")

CPU = CpuLease()


@pytest.fixture(scope="module")
def installed(tmp_path_factory, locations) -> ModelLocations:
    return install_stand_ins(tmp_path_factory.mktemp("models"), locations)


@pytest.fixture(scope="module")
def library(installed) -> InsightFaceLibraryAnalyzer:
    return InsightFaceLibraryAnalyzer(installed, CPU)


@pytest.fixture
def own(installed, tmp_path) -> ModelLocations:
    """A models folder that a test may change."""
    shutil.copytree(installed.root, tmp_path / "models")
    return ModelLocations(tmp_path / "models")


def corners(box: Box) -> list[float]:
    return [box.x1, box.y1, box.x2, box.y2]


def test_it_agrees_with_the_runner_of_the_same_files(library, installed, photo):
    runner = BuffaloAnalyzer(installed, CPU)
    picture = photo("group")
    assert library.model_id == runner.model_id
    faces = list(zip(library.detect(picture), runner.detect(picture), strict=True))
    assert len(faces) == 2
    for theirs, ours in faces:
        # float32 keeps 1e-4 at coordinates of some thousand pixels.
        assert corners(theirs.box) == pytest.approx(corners(ours.box), abs=1e-3)
        assert np.abs(theirs.contour - ours.contour).max() <= 1e-3
        assert theirs.attributes.female == round(ours.attributes.female)
        assert theirs.attributes.age_years == round(ours.attributes.age_years)
        assert theirs.presence == pytest.approx(ours.presence, abs=1e-3)
        assert compare(library.embed(picture, theirs), runner.embed(picture, ours)) >= 1 - 1e-6


def test_what_it_runs_on_is_named(library):
    assert library.engine == f"insightface {sys.modules['insightface'].__version__} on the CPU"


def test_no_warning_of_other_packages_becomes_ours(library, photo):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (face,) = library.detect(photo("astronaut"))
        library.embed(photo("astronaut"), face)


@pytest.mark.parametrize("size", [(3, 2000), (2000, 3), (1, 1)], ids=str)
def test_a_strip_has_no_face(library, size):
    assert library.detect(np.zeros((*size, 3), np.uint8)) == ()


def test_without_attributes_and_contour_faces_have_neither(own, photo):
    for file in (BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR):
        own.home(file).unlink()
    (face,) = InsightFaceLibraryAnalyzer(own, CPU).detect(photo("astronaut"))
    assert (face.attributes, face.contour) == (None, None)


def test_it_fetches_nothing_when_its_files_are_absent(tmp_path):
    with pytest.raises(AssetMissing, match=r"det_10g\.onnx .*is not on this machine. Searched: .*buffalo_l"):
        InsightFaceLibraryAnalyzer(ModelLocations(tmp_path), CPU)
    assert not list(tmp_path.iterdir())


def test_without_the_package_the_command_and_its_price_are_named(own, monkeypatch):
    entry = find_model(Role.ANALYZER, "insightface", own)
    accept(entry, own)
    assert is_installed(entry, own)
    monkeypatch.setitem(sys.modules, "insightface", None)  # as Python sees a package that is not there
    assert not is_installed(entry, own)
    command = r'-m pip install "insightface>=1\.0\.1"`. It brings the onnxruntime for the CPU'
    with pytest.raises(ModelUnavailable, match=command):
        open_model(Role.ANALYZER, "insightface", own, CPU)
    with pytest.raises(ModelUnavailable, match=rf"insightface cannot be loaded .*{command}"):
        InsightFaceLibraryAnalyzer(own, CPU)


def test_files_in_two_folders_are_refused(own, tmp_path):
    other = tmp_path / "other"
    (other / "models" / "buffalo_l").mkdir(parents=True)
    shutil.move(own.home(BUFFALO_EMBEDDER), other / "models" / "buffalo_l")
    both = ModelLocations(own.root, (("insightface", (other,)),))
    with pytest.raises(ModelUnavailable, match=r"the insightface package reads one folder. Move all files"):
        InsightFaceLibraryAnalyzer(both, CPU)


@pytest.mark.parametrize(
    ("wrong", "place"), [(BUFFALO_EMBEDDER, BUFFALO_DETECTOR), (BUFFALO_DETECTOR, BUFFALO_EMBEDDER)]
)
def test_another_model_under_the_name_is_refused(own, wrong, place):
    shutil.copy(own.home(wrong), own.home(place))
    with pytest.raises(ModelUnavailable, match=r"cannot use the files in .*buffalo_l .*Put the published files there"):
        InsightFaceLibraryAnalyzer(own, CPU)


def test_a_truncated_file_is_refused_with_its_size(own):
    file = own.home(BUFFALO_DETECTOR)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(AssetCorrupt, match=r"det_10g\.onnx is cut off: 1,000 of 16,923,827 bytes"):
        InsightFaceLibraryAnalyzer(own, CPU)
