"""Blur by a moving camera, and repeats, on real faces. Covers have a file of their own."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from providers.degradations import MILD, blurred, brighter, darker, flipped, grey, half_size, jpeg30, noisy, turned

from facechain.crops import CropPreset, crop_transform
from facechain.geometry import Size
from facechain.quality import measure_quality
from facechain.set_checks import find_repeats
from facechain.verdicts import Limits
from facechain.warp import warp

COPIES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "half size": half_size,
    "enlarged": lambda photo: cv2.resize(photo, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC),
    "cropped": lambda photo: np.ascontiguousarray(photo[20:300, 90:380]),
    "brighter": brighter,
    "darker": darker,
    "grey": grey,
    "compressed": jpeg30,
    "noisy": noisy,
    "tilted": lambda photo: turned(photo, 12),
    "mirrored": flipped,
    "a small mirrored copy": lambda photo: jpeg30(half_size(flipped(photo))),
}


def moved(photo: np.ndarray, length_px: int, degrees: float) -> np.ndarray:
    """As taken by a camera that moved by `length_px` while the shutter was open."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    turn = cv2.getRotationMatrix2D((length_px // 2, length_px // 2), degrees, 1)
    kernel = cv2.warpAffine(kernel, turn, (length_px, length_px))
    return cv2.filter2D(photo, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("degrees", [0, 45, 90, 135])
@pytest.mark.parametrize(("name", "length_px"), [("astronaut", 9), ("hopper", 31)])
def test_a_face_that_moved_is_blurred_whichever_way_it_moved(analyzer, photo, name, length_px, degrees):
    shaken = moved(photo(name), length_px, degrees)
    # A fifth of the astronaut's eye distance, a third of the admiral's, whose photo is much sharper.
    assert measure_quality(shaken, analyzer.detect(shaken)[0]).sharpness < Limits().sharpness


def test_a_longer_move_is_a_stronger_blur(analyzer, photo):
    shaken = [moved(photo("hopper"), length_px, 0) for length_px in (3, 7, 15, 25)]
    sharpness = [measure_quality(one, analyzer.detect(one)[0]).sharpness for one in shaken]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 10 * sharpness[-1]


@pytest.mark.parametrize("name", ["astronaut", "hopper", "group"])
@pytest.mark.parametrize("degraded", [one for one in MILD if one is not blurred])
def test_faces_in_focus_stay_sharp_in_mild_damage(damaged_faces, name, degraded):
    photo, faces = damaged_faces(name, degraded)
    assert min(measure_quality(photo, face).sharpness for face in faces) >= Limits().sharpness


@pytest.mark.parametrize("preset", [CropPreset.FACECHAIN, CropPreset.ARCFACE])
def test_every_copy_of_a_photo_is_found_and_no_other_person(analyzer, photo, preset):
    def crops(picture: np.ndarray) -> list[np.ndarray]:
        faces = analyzer.detect(picture)
        return [warp(picture, crop_transform(face, preset, 512), Size(512, 512)) for face in faces]

    original, others = photo("astronaut"), crops(photo("hopper")) + crops(photo("group"))
    copies = [crops(copied(original))[0] for copied in COPIES.values()]
    repeats = find_repeats([*crops(original), *others, *copies])
    first_copy = 1 + len(others)
    missed = [name for place, name in enumerate(COPIES, first_copy) if repeats.pop(place, None) != 0]
    assert (missed, repeats) == ([], {})
