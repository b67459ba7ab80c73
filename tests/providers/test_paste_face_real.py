"""Crops of real faces edited and pasted back: sharp where they were kept, exact where they were not edited."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from facechain.align import AlignOptions, align_faces
from facechain.crop_window import CropWindow
from facechain.faces import FaceSet
from facechain.geometry import Size
from facechain.paste_face import CropArea, PasteBackOptions, paste_faces_back
from facechain.photos import reference_photos
from facechain.progress import SilentProgress
from facechain.providers.catalog import open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.retouch_faces import retouch_faces
from facechain.retouch_options import RetouchOptions

PHOTOS = {
    "astronaut": lambda photo: photo,
    "hopper": lambda photo: photo,
    "lying": lambda photo: np.ascontiguousarray(np.rot90(photo)),
    "cut by the edge": lambda photo: np.ascontiguousarray(photo[:, 140:400]),
}


@pytest.fixture(scope="module")
def aligned(analyzer, photo, tmp_path_factory) -> Callable[[str, int], tuple[np.ndarray, FaceSet]]:
    """A photo, and its face in a crop of so many px."""
    folder = tmp_path_factory.mktemp("photos")

    def align(name: str, side_px: int) -> tuple[np.ndarray, FaceSet]:
        pixels = PHOTOS[name](photo(name if name in ("astronaut", "hopper") else "astronaut"))
        file = folder / f"{name}.png"
        if not file.exists():
            Image.fromarray(pixels).save(file)
        photos = reference_photos([file])
        return pixels, align_faces(analyzer, photos, AlignOptions(side_px=side_px), SilentProgress())

    return align


def pasted(faces, crop, **options):
    (photo,) = paste_faces_back(faces, [crop], PasteBackOptions(**options), SilentProgress())
    return photo


def signal_to_noise(picture, wanted) -> float:
    """Peak, in decibel; 40 is about the rounding of a good JPEG."""
    return float(10 * np.log10(255**2 / ((picture.astype(float) - wanted) ** 2).mean()))


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("side_px", [192, 512])
def test_a_crop_that_was_not_edited_changes_no_pixel(aligned, name, side_px):
    photo, faces = aligned(name, side_px)
    assert (pasted(faces, faces.faces[0].crop).image == photo).all()


@pytest.mark.parametrize("name", PHOTOS)
def test_another_picture_arrives_as_it_is_carried_back_and_leaves_the_rest(aligned, name):
    photo, faces = aligned(name, 512)
    mirrored = np.ascontiguousarray(255 - faces.faces[0].crop[:, ::-1])
    result = pasted(faces, mirrored)
    window = CropWindow(Size.of(photo), faces.size, faces.faces[0].transform)
    wanted = photo.copy()
    wanted[window.slices] = window.carried(window.drawn_out(mirrored))
    inside = result.mask == 1
    assert inside.mean() > 0.3
    # Where both pictures happen to be alike, some of the photo's grain stays.
    assert signal_to_noise(result.image[inside], wanted[inside]) > 40
    assert (result.image[result.mask == 0] == photo[result.mask == 0]).all()


def test_retouching_a_small_crop_keeps_the_sharpness_of_the_photo(aligned, locations):
    parser = open_model(Role.PARSER, "embedded", locations, CpuLease())
    sharp, soft = (retouched(aligned("hopper", side_px), parser) for side_px in (768, 256))
    changed = (sharp != soft).any(-1)
    # Measured 34.3; 27.8 when the small crop is carried back without the photo's grain.
    assert signal_to_noise(soft[changed], sharp[changed]) > 33


def retouched(aligned_photo, parser):
    photo, faces = aligned_photo
    (picture,) = retouch_faces(faces, parser, RetouchOptions(1.0), SilentProgress()).pictures
    result = pasted(faces, picture.after)
    # Skin alone was retouched: most of the photo is untouched.
    assert 0.02 < (result.image != photo).any(-1).mean() < 0.3
    return result.image


def test_a_brighter_face_leaves_no_step_and_no_other_colour(aligned):
    photo, faces = aligned("hopper", 512)
    brighter = (faces.faces[0].crop.astype(int) + 20).clip(0, 255).astype(np.uint8)
    result = pasted(faces, brighter, area=CropArea.FACE)
    steps = [np.abs(np.diff(result.mask, axis=axis)).max() for axis in (0, 1)]
    # A smooth rise over 6 % of a crop of 662 px, at its steepest 1.5 / 40 per pixel, 1.42 times that askew.
    assert max(steps) < 0.06
    unclipped = (result.mask == 1) & (photo.max(-1) < 225)
    difference = result.image[unclipped].astype(int) - photo[unclipped]
    assert np.abs(difference.mean(0) - 20).max() < 0.3
    # The rest lies beside highlights, which could not become 20 levels brighter.
    assert (np.abs(difference - 20).max(-1) <= 3).mean() > 0.98
