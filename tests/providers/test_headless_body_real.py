"""Bodies without heads, of real photos."""

import numpy as np
import pytest

from facechain.headless_body import headless_bodies, headless_body
from facechain.parsing import Region
from facechain.progress import SilentProgress
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease

FACE_AND_HAIR = (
    Region.SKIN, Region.BROWS, Region.EYES, Region.LIPS, Region.MOUTH, Region.GLASSES, Region.HAIR, Region.HAT
)  # fmt: skip

TORSO = {"astronaut": np.s_[260:400, 130:290], "hopper": np.s_[430:580, 150:400]}
"""Rows and columns that show nothing but suit or uniform."""
SIDES = {"astronaut": np.s_[0:200, 380:512], "hopper": np.s_[0:300, 420:512]}
"""Rows and columns of background."""


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def parsed(request, analyzer, photo, locations):
    """Name, photo, and the regions of its one person."""
    image = photo(request.param)
    parser = open_model(Role.PARSER, "embedded", locations, CpuLease())
    (face,) = analyzer.detect(image)
    return request.param, image, parser.parse(image, face)


def test_face_hair_and_hat_are_black(parsed):
    _, image, regions = parsed
    head = regions.mask(*FACE_AND_HAIR) > 0
    assert head.mean() > 0.05, "A head is seen."
    assert not headless_body(image, [regions])[head].any()


def test_nothing_is_left_above_the_chin(parsed):
    _, image, regions = parsed
    chin = np.nonzero((regions.mask(Region.LIPS) > 0).any(1))[0].max()
    # The space suit's collar ring rises to the mouth at the side; 1 % is a tenth of a head.
    assert headless_body(image, [regions])[:chin].any(-1).mean() < 0.01


def test_the_torso_stays_as_it_is(parsed):
    name, image, regions = parsed
    assert (headless_body(image, [regions])[TORSO[name]] == image[TORSO[name]]).all()


def test_the_background_is_black(parsed):
    name, image, regions = parsed
    assert not headless_body(image, [regions])[SIDES[name]].any()


class Parsed:
    """Regions that are parsed already."""

    id = engine = "parsed"

    def __init__(self, regions):
        self.regions = regions

    def parse(self, image, face):
        return self.regions


def test_the_head_is_found_by_the_real_analyzer(parsed, analyzer):
    _, image, regions = parsed
    (body,) = headless_bodies([image], analyzer, Parsed(regions), SilentProgress())
    assert (body == headless_body(image, [regions])).all()
