import numpy as np
import pytest

from facechain.errors import NoFaceFound
from facechain.headless_body import headless_bodies, headless_body
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.progress import SilentProgress


def regions(person=None, size=(60, 40), **areas):
    """Regions (height, width) of `size`; `areas` are slices of rows and columns by the region's code."""
    labels = np.full(size, REGIONS.index(Region.BACKGROUND), np.uint8)
    for code, area in areas.items():
        labels[area] = REGIONS.index(Region(code))
    share = (labels != REGIONS.index(Region.BACKGROUND)).astype(np.float32)
    return FaceRegions(labels, share if person is None else person)


def standing(**more):
    """A head of 20 x 20 px above a neck and a body that goes down to the edge."""
    return regions(
        hair=np.s_[0:5, 10:30],
        skin=np.s_[5:20, 10:30],
        eyes=np.s_[9:11, 14:18],
        neck=np.s_[20:25, 15:25],
        clothes=np.s_[25:60, 5:35],
        **more,
    )


def colors(size=(60, 40)):
    """Random colours, none of them black."""
    return np.random.default_rng(0).integers(1, 256, (*size, 3), np.uint8)


def test_the_head_and_the_background_are_black_and_the_body_stays_as_it_is():
    image = colors()
    seen = headless_body(image, [standing()])
    assert not seen[:20].any()
    assert (seen[25:, 5:35] == image[25:, 5:35]).all()
    assert (seen[20:25, 15:25] == image[20:25, 15:25]).all()
    assert not seen[25:, :5].any()


@pytest.mark.parametrize("code", ["hat", "glasses", "brows", "lips", "mouth"])
def test_what_is_on_a_head_goes_with_it(code):
    worn = standing(**{code: np.s_[5:12, 12:28]})
    assert not headless_body(colors(), [worn])[:20].any()


def test_a_brim_over_the_shoulder_goes_with_its_hat():
    image = colors()
    seen = headless_body(image, [standing(hat=np.s_[25:28, 5:15])])
    assert not seen[25:28, 5:15].any()
    assert (seen[28:, 5:35] == image[28:, 5:35]).all()


def test_the_soft_outline_goes_with_what_it_is_nearest_to():
    soft = standing().person.copy()
    soft[0:60, 7:10] = np.maximum(soft[0:60, 7:10], 0.5)  # beside the head
    soft[30:60, 3:5] = 0.5  # beside the body
    outlined = FaceRegions(standing().labels.copy(), soft)
    seen = headless_body(np.full((60, 40, 3), 200, np.uint8), [outlined])
    assert not seen[:18, 7:10].any()
    # Half of 200, because a plain picture tells no colours apart.
    assert seen[40, 4].tolist() == [100, 100, 100]


def test_the_head_of_one_is_no_body_of_another():
    wide = (60, 80)
    left = regions(size=wide, skin=np.s_[0:20, 10:30], clothes=np.s_[20:60, 0:80])
    right = regions(size=wide, skin=np.s_[30:50, 50:70], clothes=np.s_[20:30, 0:80])
    right = FaceRegions(right.labels, left.person.copy())
    seen = headless_body(colors(wide), [left, right])
    assert not seen[:20, 10:30].any()
    assert not seen[30:50, 50:70].any()


def test_away_from_a_head_nobody_asks_its_parser():
    wide = (60, 120)
    left = regions(size=wide, skin=np.s_[0:20, 10:30], clothes=np.s_[20:60, 0:120])
    right = regions(size=wide, skin=np.s_[0:20, 90:110], clothes=np.s_[40:60, 90:110])
    image = colors(wide)
    seen = headless_body(image, [left, right])
    assert (seen[20:60, 0:50] == image[20:60, 0:50]).all()
    assert not seen[20:38, 70:].any()
    assert not seen[20:60, 112:].any()
    assert (seen[41:60, 91:109] == image[41:60, 91:109]).all()


def test_scraps_beside_a_head_are_no_body():
    # A fifth of the head's 400 px is the least.
    labels, person = standing().labels.copy(), standing().person.copy()
    labels[5:12, 33:39], person[5:12, 33:39] = REGIONS.index(Region.CLOTHES), 1
    assert not headless_body(colors(), [FaceRegions(labels, person)])[:20].any()


class OneFace:
    """Finds a face, a number, in every picture that is not black."""

    def detect(self, image):
        return (1,) if image.any() else ()


class Standing:
    def parse(self, image, face):
        return standing()


class Steps:
    def __init__(self):
        self.seen = []

    def step(self, done, total):
        self.seen.append((done, total))


def test_every_picture_has_its_body():
    steps, pictures = Steps(), [colors(), colors() // 2 + 1]
    bodies = headless_bodies(pictures, OneFace(), Standing(), steps)
    assert [(body[40, 20] == picture[40, 20]).all() for body, picture in zip(bodies, pictures, strict=True)] == [
        True
    ] * 2
    assert steps.seen == [(0, 2), (1, 2), (2, 2)]


def test_a_picture_without_a_face_is_named():
    with pytest.raises(NoFaceFound, match=r"Picture 2 of 2 shows no face.*Use a picture"):
        headless_bodies([colors(), np.zeros((60, 40, 3), np.uint8)], OneFace(), Standing(), SilentProgress())
