"""What happens when files of InsightFace's packs are absent, damaged or others."""

from __future__ import annotations

import shutil

import pytest
from support_face_models import install_stand_ins

from facechain.errors import AssetCorrupt, AssetMissing, LicenceNotAccepted, ModelUnavailable
from facechain.providers.catalog import Role, find_model, is_installed, open_model
from facechain.providers.face_models import BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, BUFFALO_DETECTOR, BUFFALO_EMBEDDER
from facechain.providers.insightface_pack import BuffaloAnalyzer
from facechain.providers.lease import CpuLease
from facechain.providers.licences import accept
from facechain.providers.model_files import ModelLocations

CPU = CpuLease()


@pytest.fixture(scope="module")
def installed(tmp_path_factory, locations) -> ModelLocations:
    return install_stand_ins(tmp_path_factory.mktemp("models"), locations)


@pytest.fixture
def own(installed, tmp_path) -> ModelLocations:
    """A models folder that a test may change."""
    shutil.copytree(installed.root, tmp_path / "models")
    return ModelLocations(tmp_path / "models")


def test_without_attributes_and_contour_faces_have_neither(own, photo):
    for file in (BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR):
        own.home(file).unlink()
    entry = find_model(Role.ANALYZER, "buffalo_l", own)
    accept(entry, own)
    assert is_installed(entry, own)
    (face,) = open_model(Role.ANALYZER, "buffalo_l", own, CPU).detect(photo("astronaut"))
    assert (face.attributes, face.contour) == (None, None)
    assert face.mesh is not None


def test_a_pack_whose_licence_nobody_accepted_does_not_run(installed):
    with pytest.raises(LicenceNotAccepted, match="InsightFace non-commercial research"):
        open_model(Role.ANALYZER, "buffalo_l", installed, CPU)


def test_a_missing_detector_is_named_with_its_folder(own):
    own.home(BUFFALO_DETECTOR).unlink()
    accept(find_model(Role.ANALYZER, "buffalo_l", own), own)
    with pytest.raises(AssetMissing, match=r"lacks 1 files: det_10g\.onnx .*belongs into .*buffalo_l"):
        open_model(Role.ANALYZER, "buffalo_l", own, CPU)


@pytest.mark.parametrize(
    ("wrong", "place", "needed"),
    [
        (BUFFALO_EMBEDDER, BUFFALO_DETECTOR, r"3 scores \[n,1\]"),
        (BUFFALO_DETECTOR, BUFFALO_EMBEDDER, r"\[n,3,112,112\]"),
        (BUFFALO_CONTOUR, BUFFALO_ATTRIBUTES, r"female, male, age"),
        (BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, r"fc1 \[1,212\]"),
    ],
    ids=lambda value: getattr(value, "file", None),
)
def test_another_model_under_the_name_is_refused_with_what_is_needed(own, wrong, place, needed):
    shutil.copy(own.home(wrong), own.home(place))
    with pytest.raises(ModelUnavailable, match=rf"{place.file} in .* is another model .*{needed}"):
        BuffaloAnalyzer(own, CPU)


def test_a_truncated_file_is_refused_with_its_size(own):
    file = own.home(BUFFALO_EMBEDDER)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(AssetCorrupt, match=r"w600k_r50\.onnx is cut off: 1,000 of 174,383,860 bytes"):
        BuffaloAnalyzer(own, CPU)
