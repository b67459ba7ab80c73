"""Swappers on stand-ins, beside the insightface package and beside the published arithmetic."""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from support_face_models import draw_ediffiqa
from support_swap_models import (
    draw_swapper,
    identity_map,
    put_swapper,
    with_last_weights,
)

from facechain.errors import AssetCorrupt, AssetMissing, DegenerateLandmarks, LicenceNotAccepted, ModelUnavailable
from facechain.face_crop import FaceCrop
from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.interfaces import FaceSwapper
from facechain.providers.catalog import find_model, is_installed, model_ids, open_model
from facechain.providers.face_models import BUFFALO_EMBEDDER
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.providers.onnxruntime_session import load_onnxruntime

IDS = model_ids(Role.SWAPPER)
MAPPED = [id for id in IDS if not id.startswith("hyperswap")]
PACKAGE_RUNS = ["inswapper_128", "reswapper_128", "reswapper_256"]
"""The package multiplies in the type of the matrix: with float16 it would round the identity."""
ONE_LEVEL = 1
"""Of 255: the package cuts off what we round."""
MOVED_SHARE = 1e-4
"""The package holds its template in float32, so that a sample in ten thousand is taken 1/32 px beside ours."""


def opened(locations: ModelLocations, id: str) -> FaceSwapper:
    return open_model(Role.SWAPPER, id, locations, CpuLease())


def stand_in(root: Path, id: str) -> FaceSwapper:
    locations = ModelLocations(root)
    put_swapper(locations, id)
    return opened(locations, id)


@pytest.fixture(scope="module")
def astronaut(photo, analyzer) -> tuple[np.ndarray, Face]:
    (face,) = analyzer.detect(photo("astronaut"))
    return photo("astronaut"), face


@pytest.fixture(scope="module")
def hopper(photo, analyzer) -> tuple[np.ndarray, Face]:
    (face,) = analyzer.detect(photo("hopper"))
    return photo("hopper"), face


@pytest.fixture(scope="module")
def package():
    return pytest.importorskip("insightface")


def record_of(package: Any, picture: np.ndarray, face: Face, embedder: Path | None = None) -> Any:
    """The face as the package has it, with its embedding if there is an embedder."""
    # As exact as ours: from float32 points it would align in float32.
    record = package.app.common.Face(kps=face.landmarks.points.astype(np.float64))
    if embedder:
        network = package.model_zoo.get_model(str(embedder), providers=["CPUExecutionProvider"])
        network.get(bgr(picture), record)
    return record


def session_of(file: Path) -> Any:
    return load_onnxruntime().InferenceSession(str(file), providers=["CPUExecutionProvider"])


def bgr(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[..., ::-1])


def share_of_others(one: np.ndarray, other: np.ndarray) -> float:
    """How many values differ by more than one level, of all."""
    return float((np.abs(one.astype(np.float32) - other) > ONE_LEVEL).mean())


def largest_difference(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.abs(one.astype(int) - other.astype(int)).max())


@pytest.mark.parametrize("id", PACKAGE_RUNS)
def test_identity_and_swapped_crop_are_those_of_the_insightface_package(tmp_path, package, astronaut, hopper, id):
    locations = ModelLocations(tmp_path)
    file, ours = put_swapper(locations, id), opened(locations, id)
    theirs = package.model_zoo.inswapper.INSwapper(str(file), session_of(file))
    source = record_of(package, *astronaut, locations.home(BUFFALO_EMBEDDER))
    latent = source.normed_embedding @ theirs.emap
    identity = ours.identity(*astronaut)
    # A five-thousandth of what each of 512 values has on average in a row of length 1.
    assert np.abs(identity - latent / np.linalg.norm(latent)).max() < 1e-5
    swapped, matrix = theirs.get(bgr(hopper[0]), record_of(package, *hopper), source, paste_back=False)
    crop = ours.swap(*hopper, identity)
    assert share_of_others(crop.image, swapped[..., ::-1]) < MOVED_SHARE
    assert np.abs(crop.to_crop.matrix - matrix).max() < 1e-3
    assert crop.mask is None


def test_hyperswap_sees_and_gives_what_its_publisher_says(tmp_path, package, astronaut, hopper):
    locations = ModelLocations(tmp_path)
    file = put_swapper(locations, "hyperswap_1a_256")
    source = record_of(package, *astronaut, locations.home(BUFFALO_EMBEDDER)).normed_embedding[None]
    aligned, _ = package.utils.face_align.norm_crop2(hopper[0], hopper[1].landmarks.points.astype(np.float64), 256)
    target = (aligned.transpose(2, 0, 1)[None].astype(np.float32) / 255 - 0.5) / 0.5
    output, mask = session_of(file).run(["output", "mask"], {"source": source, "target": target})
    ours = opened(locations, "hyperswap_1a_256")
    crop = ours.swap(*hopper, ours.identity(*astronaut))
    expected = (output[0].transpose(1, 2, 0) * 0.5 + 0.5).clip(0, 1) * 255
    assert share_of_others(crop.image, expected) < MOVED_SHARE
    assert mask.min() < 0 < 1 < mask.max()
    # A pixel whose red is one level beside theirs has a mask 0.1 * 2 / 255 beside theirs.
    assert crop.mask == pytest.approx(mask[0, 0].clip(0, 1), abs=1e-3)


