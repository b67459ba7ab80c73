"""Regions of real faces cut and pasted: what is not redrawn stays, and what is fits without a seam."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.crop_face_region import crop_face_region
from facechain.face_ovals import face_oval, oval_pixels
from facechain.geometry import Size
from facechain.paste_region import PasteArea, PasteOptions, paste_region
from facechain.template_region import RegionOptions
from facechain.which_face import FaceOrder, WhichFace


def turned(photo):
    center = (photo.shape[1] / 2, photo.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(center, 25, 1)
    return cv2.warpAffine(photo, matrix, photo.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


TEMPLATES = {
    "astronaut": lambda photo: photo("astronaut"),
    "hopper": lambda photo: photo("hopper"),
    "head turned by 25 degrees": lambda photo: turned(photo("astronaut")),
    "face cut by the edge": lambda photo: np.ascontiguousarray(photo("astronaut")[:, 190:]),
    "one of six": lambda photo: photo("group"),
}


@pytest.fixture(scope="module", params=TEMPLATES)
def cropped(request, analyzer, photo):
    """A template and the region of its first face."""
    template = TEMPLATES[request.param](photo)
    return template, crop_face_region(template, analyzer, WhichFace(FaceOrder.POSITION, 1), RegionOptions())


@pytest.mark.parametrize("area", PasteArea)
def test_a_region_that_was_not_redrawn_changes_no_pixel(cropped, area):
    template, crop = cropped
    pasted = paste_region(template, crop.region.picture, crop.region, PasteOptions(area=area))
    assert (pasted.image == template).all()


def test_a_region_that_only_became_darker_fits_to_within_a_level(cropped):
    template, crop = cropped
    # The same change on both sides: what differs then is the two resamplings alone.
    darker = (crop.region.picture * 0.9).astype(np.uint8)
    wanted = (template * 0.9).astype(np.uint8)
    pasted = paste_region(wanted, darker, crop.region, PasteOptions())
    difference = np.abs(pasted.image.astype(int) - wanted).mean(-1)
    assert pasted.mask.max() == 1
    # Measured 0.3 to 1.1: a photo's finest grain does not survive being scaled up and down.
    assert difference[pasted.mask > 0].mean() <= 1.25
    assert (difference[pasted.mask == 0] == 0).all()


def test_the_mask_holds_the_whole_face_and_no_other(cropped, analyzer):
    template, crop = cropped
    faces = analyzer.detect(template)
    side = crop.region.side_px
    to_picture = crop.region.to_picture(side)
    ovals = [oval_pixels([to_picture.apply(face_oval(face))], Size(side, side)) for face in faces]
    assert crop.region.mask[ovals[0]].all()
    assert all(not crop.region.mask[other].any() for other in ovals[1:])
    # Grown by 6 % of the face, and once more below the eyes, yet far from the edge of the region.
    assert 1.2 < crop.region.mask.sum() / ovals[0].sum() < 2
    assert not crop.region.mask[[0, -1]].any()


def test_a_redrawn_face_leaves_no_step_at_its_seam(cropped):
    template, crop = cropped
    redrawn = (crop.region.picture.astype(int) + 40).clip(0, 255).astype(np.uint8)
    share = paste_region(template, redrawn, crop.region, PasteOptions()).mask
    step = max(np.abs(np.diff(share, axis=0)).max(), np.abs(np.diff(share, axis=1)).max())
    # A smooth rise over 4 % of the region, 9 px at least, is at its steepest 1.5 / 10 per pixel, 1.42 times
    # that where it runs askew.
    assert step < 0.22
