"""Restorers on stand-ins that sharpen, and Retouch Faces with them on real photos."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import cv2
import numpy as np
import pytest
from support_face_models import draw_ediffiqa
from support_onnx import Drawing
from support_swap_models import RESTORED_PX, draw_restorer, put_restorer

from facechain.errors import AssetCorrupt, AssetMissing, DegenerateLandmarks, LicenceNotAccepted, ModelUnavailable
from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.interfaces import FaceRestorer
from facechain.progress import SilentProgress
from facechain.providers.catalog import MODELS, find_model, model_ids, open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.restored_face import restored
from facechain.retouch_faces import retouch_pictures
from facechain.retouch_options import RetouchOptions

IDS = model_ids(Role.RESTORER)
FFHQ_EYES = np.array([(193.0, 239.9), (318.9, 240.2)])
"""Mean eyes of FFHQ in 512 px, to a tenth of a pixel."""


def opened(locations: ModelLocations, id: str = "gfpgan_1.4_onnx") -> FaceRestorer:
    return open_model(Role.RESTORER, id, locations, CpuLease())


@pytest.fixture
def restorer(tmp_path) -> FaceRestorer:
    put_restorer(ModelLocations(tmp_path), "gfpgan_1.4_onnx")
    return opened(ModelLocations(tmp_path))


@pytest.fixture(scope="module")
def astronaut(photo, analyzer) -> tuple[np.ndarray, Face]:
    (face,) = analyzer.detect(photo("astronaut"))
    return photo("astronaut"), face


def face_of(points: np.ndarray) -> Face:
    return Face(Box(0, 0, 9, 9), Landmarks(points), 1.0)


def sharpness(picture: np.ndarray, face: Face) -> float:
    """Mean change over two pixels, inside of the face's box."""
    box = face.box
    part = picture[int(box.y1) : int(box.y2), int(box.x1) : int(box.x2)].astype(float)
    return float(np.abs(part[:, 2:] - part[:, :-2]).mean())


@pytest.mark.parametrize("id", IDS)
def test_every_restorer_of_the_catalogue_that_runs_sharpens_a_face(tmp_path, astronaut, id):
    picture, face = astronaut
    put_restorer(ModelLocations(tmp_path), id)
    restorer = opened(ModelLocations(tmp_path), id)
    sharp = restored(picture, face, restorer, strength=1.0)
    assert (restorer.id, restorer.restore(picture, face).mask) == (id, None)
    assert "onnxruntime" in restorer.engine
    assert sharpness(sharp, face) > 1.1 * sharpness(picture, face)


def test_restorers_that_are_published_as_pickles_are_known_and_not_run():
    pickled = [
        entry for entry in MODELS if entry.role is Role.RESTORER and entry.files[0].file.endswith((".pth", ".ckpt"))
    ]
    assert len(pickled) == 4
    assert not any(entry.runs for entry in pickled)


def test_the_eyes_lie_where_the_networks_were_trained_to_have_them(restorer):
    # A face as FFHQ has it, at half the size and moved by (40, 20).
    points = np.array([(193.0, 239.9), (318.9, 240.2), (256.6, 314.0), (201.3, 371.4), (313.1, 371.2)])
    crop = restorer.restore(np.zeros((400, 400, 3), np.uint8), face_of(points / 2 + (40, 20)))
    assert crop.to_crop.apply(points[:2] / 2 + (40, 20)) == pytest.approx(FFHQ_EYES, abs=0.1)
    assert crop.to_crop.scale == pytest.approx(2, abs=1e-3)
    assert crop.image.shape == (RESTORED_PX, RESTORED_PX, 3)


@pytest.mark.parametrize("color", [(255, 0, 0), (0, 128, 255), (17, 99, 201)], ids=str)
def test_the_network_sees_red_first_and_an_even_colour_comes_back(restorer, color):
    picture = np.full((300, 300, 3), color, np.uint8)
    face = face_of(np.array([(120, 120), (180, 120), (150, 150), (125, 180), (175, 180)], np.float64))
    assert (restorer.restore(picture, face).image == color).all()


def test_the_network_is_given_minus_one_for_black_and_one_for_white(tmp_path, astronaut):
    # It gives red where the crop is below -0.9, green above 0.9, and black in between.
    drawing = Drawing(input=[1, 3, RESTORED_PX, RESTORED_PX])
    grey = drawing.mix("input", [[1 / 3] * 3])
    ends = drawing.mix(grey, [[-1000], [1000], [0]], [-900, -900, -9])
    drawing.add("Tanh", ends, output="output")
    drawing.save(put_restorer(ModelLocations(tmp_path), "gfpgan_1.4_onnx"), {"output": [1, 3, 512, 512]})
    pictures = [np.full((512, 512, 3), level, np.uint8) for level in (0, 255, 128)]
    colors = [opened(ModelLocations(tmp_path)).restore(one, astronaut[1]).image[256, 256] for one in pictures]
    assert [tuple(map(int, color)) for color in colors] == [(255, 0, 0), (0, 255, 0), (0, 0, 0)]


