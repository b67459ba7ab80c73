"""Our runner beside the insightface package, on the same files and pictures.

The files are stand-ins; what is compared is all that happens around the networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from support_face_models import install_stand_ins
from support_onnx_detectors import draw_scrfd

from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.providers.arcface import ArcFace
from facechain.providers.face_models import BUFFALO_DETECTOR, BUFFALO_EMBEDDER
from facechain.providers.insightface_pack import AntelopeAnalyzer, BuffaloAnalyzer
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import FoundFile, ModelLocations
from facechain.providers.scrfd import Scrfd

insightface = pytest.importorskip("insightface")

CPU = {"providers": ["CPUExecutionProvider"]}
PLACE_PX, SCORE = 1e-3, 1e-5
"""Differences of pixels and of scores: float32 keeps 1e-4 at coordinates of some thousand pixels."""
ONE_VECTOR = 1 - 1e-6
"""Cosine: the package aligns in float32, so that a pixel in a thousand of the crop differs by one grey level."""
SIZES = ((1, 1), (1, 5), (113, 97), (640, 640), (641, 639), (3000, 40), (4000, 300), (300, 2000))
"""Width and height."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory, locations) -> ModelLocations:
    return install_stand_ins(tmp_path_factory.mktemp("models"), locations)


@dataclass(frozen=True)
class Pack:
    """One pack, run by us and by the package."""

    ours: Any
    theirs: Any

    def compare(self, picture: np.ndarray) -> int:
        """How many faces both find, with everything known of them alike."""
        ours = self.ours.detect(picture)
        theirs = sorted(self.theirs.get(bgr(picture)), key=lambda face: face.bbox[0] + face.bbox[2])
        assert len(ours) == len(theirs)
        for face, record in zip(ours, theirs, strict=True):
            assert np.abs(corners(face.box) - record.bbox).max() <= PLACE_PX
            assert np.abs(face.landmarks.points - record.kps).max() <= PLACE_PX
            assert face.score == pytest.approx(record.det_score, abs=SCORE)
            assert self.ours.embed(picture, face).vector @ record.normed_embedding >= ONE_VECTOR
            assert (face.attributes.female > 0.5) == (record.gender == 0)
            # They round to whole years.
            assert face.attributes.age_years == pytest.approx(record.age, abs=0.5 + 1e-3)
            assert np.abs(face.contour - record.landmark_2d_106).max() <= PLACE_PX
        return len(ours)


def opened(kind: type, name: str, installed: ModelLocations) -> Pack:
    theirs = insightface.app.FaceAnalysis(name, str(installed.root / "insightface"), **CPU)
    theirs.prepare(ctx_id=-1)
    return Pack(kind(installed, CpuLease()), theirs)


@pytest.fixture(scope="module")
def buffalo(installed) -> Pack:
    return opened(BuffaloAnalyzer, "buffalo_l", installed)


class Detectors:
    """One detector file, run by us and by the package."""

    def __init__(self, file: Path) -> None:
        self.found = FoundFile(BUFFALO_DETECTOR, file, "0" * 64)
        self._ours = Scrfd(self.found, CpuLease())
        self.theirs = insightface.model_zoo.get_model(str(file), **CPU)

    def compare(self, picture: np.ndarray, *sides_px: int) -> int:
        """How many faces both see, at the same places with the same scores, in the same order."""
        ours = Scrfd(self.found, CpuLease(), sides_px) if sides_px else self._ours
        faces = ours.detect(picture)
        boxes, points = self.theirs.detect(bgr(picture), input_size=[(side, side) for side in sides_px] or (0, 0))
        assert len(faces) == len(boxes)
        assert np.abs([corners(face.box) for face in faces] - boxes[:, :4]).max() <= PLACE_PX
        assert np.abs([face.score for face in faces] - boxes[:, 4]).max() <= SCORE
        assert np.abs([face.landmarks.points for face in faces] - points).max() <= PLACE_PX
        return len(faces)


@pytest.fixture(scope="module")
def eager(tmp_path_factory) -> Detectors:
    """A detector that takes much for a face."""
    return Detectors(draw_scrfd(tmp_path_factory.mktemp("eager") / "det_10g.onnx", threshold=-8))


def bgr(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[..., ::-1])


def corners(box: Box) -> list[float]:
    return [box.x1, box.y1, box.x2, box.y2]


def noise(width: int, height: int) -> np.ndarray:
    """Patches of colour in all sizes; the same ones every time."""
    generator = np.random.default_rng(width * 10_000 + height)
    small = generator.integers(0, 256, (max(height // 9, 1), max(width // 9, 1), 3), np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize(("name", "faces"), [("astronaut", 1), ("hopper", 1), ("group", 2)])
def test_everything_known_of_a_face_is_what_the_package_knows(buffalo, photo, name, faces):
    assert buffalo.compare(photo(name)) == faces


def test_the_other_pack_agrees_too(installed, photo):
    assert opened(AntelopeAnalyzer, "antelopev2", installed).compare(photo("astronaut")) == 1


@pytest.mark.parametrize("cut", [np.s_[:, 172:], np.s_[66:], np.s_[:, :280], np.s_[:180]], ids=str)
def test_a_face_at_the_border_is_seen_alike(buffalo, photo, cut):
    # The box ends some pixels from the edge; what attributes and contour are read from goes beyond it.
    assert buffalo.compare(np.ascontiguousarray(photo("astronaut")[cut])) == 1


def test_neither_sees_a_face_in_a_cat(buffalo, photo):
    assert buffalo.compare(photo("chelsea.png")) == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_pictures_of_every_size_give_the_same_candidates(eager, size):
    assert eager.compare(noise(*size)) > 0


def test_of_hundreds_of_overlapping_candidates_the_same_ones_stay(eager, photo):
    assert eager.compare(photo("group")) > 200


def test_one_input_size_gives_the_same_as_theirs(eager, photo):
    assert eager.compare(photo("hopper"), 640) > eager.compare(photo("hopper"), 128) > 0


def test_of_equal_scores_the_same_ones_stay(eager):
    # Away from the border all candidates of one size are alike.
    assert eager.compare(np.full((500, 700, 3), (214, 176, 150), np.uint8)) > 20


@pytest.mark.parametrize("size", [(2000, 3), (3, 2000)], ids=str)
def test_a_strip_on_which_the_package_stops_has_no_face(buffalo, size):
    strip = np.zeros((*size, 3), np.uint8)
    with pytest.raises(cv2.error):
        buffalo.theirs.get(strip)
    assert buffalo.ours.detect(strip) == ()


def test_any_five_points_give_the_same_embedding(installed, photo):
    picture = photo("hopper")
    file = installed.found(BUFFALO_EMBEDDER)
    ours, theirs = ArcFace(file, CpuLease()), insightface.model_zoo.get_model(str(file.path), **CPU)
    generator = np.random.default_rng(5)
    for _ in range(40):
        # Faces of 5 to 500 px, turned every way, also beyond the edge of the photo.
        points = generator.normal(0, generator.uniform(2, 200), (5, 2)) + generator.uniform(0, 500, 2)
        face = Face(Box(0, 0, 9, 9), Landmarks(points), 1.0)
        record = insightface.app.common.Face(kps=face.landmarks.points)
        theirs.get(bgr(picture), record)
        assert ours.embed(picture, face) @ record.normed_embedding >= ONE_VECTOR