@pytest.mark.parametrize("id", IDS)
def test_every_swapper_of_the_catalogue_changes_a_face_by_its_identity(tmp_path, astronaut, hopper, id):
    swapper = stand_in(tmp_path, id)
    own, other = (swapper.identity(*person) for person in (hopper, astronaut))
    assert swapper.id == id
    assert "onnxruntime" in swapper.engine
    assert (own.shape, own.dtype) == ((512,), np.float32)
    assert np.linalg.norm(own) == pytest.approx(1, abs=1e-5)
    crops = [swapper.swap(*hopper, identity) for identity in (own, other)]
    side = 256 if "256" in id else 128
    assert crops[0].image.shape == (side, side, 3)
    # The stand-in's tint: some levels in at least one channel.
    assert largest_difference(crops[0].image, crops[1].image) > 5
    assert (crops[0].mask is not None) == id.startswith("hyperswap")


def test_the_features_lie_where_the_networks_were_trained_to_have_them(tmp_path, hopper):
    small, large = (stand_in(tmp_path, id) for id in ("inswapper_128", "reswapper_256"))
    carried = [
        crop.to_crop.apply(hopper[1].landmarks.points)
        for crop in (one.swap(*hopper, one.identity(*hopper)) for one in (small, large))
    ]
    # ArcFace's mean eyes of a 112 px crop, (38.3, 51.7) and (73.5, 51.5), 8 px to the right.
    assert carried[0][:2] == pytest.approx(np.array([(46.3, 51.7), (81.5, 51.5)]), abs=4)
    assert carried[1] == pytest.approx(2 * carried[0], abs=1e-6)


@pytest.mark.parametrize(("field", "half"), [("raw", False), ("numbers", False), ("raw", True), ("numbers", True)])
def test_the_matrix_is_read_from_every_field_that_the_format_has_for_it(tmp_path, astronaut, field, half):
    locations = ModelLocations(tmp_path)
    with_last_weights(put_swapper(locations, "inswapper_128"), field=field, half=half)
    plain = opened(locations, "inswapper_128").identity(*astronaut)
    embedding = stand_in(tmp_path, "hyperswap_1a_256").identity(*astronaut)
    mapped = embedding @ identity_map()
    # float16 keeps three digits of a matrix whose values add up to at most 0.2.
    assert plain == pytest.approx(mapped / np.linalg.norm(mapped), abs=1e-3 if half else 1e-6)


def test_a_file_of_half_the_precision_gives_nearly_the_same_identity(tmp_path, astronaut):
    whole, half = (stand_in(tmp_path, id).identity(*astronaut) for id in ("inswapper_128", "inswapper_128_fp16"))
    assert 0 < np.abs(whole - half).max() < 1e-3


def test_inputs_in_the_other_order_are_told_apart(tmp_path, astronaut):
    expected = stand_in(tmp_path, "inswapper_128")
    identity = expected.identity(*astronaut)
    before = expected.swap(*astronaut, identity).image
    file = ModelLocations(tmp_path).home(find_model(Role.SWAPPER, "inswapper_128", ModelLocations(tmp_path)).files[0])
    model = onnx.load(str(file))
    model.graph.input.insert(0, model.graph.input.pop())
    onnx.save(model, str(file))
    turned = opened(ModelLocations(tmp_path), "inswapper_128")
    assert (turned.swap(*astronaut, identity).image == before).all()


@pytest.mark.parametrize("id", ["inswapper_128", "hyperswap_1a_256"])
def test_onnxruntime_and_opencv_swap_alike(tmp_path, monkeypatch, astronaut, hopper, id):
    first = stand_in(tmp_path, id)
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))
    second = opened(ModelLocations(tmp_path), id)
    assert ("onnxruntime" in first.engine, "OpenCV" in second.engine) == (True, True)
    crops = [one.swap(*hopper, one.identity(*astronaut)) for one in (first, second)]
    assert largest_difference(crops[0].image, crops[1].image) <= ONE_LEVEL
    if crops[0].mask is not None:
        assert crops[0].mask == pytest.approx(crops[1].mask, abs=1e-5)


def shifted(face: Face, x: float, y: float) -> Face:
    points = face.landmarks.points + np.array([x, y], np.float32)
    return Face(Box(0, 0, 9, 9), Landmarks(points), 1.0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1)])
def test_a_picture_of_one_pixel_or_line_has_a_crop(tmp_path, astronaut, shape):
    swapper = stand_in(tmp_path, "inswapper_128")
    picture = np.full((*shape, 3), 200, np.uint8)
    crop = swapper.swap(picture, shifted(astronaut[1], -150, -50), swapper.identity(*astronaut))
    assert isinstance(crop, FaceCrop)
    assert crop.image.shape == (128, 128, 3)


