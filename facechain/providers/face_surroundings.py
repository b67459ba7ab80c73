"""What a parsing network sees of a picture, and how that becomes the regions of the picture.

Such networks are trained on CelebAMask-HQ: pictures cut by the rule of FFHQ, which a head fills. They see
the face in that very cut, and what lies around it, long hair and shoulders, in one as wide as FaceChain's
training crop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .. import opencv as cv2
from ..connected_pieces import touching
from ..crops import CropPreset, crop_transform
from ..faces import Face
from ..geometry import BoolArray, ByteArray, FloatArray, Similarity, Size
from ..head_mask import FACE
from ..parsing import REGIONS, FaceRegions, Region
from ..person_outline import person_matte, regions_with_matte
from ..warp import Outside, warp

_FADE_RATIO = 0.1
"""Of the narrow view: where it passes into the wide one, because networks guess at the border."""
_PERSON_AT_ALL = 0.1
"""Probability that joins pixels to one person."""
_HEAD_REACH = 0.25
"""Of the face: what of a head begins farther than this from its box belongs to somebody else."""
_OF_A_HEAD = (*FACE, Region.HAIR, Region.HAT)

Look = Callable[[ByteArray], FloatArray]
"""RGB uint8 (side, side, 3) -> probability of each region, float32 (len(REGIONS), side, side)."""


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """One square that the network saw."""

    probabilities: FloatArray
    to_view: Similarity
    """Picture pixels -> view pixels."""

    def carried(self, values: FloatArray, size: Size) -> FloatArray:
        """`values` (side, side) of the view in a picture of `size`, 0 outside of the view."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(values, self.to_view.matrix, (size.width, size.height), flags=flags)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Both views in one picture."""

    size: Size
    narrow: _View
    wide: _View
    sharp: FloatArray
    """How much the narrow view counts at each pixel of the picture, 0..1."""

    def probability(self, region: Region) -> FloatArray:
        """Of `region` at each pixel, float32 (height, width); 0 for all of them outside of the wide view."""
        index = REGIONS.index(region)
        narrow, wide = (view.carried(view.probabilities[index], self.size) for view in (self.narrow, self.wide))
        return self.sharp * narrow + (1 - self.sharp) * wide

    def person(self) -> FloatArray:
        """Probability of all but background at each pixel, float32 (height, width); 0 outside of the wide view."""
        within = self.wide.carried(np.ones(self.wide.probabilities.shape[1:], np.float32), self.size)
        return (1 - self.probability(Region.BACKGROUND)).clip(0, 1) * within

    def likeliest(self, regions: Sequence[Region]) -> ByteArray:
        """Index into REGIONS of the most probable one of `regions` at each pixel."""
        best = np.zeros(self.sharp.shape, np.float32)
        labels = np.full(best.shape, REGIONS.index(regions[0]), np.uint8)
        for region in regions:
            probability = self.probability(region)
            labels[probability > best] = REGIONS.index(region)
            best = np.maximum(best, probability)
        return labels


def parse_surroundings(look: Look, side_px: int, image: ByteArray, face: Face) -> FaceRegions:
    """The regions of the person around `face`, in pixels of RGB `image`.

    `look` sees squares of `side_px`. What lies outside of the wide view is background, and so is everybody
    who does not touch this person. Raises DegenerateLandmarks if the landmarks coincide.
    """
    seen = _see(look, side_px, image, face)
    face_px = max(face.box.width, face.box.height)
    person = _of_this_person(seen.person(), face)
    matte = person_matte(image, person, face_px)
    labels = seen.likeliest([region for region in REGIONS if region is not Region.BACKGROUND])
    labels[matte <= 0.5] = REGIONS.index(Region.BACKGROUND)
    return regions_with_matte(_of_this_head(labels, face), matte, person, face_px)


def _see(look: Look, side_px: int, image: ByteArray, face: Face) -> _Seen:
    views = []
    for preset in (CropPreset.FFHQ, CropPreset.FACECHAIN):
        to_view = crop_transform(face, preset, side_px)
        views.append(_View(look(warp(image, to_view, Size(side_px, side_px), Outside.REPLICATE)), to_view))
    narrow, wide = views
    size = Size.of(image)
    return _Seen(size, narrow, wide, sharp=narrow.carried(_fading(side_px), size))


def _fading(side_px: int) -> FloatArray:
    """1 inside, falling to 0 at the border, float32 (side_px, side_px)."""
    steps = (np.arange(side_px, dtype=np.float32) + 0.5) / (_FADE_RATIO * side_px)
    rise = np.minimum(steps, steps[::-1]).clip(0, 1)
    return rise[:, None] * rise[None]


def _of_this_person(person: FloatArray, face: Face) -> FloatArray:
    """`person` without the people whom the landmarks of `face` do not lie on."""
    columns, rows = np.rint(face.landmarks.points).astype(int).T
    inside = np.zeros(person.shape, bool)
    inside[rows.clip(0, person.shape[0] - 1), columns.clip(0, person.shape[1] - 1)] = True
    return person * touching(person > _PERSON_AT_ALL, inside)


def _of_this_head(labels: ByteArray, face: Face) -> ByteArray:
    """`labels` with faces and hair of other people, which do not reach `face`, as clothes."""
    reach = _HEAD_REACH * max(face.box.width, face.box.height)
    near = np.zeros(labels.shape, bool)
    top, left = max(round(face.box.y1 - reach), 0), max(round(face.box.x1 - reach), 0)
    near[top : max(round(face.box.y2 + reach), 0), left : max(round(face.box.x2 + reach), 0)] = True
    is_head = _is_any(labels, _OF_A_HEAD)
    return np.where(is_head & ~touching(is_head, near), REGIONS.index(Region.CLOTHES), labels).astype(np.uint8)


def _is_any(labels: ByteArray, regions: Sequence[Region]) -> BoolArray:
    return np.isin(labels, [REGIONS.index(region) for region in regions])
