"""Spectacles on real faces: one wears them, seven do not, and frames drawn onto those are found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from providers.fused_pairs import portraits

from facechain.faces import Face
from facechain.spectacles import find_frame, with_glasses

FRAMES = {
    "black": ((25, 20, 20), 0.03),
    "wire": ((150, 150, 155), 0.015),
    "horn": ((190, 140, 80), 0.02),
}
"""Colour, and thickness over the face width, which is about twice the eye distance."""


@pytest.fixture(scope="module")
def faces(analyzer, photo):
    """The eight portraits."""
    return portraits(analyzer, photo)


def with_drawn_frame(image: np.ndarray, face: Face, color: tuple[int, int, int], thickness: float):
    """The image with two oval lenses and a bridge, and the drawing alone, 0 or 255."""
    assert face.mesh is not None
    left, right = face.landmarks.points[:2].astype(float)
    across = (right - left) / np.linalg.norm(right - left)
    down = np.array([-across[1], across[0]])
    eyes = np.linalg.norm(face.mesh[[263, 362]].mean(0) - face.mesh[[33, 133]].mean(0))
    seen = float(np.linalg.norm(right - left))
    wide = max(round(2 * thickness * float(eyes)), 1)
    drawing = np.zeros(image.shape[:2], np.uint8)
    for eye in (left, right):
        middle = np.rint((eye + 0.08 * eyes * down) * 16).astype(int).tolist()
        axes = (int(0.42 * seen * 16), int(0.33 * eyes * 16))
        angle = float(np.degrees(np.arctan2(across[1], across[0])))
        cv2.ellipse(drawing, middle, axes, angle, 0, 360, 255, wide, cv2.LINE_AA, 4)
    ends = np.stack([left + 0.42 * seen * across, right - 0.42 * seen * across])
    bridge = np.insert(ends, 1, ends.mean(0) - 0.04 * eyes * down, axis=0)
    cv2.polylines(drawing, [np.rint(bridge * 16).astype(np.int32)], False, 255, wide, cv2.LINE_AA, 4)
    share = drawing[..., None] / 255
    return np.rint(image * (1 - share) + np.array(color) * share).astype(np.uint8), drawing


def test_of_eight_people_one_wears_spectacles(faces):
    assert [face.name for face in faces if find_frame(face.image, face.face) is not None] == ["hopper"]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_drawn_on_each_of_the_others_is_found_where_it_is(faces, frame):
    for face in faces:
        if face.name == "hopper":
            continue
        image, drawing = with_drawn_frame(face.image, face.face, *FRAMES[frame])
        found = find_frame(image, face.face)
        assert found is not None, face.name
        # On golden skin horn passes for skin in places, and a far rim hides behind the nose; half is a frame still.
        assert (found[drawing > 200] > 0.5).mean() > 0.5, face.name


def test_the_glass_is_what_the_frame_encloses(faces):
    admiral = next(face for face in faces if face.name == "hopper")
    frame = find_frame(admiral.image, admiral.face)
    assert frame is not None
    glasses = with_glasses(frame, 180)
    for x, y in admiral.face.landmarks.points[:2].round().astype(int):
        assert frame[y, x] < 0.1
        assert glasses[y, x] > 0.9
    x, y = admiral.face.landmarks.points[3].round().astype(int)
    assert glasses[y, x] == 0