def test_beyond_the_edge_of_a_picture_the_network_sees_black(tmp_path, astronaut):
    swapper = stand_in(tmp_path, "inswapper_128")
    white = np.full((200, 200, 3), 255, np.uint8)
    identity = swapper.identity(*astronaut)
    # The eyes lie 10 px above the picture, so that the upper half of the crop is beyond it.
    upper = shifted(astronaut[1], -100, -10 - astronaut[1].landmarks.points[0, 1])
    image = swapper.swap(white, upper, identity).image.astype(int)
    assert image[5].mean() + 100 < image[-5].mean()


def test_points_that_coincide_are_refused(tmp_path, astronaut):
    swapper = stand_in(tmp_path, "inswapper_128")
    face = replace(astronaut[1], landmarks=Landmarks(np.full((5, 2), 50.0)), mesh=None)
    with pytest.raises(DegenerateLandmarks, match=r"All landmarks are at one point\."):
        swapper.swap(astronaut[0], face, np.zeros(512, np.float32))


def test_auto_takes_a_swapper_only_when_all_of_it_is_here_and_accepted(tmp_path):
    locations = ModelLocations(tmp_path)
    entry = find_model(Role.SWAPPER, "reswapper_128", locations)
    with pytest.raises(ModelUnavailable, match=r"No face swapper is installed\. Known: inswapper_128, "):
        find_model(Role.SWAPPER, "auto", locations)
    draw_swapper(locations.home(entry.files[0]))
    assert not is_installed(entry, locations)
    put_swapper(locations, "reswapper_128")
    assert find_model(Role.SWAPPER, "auto", locations) is entry
    locations.home(BUFFALO_EMBEDDER).unlink()
    assert not is_installed(entry, locations)


def test_without_the_embedder_it_is_named_with_its_folder(tmp_path):
    locations = ModelLocations(tmp_path)
    put_swapper(locations, "inswapper_128")
    locations.home(BUFFALO_EMBEDDER).unlink()
    with pytest.raises(
        AssetMissing, match=r'"inswapper_128" lacks 1 files: w600k_r50\.onnx .*belongs into .*buffalo_l'
    ):
        opened(locations, "inswapper_128")


def test_a_swapper_whose_licence_nobody_accepted_does_not_open(tmp_path):
    locations = ModelLocations(tmp_path)
    with pytest.raises(LicenceNotAccepted, match=r"ResearchRAIL AND InsightFace non-commercial research"):
        opened(locations, "hyperswap_1c_256")


def test_another_network_under_the_name_is_refused_with_what_is_needed(tmp_path):
    locations = ModelLocations(tmp_path)
    draw_ediffiqa(put_swapper(locations, "inswapper_128"))
    with pytest.raises(
        ModelUnavailable,
        match=r"inswapper_128\.onnx in .* is another model .*needed: \[\?,3,128,128\] \[\?,512\] -> \[\?,3,128,128\]",
    ):
        opened(locations, "inswapper_128")


def test_the_smaller_reswapper_under_the_name_of_the_larger_is_refused(tmp_path):
    locations = ModelLocations(tmp_path)
    draw_swapper(put_swapper(locations, "reswapper_256"), 128)
    with pytest.raises(ModelUnavailable, match=r"reswapper_256\.onnx in .* is another model than this role needs"):
        opened(locations, "reswapper_256")


@pytest.mark.parametrize("id", MAPPED)
def test_a_file_without_the_matrix_is_refused(tmp_path, id):
    locations = ModelLocations(tmp_path)
    with_last_weights(put_swapper(locations, id), field="none")
    with pytest.raises(
        ModelUnavailable, match=rf"{id}\.onnx in .* ends with weights .*; needed: \[512,512\] as float32"
    ):
        opened(locations, id)


def test_a_matrix_of_whole_numbers_is_refused(tmp_path):
    locations = ModelLocations(tmp_path)
    file = put_swapper(locations, "inswapper_128")
    model = onnx.load(str(file))
    model.graph.initializer[-1].CopyFrom(numpy_helper.from_array(np.zeros((512, 512), np.int32), "buff2fs"))
    onnx.save(model, str(file))
    with pytest.raises(ModelUnavailable, match=r"ends with weights \[512,512\]; needed: \[512,512\] as float32 or"):
        opened(locations, "inswapper_128")


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    locations = ModelLocations(tmp_path)
    file = put_swapper(locations, "inswapper_128")
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(AssetCorrupt, match=r"inswapper_128\.onnx is cut off: .* of 554,253,681 bytes"):
        opened(locations, "inswapper_128")


def test_a_network_that_gives_no_numbers_is_reported(tmp_path, astronaut):
    swapper = stand_in(tmp_path, "inswapper_128")
    with pytest.raises(ModelUnavailable, match=r"inswapper_128\.onnx gave values that are no numbers on onnxruntime"):
        swapper.swap(*astronaut, np.full(512, np.nan, np.float32))