def test_onnxruntime_and_opencv_restore_alike(tmp_path, monkeypatch, restorer, astronaut):
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))
    other = opened(ModelLocations(tmp_path))
    assert "OpenCV" in other.engine
    crops = [one.restore(*astronaut).image.astype(int) for one in (restorer, other)]
    # Rounding of values that lie between two levels.
    assert np.abs(crops[0] - crops[1]).max() <= 1


def test_beyond_the_edge_of_a_picture_its_last_pixels_go_on(restorer):
    # The eyes lie above the picture; drawn out, an even picture stays even.
    points = np.array([(80, -40), (120, -40), (100, -15), (85, 10), (115, 10)], np.float64)
    crop = restorer.restore(np.full((200, 200, 3), 90, np.uint8), face_of(points))
    assert (crop.image == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1)])
def test_a_picture_of_one_pixel_or_line_has_a_crop(restorer, shape):
    points = np.array([(0, 0), (4, 0), (2, 2), (0, 4), (4, 4)], np.float64)
    crop = restorer.restore(np.full((*shape, 3), 200, np.uint8), face_of(points))
    assert (crop.image == 200).all()


def test_points_that_coincide_are_refused(restorer, astronaut):
    with pytest.raises(DegenerateLandmarks, match=r"All landmarks are at one point\."):
        restorer.restore(astronaut[0], face_of(np.full((5, 2), 50.0)))


def test_outputs_after_the_picture_are_left_alone(tmp_path, astronaut):
    file = put_restorer(ModelLocations(tmp_path), "restoreformer_onnx")
    drawing = Drawing(input=[1, 3, RESTORED_PX, RESTORED_PX])
    drawing.add("Neg", "input", output="output")
    drawing.add("GlobalAveragePool", "input", output="loss")
    drawing.save(file, {"output": [1, 3, RESTORED_PX, RESTORED_PX], "loss": [1, 3, 1, 1]})
    white = np.full((512, 512, 3), 255, np.uint8)
    crop = opened(ModelLocations(tmp_path), "restoreformer_onnx").restore(white, astronaut[1])
    assert (crop.image == 0).all()


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(AssetMissing, match=r"gfpgan_1\.4\.onnx .*belongs into .*facerestore_models"):
        opened(ModelLocations(tmp_path))


def test_another_network_under_the_name_is_refused_with_what_is_needed(tmp_path):
    draw_ediffiqa(put_restorer(ModelLocations(tmp_path), "gfpgan_1.4_onnx"))
    with pytest.raises(ModelUnavailable, match=r"gfpgan_1\.4\.onnx in .* is another model .*of the FFHQ crop"):
        opened(ModelLocations(tmp_path))


def test_a_pickle_under_the_name_is_not_opened(tmp_path):
    put_restorer(ModelLocations(tmp_path), "gfpgan_1.4_onnx").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ModelUnavailable, match=r"gfpgan_1\.4\.onnx in .* is a pickled PyTorch file"):
        opened(ModelLocations(tmp_path))


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    file = draw_restorer(put_restorer(ModelLocations(tmp_path), "gfpgan_1.4_onnx"))
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(AssetCorrupt, match=r"gfpgan_1\.4\.onnx is cut off: "):
        opened(ModelLocations(tmp_path))


def test_a_restorer_whose_licence_nobody_accepted_does_not_open(tmp_path):
    with pytest.raises(LicenceNotAccepted, match=r'face restorer "gpen_512", GPEN non-commercial'):
        opened(ModelLocations(tmp_path), "gpen_512")


def test_a_restorer_of_unknown_name_is_answered_with_those_that_run(tmp_path):
    known = r"auto, gfpgan_1\.4_onnx, restoreformer_onnx, gpen_512\."
    with pytest.raises(ModelUnavailable, match=rf'There is no face restorer "codeformer"\. Choose one of: {known}'):
        find_model(Role.RESTORER, "codeformer", ModelLocations(tmp_path))


def test_a_soft_photo_is_sharper_after_retouching_with_a_restorer_and_only_on_its_face(
    restorer, analyzer, astronaut, locations
):
    picture, face = astronaut
    soft = cv2.GaussianBlur(picture, (0, 0), 1.5)
    parser = open_model(Role.PARSER, "embedded", locations, CpuLease())
    options = RetouchOptions(0.0)
    (plain,), (sharp,) = (
        retouch_pictures([soft], analyzer, parser, one, SilentProgress())
        for one in (options, replace(options, restorer=restorer, restorer_strength=1.0))
    )
    assert (plain.after == soft).all()
    assert sharpness(sharp.after, face) > 1.1 * sharpness(soft, face)
    rows, columns = np.nonzero((sharp.after != soft).any(-1))
    # The oval of a face is its mesh: little larger than its box.
    width, height = face.box.width, face.box.height
    assert columns.min() > face.box.x1 - 0.1 * width
    assert columns.max() < face.box.x2 + 0.1 * width
    assert rows.min() > face.box.y1 - 0.3 * height
    assert rows.max() < face.box.y2 + 0.1 * height
