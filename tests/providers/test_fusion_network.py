"""Faces of real photos swapped by a stand-in that pastes the person's pixels: what stays, and how it ends.

The network itself is no matter here: all of a swapped crop is foreign, so every pixel that is not the
target's own shows. Parsed with the embedded parser.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support_fusion import PaintingSwapper, PastingSwapper, Sharpener

from facechain.face_light import lab_from_rgb
from facechain.face_ovals import face_oval, oval_pixels
from facechain.fuse_pictures import FusedPicture, FuseOptions, FusionNetworks, fuse_pictures
from facechain.geometry import Size
from facechain.identity import identity_from_picture
from facechain.identity_donors import donors_of
from facechain.network_fusion import NetworkFuser
from facechain.parsing import Region
from facechain.progress import SilentProgress
from facechain.providers.catalog import open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.spectacles import find_frame
from facechain.which_face import FaceOrder

STRONGEST_SEAM = 1.3
"""Over the steepest of the target's own skin and the new face beside it: what is no edge to the eye."""
OPTIONS = FuseOptions(order=FaceOrder.SIZE)


class RememberingParser:
    """The embedded parser, which looks at each photo once."""

    id, engine = "embedded", "OpenCV"

    def __init__(self, locations) -> None:
        self._parser, self._known = open_model(Role.PARSER, "embedded", locations, CpuLease()), {}

    def parse(self, image, face):
        if id(image) not in self._known:
            self._known[id(image)] = self._parser.parse(image, face)
        return self._known[id(image)]


@pytest.fixture(scope="module")
def parser(locations):
    return RememberingParser(locations)


@pytest.fixture(scope="module")
def swapped(analyzer, photo, parser):
    """Fuses the person of one photo into another by the pasting swapper."""

    def fuse(target: str, person: str, options: FuseOptions = OPTIONS, restorer=None) -> FusedPicture:
        identity = identity_from_picture(photo(person), analyzer)
        networks = FusionNetworks(PastingSwapper(), restorer, parser)
        (fused,) = fuse_pictures([photo(target)], identity, analyzer, options, SilentProgress(), networks).pictures
        return fused

    return fuse


@pytest.fixture(scope="module")
def onto_astronaut(swapped):
    return swapped("astronaut", "hopper")


@pytest.fixture(scope="module")
def onto_hopper(swapped):
    return swapped("hopper", "astronaut")


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def both(request, photo, onto_astronaut, onto_hopper):
    """Each target with what became of it."""
    return photo(request.param), onto_astronaut if request.param == "astronaut" else onto_hopper


def test_the_swapped_face_is_clearly_the_persons(both):
    _, fused = both
    assert not fused.note
    assert fused.likeness_after > fused.likeness_before + 0.3  # measured 0.5 to 0.9
    assert fused.method == "pasting"


def test_outside_the_mask_every_pixel_is_the_targets(both):
    target, fused = both
    assert (fused.image[fused.mask == 0] == target[fused.mask == 0]).all()
    assert 0.02 < (fused.mask > 0.5).mean() < 0.3


def test_the_hair_of_the_astronaut_stays(analyzer, photo, parser, onto_astronaut):
    image = photo("astronaut")
    (face,) = analyzer.detect(image)
    hair = parser.parse(image, face).mask(Region.HAIR) > 0
    inside = hair & _oval(image, face)
    assert inside.sum() > 200, "a fringe hangs into the oval"
    assert (onto_astronaut.image[hair] == image[hair]).all()


def test_the_frame_of_the_admirals_spectacles_stays_and_the_eyes_behind_it_do_not(analyzer, photo, onto_hopper):
    image = photo("hopper")
    (face,) = analyzer.detect(image)
    frame = find_frame(image, face)
    assert frame is not None
    rim = frame > 0.999
    assert rim.sum() > 500
    assert np.abs(onto_hopper.image[rim].astype(int) - image[rim]).max() <= 1
    for x, y in face.landmarks.points[:2].round().astype(int):
        assert onto_hopper.mask[y, x] > 0.9
    assert "The target wears spectacles: their frame stays." in onto_hopper.remarks


def test_half_a_blend_is_the_mean_of_both(photo, swapped, onto_hopper):
    half = swapped("hopper", "astronaut", FuseOptions(order=FaceOrder.SIZE, blend=0.5))
    mean = (photo("hopper").astype(float) + onto_hopper.image) / 2
    assert np.abs(half.image - mean).max() <= 1


def test_a_restored_face_is_sharper_inside_the_mask_only(photo, swapped, onto_hopper):
    sharp = swapped("hopper", "astronaut", FuseOptions(order=FaceOrder.SIZE, restorer_strength=1.0), Sharpener())
    inside = onto_hopper.mask == 1
    detail = [cv2.Laplacian(picture.image[..., 1], cv2.CV_32F)[inside].std() for picture in (sharp, onto_hopper)]
    assert detail[0] > 1.1 * detail[1]
    assert (sharp.image[sharp.mask == 0] == photo("hopper")[sharp.mask == 0]).all()
    assert sharp.restorer == "sharpener"


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_even_skin_of_a_foreign_tone_ends_without_a_seam(analyzer, photo, parser, name):
    image = photo(name)
    (face,) = analyzer.detect(image)
    swapper = PaintingSwapper()
    swapper.crop[:] = (190, 160, 150)  # even, and paler than either face
    identity = identity_from_picture(photo("hopper" if name == "astronaut" else "astronaut"), analyzer)
    made = NetworkFuser(swapper, donors_of(identity, analyzer), analyzer, parser).attempt(image, face, OPTIONS)
    on = (made.mask > 0.05) & (made.mask < 0.95)
    after, before = _slope(made.image)[on].mean(), _slope(image)[on].mean()
    assert after <= STRONGEST_SEAM * before, f"{after / before:.2f}"
    assert (made.image[made.mask == 0] == image[made.mask == 0]).all()


def _slope(image: np.ndarray) -> np.ndarray:
    """Of lightness, levels per pixel (height, width)."""
    lightness = lab_from_rgb(image)[..., 0]
    return np.hypot(cv2.Sobel(lightness, cv2.CV_32F, 1, 0), cv2.Sobel(lightness, cv2.CV_32F, 0, 1)) / 8


def _oval(image: np.ndarray, face) -> np.ndarray:
    return oval_pixels([face_oval(face)], Size.of(image))
