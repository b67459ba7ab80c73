"""Which features stay the target's, and where they are."""

import numpy as np
import pytest
from support_mesh import ball_mesh

from facechain.feature_zones import Kept, core_zone, differing_features, kept_zone
from facechain.geometry import Size
from facechain.mesh_regions import EYELIDS, INNER_LIPS, OUTER_LIPS

CLOSED = ball_mesh(100, 100, 60)


def with_eyes(opening: float) -> np.ndarray:
    """The ball face with eyes 10 px wide, `opening` of it open."""
    mesh = CLOSED.copy()
    for place, (upper, lower, outer, inner) in enumerate(EYELIDS):
        x = 80 + 40 * place
        mesh[[outer, inner], :2] = [[x - 5, 85], [x + 5, 85]]
        mesh[[upper, lower], :2] = [[x, 85 - 5 * opening], [x, 85 + 5 * opening]]
        mesh[[outer, inner, upper, lower], 2] = 0
    return mesh


@pytest.mark.parametrize(
    ("opening", "kept"), [(0.0, frozenset()), (0.1, frozenset({Kept.TEETH})), (0.4, frozenset({Kept.MOUTH}))]
)
def test_the_more_the_mouths_differ_the_more_of_the_targets_stays(opening, kept):
    target, identity = ball_mesh(100, 100, 60, mouth=opening), ball_mesh(50, 50, 30)
    assert differing_features(target, identity) - {Kept.EYES} == kept
    assert differing_features(identity, target) - {Kept.EYES} == kept


def test_open_eyes_are_not_drawn_onto_closed_ones():
    assert Kept.EYES in differing_features(with_eyes(0.1), with_eyes(0.3))
    assert Kept.EYES in differing_features(with_eyes(0.3), with_eyes(0.1))
    assert Kept.EYES not in differing_features(with_eyes(0.25), with_eyes(0.3))


def test_a_kept_part_covers_its_ring_and_little_else():
    size, mesh = Size(200, 200), CLOSED.copy()
    # A mouth of 40 by 20 px around (100, 130), like a ring of outer lips has it.
    angles = np.arange(len(OUTER_LIPS)) / len(OUTER_LIPS) * 2 * np.pi
    mesh[list(OUTER_LIPS), :2] = np.column_stack([100 - 20 * np.cos(angles), 130 - 10 * np.sin(angles)])
    zone = kept_zone({Kept.MOUTH}, mesh, size)
    assert zone[130, 100] == pytest.approx(1, abs=1e-3)
    assert zone[130, 82] > 0.9
    assert zone[100, 100] == 0
    assert zone.shape == (200, 200)


def test_closed_lips_have_a_seam_that_stays():
    zone = kept_zone({Kept.TEETH}, CLOSED, Size(200, 200))
    for x, y in CLOSED[list(INNER_LIPS), :2].round().astype(int):
        assert zone[y, x] > 0.5


def test_nothing_kept_is_nothing_that_stays():
    assert not kept_zone(frozenset(), CLOSED, Size(200, 200)).any()


def test_the_core_ends_below_the_forehead():
    core = core_zone(CLOSED, Size(200, 200))
    # Brows lie 0.45 half heights above the middle: 100 - 0.45 * 72 = 68.
    assert core[100, 100] > 0.99
    assert core[:62].max() < 0.05
