"""The face counts most in the training, then the hair, then whatever else is kept."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support import sample_face, sample_faces

from facechain.dataset import build_dataset
from facechain.loss_weights import loss_weights
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 64


def face_with(mask, *rows):
    """A face whose crop has these regions below each other, in rows of one height."""
    labels = np.repeat([REGIONS.index(region) for region in rows], SIDE // len(rows)).astype(np.uint8)
    regions = FaceRegions(np.repeat(labels[:, None], SIDE, 1), np.ones((SIDE, SIDE), np.float32))
    return replace(sample_face(1), mask=mask, regions=regions)


def full(share=1.0):
    return np.full((SIDE, SIDE), share, np.float32)


@pytest.mark.parametrize(
    ("region", "weight"),
    [
        *((region, 1.0) for region in (Region.SKIN, Region.EYES, Region.BROWS, Region.LIPS, Region.GLASSES)),
        (Region.HAIR, 0.8),
        *((region, 0.5) for region in (Region.NECK, Region.CLOTHES, Region.HAT, Region.BACKGROUND)),
    ],
)
def test_each_region_counts_as_much_as_it_says_of_the_person(region, weight):
    weights = loss_weights(face_with(full(), region))
    assert weights.dtype == np.float32
    assert np.unique(weights) == pytest.approx(weight)


def test_what_is_not_kept_does_not_count_and_a_soft_edge_stays_soft():
    mask = full(0.0)
    mask[:, :32], mask[:, 32] = 1.0, 0.5
    weights = loss_weights(face_with(mask, Region.HAIR, Region.SKIN, Region.NECK, Region.CLOTHES))
    assert weights[[0, 16, 32], 0] == pytest.approx([0.8, 1.0, 0.5])
    assert weights[[0, 16, 32], 32] == pytest.approx([0.4, 0.5, 0.25])
    assert weights[:, 33:].max() == 0


def test_without_regions_the_kept_share_is_the_weight():
    mask = full(0.3)
    assert loss_weights(replace(sample_face(1), mask=mask)) is mask
    assert loss_weights(sample_face(1)) is None


def test_the_dataset_stores_the_weights_in_8_bits(tmp_path):
    faces = replace(
        sample_faces(3), faces=(face_with(full(), Region.HAIR, Region.SKIN), sample_face(2), sample_face(3))
    )
    dataset = build_dataset(faces, tmp_path, person_name="Anna", trigger_word="fcanna", subject="woman")
    assert [sample.mask for sample in dataset.samples] == ["000.mask.png", None, None]
    with Image.open(dataset.folder / "000.mask.png") as picture:
        assert [picture.getpixel((5, row)) for row in (0, 63)] == [204, 255]
