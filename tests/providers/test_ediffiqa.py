from pathlib import Path

import cv2
import numpy as np
import pytest
from support_face_models import draw_arcface, draw_ediffiqa
from support_onnx import Drawing

from facechain.errors import AssetMissing, ModelUnavailable
from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.providers.catalog import Role, open_model
from facechain.providers.ediffiqa import EdiffiqaScorer
from facechain.providers.face_models import EDIFFIQA
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import ModelLocations

ASTRONAUT = Face(
    Box(178, 69, 271, 177),
    Landmarks(np.array([(205, 102), (247, 104), (225, 129), (202, 139), (245, 142)])),
    0.9,
)


def scorer_of(root: Path) -> EdiffiqaScorer:
    return open_model(Role.QUALITY_SCORER, "ediffiqa", ModelLocations(root), CpuLease())


@pytest.fixture
def redness(tmp_path) -> EdiffiqaScorer:
    """A scorer that answers with the mean of the first channel as the network sees it."""
    drawing = Drawing(any_name=[1, 3, 112, 112])
    red = drawing.mix(drawing.add("GlobalAveragePool", "any_name"), [[1, 0, 0]])
    drawing.add("Flatten", red, output="quality")
    drawing.save(ModelLocations(tmp_path).home(EDIFFIQA), {"quality": [1, 1]})
    return scorer_of(tmp_path)


def test_a_blurred_face_scores_less(tmp_path, photo):
    draw_ediffiqa(ModelLocations(tmp_path).home(EDIFFIQA))
    scorer, picture = scorer_of(tmp_path), photo("astronaut")
    sharp, blurred = (scorer.score(one, ASTRONAUT) for one in (picture, cv2.GaussianBlur(picture, (0, 0), 3)))
    assert 0 < blurred < 0.5 < sharp < 1


@pytest.mark.parametrize(
    ("color", "score"),
    [((255, 0, 0), 1), ((0, 0, 255), 0), ((128, 0, 0), 0.0039), ((191, 255, 255), 0.498)],
    ids=str,
)
def test_the_network_sees_red_first_from_minus_1_to_1_and_its_answer_is_held_within_0_and_1(redness, color, score):
    picture = np.full((300, 300, 3), color, np.uint8)
    assert redness.score(picture, ASTRONAUT) == pytest.approx(score, abs=1e-4)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(AssetMissing, match=r"ediffiqa_tiny_jun2024\.onnx \(sha256 9426c899.*belongs into .*opencv"):
        scorer_of(tmp_path)


def test_another_model_under_the_name_is_refused(tmp_path):
    draw_arcface(ModelLocations(tmp_path).home(EDIFFIQA))
    with pytest.raises(ModelUnavailable, match=r"ediffiqa_tiny_jun2024\.onnx in .* is another model .*one number"):
        scorer_of(tmp_path)
