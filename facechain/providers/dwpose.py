"""Bodies, hands and faces in a photo by DWPose: YOLOX finds the people, an RTMPose network their 133 points.

Papers: Yang et al. 2023, Effective Whole-body Pose Estimation with Two-stages Distillation; Jiang et al. 2023,
RTMPose; Li et al. 2022, SimCC. Steps and constants are those of DWPose's own ONNX pipeline
(github.com/IDEA-Research/DWPose, onnxdet.py and onnxpose.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..geometry import Box, ByteArray, FloatArray, Similarity, Size
from ..interfaces import DeviceLease
from ..poses import KEYPOINTS, BodyPose
from .insightface_crops import sample
from .model_files import FoundFile, ModelLocations
from .onnx_contract import require_tensors
from .onnx_engine import open_graph
from .onnx_face_parser import network_input
from .portrait_models import DWPOSE, YOLOX
from .wholebody_keypoints import POINTS, body_pose
from .yolox import YoloX

INPUT = Size(288, 384)
REGION_OVER_BOX = 1.25
BINS_PER_PX = 2
"""Places along either axis that the network tells apart, per pixel of its input."""
PEOPLE_AT_ONCE = 8
"""In one run of the network, where its file leaves their number open; more only take memory."""


class DwPoseEstimator:
    """Person detector and whole-body network. One instance may serve several threads."""

    id = "dwpose"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._people = YoloX(locations.found(YOLOX), lease)
        self._points = WholeBodyNetwork(locations.found(DWPOSE), lease)

    def estimate(self, image: ByteArray) -> tuple[BodyPose, ...]:
        """Every person with body, hands and face, left to right by neck, in pixels of `image`.

        Empty when there is nobody: DWPose itself then takes the whole photo for a person. A box in which no point
        of a body is seen is nobody either.
        """
        found = self._points.locate(image, self._people.detect(image))
        poses = [body_pose(points, Size.of(image)) for points in found]
        return tuple(sorted((pose for pose in poses if pose.keypoints[:, 2].any()), key=_place))


class WholeBodyNetwork:
    """The network that looks at one person at a time. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._graph = open_graph(found, lease)
        bins = [(None, POINTS, side * BINS_PER_PX) for side in (INPUT.width, INPUT.height)]
        require_tensors(self._graph, found, inputs=[(None, 3, INPUT.height, INPUT.width)], outputs=bins)
        shape = self._graph.inputs[0].shape
        self._at_once = (shape[0] if shape else None) or PEOPLE_AT_ONCE

    def locate(self, image: ByteArray, boxes: Sequence[Box]) -> list[FloatArray]:
        """COCO-WholeBody's points (133, 3: x and y in pixels of `image`, score 0..1) of the person in each box."""
        regions = [region_around(box) for box in boxes]
        found = []
        for first in range(0, len(regions), self._at_once):
            found += self._look(image, regions[first : first + self._at_once])
        return found

    def _look(self, image: ByteArray, regions: Sequence[Box]) -> list[FloatArray]:
        crops = np.concatenate([network_input(crop_of(image, region)) for region in regions])
        values = self._graph.run({self._graph.inputs[0].name: crops})
        simcc_x, simcc_y = (values[one.name] for one in self._graph.outputs)
        return [in_photo(points, region) for points, region in zip(decode(simcc_x, simcc_y), regions, strict=True)]


def region_around(box: Box) -> Box:
    """What the network sees for a person in `box`: 1.25 times as much, widened or heightened to 3:4."""
    width = REGION_OVER_BOX * max(box.width, box.height * INPUT.width / INPUT.height)
    height = width * INPUT.height / INPUT.width
    x, y = box.center
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def crop_of(image: ByteArray, region: Box) -> ByteArray:
    """`region` of the photo as RGB (384, 288, 3), black outside of the photo."""
    scale = INPUT.width / region.width
    to_crop = Similarity(np.array([[scale, 0, -region.x1 * scale], [0, scale, -region.y1 * scale]]))
    return sample(image, to_crop, INPUT.height)[:, : INPUT.width]


def decode(simcc_x: FloatArray, simcc_y: FloatArray) -> FloatArray:
    """x and y in pixels of the network's input and score 0..1 (people, 133, 3), from how likely each bin is.

    Each axis has its own likeliest bin; the point is as certain as the less certain axis.
    """
    places = np.stack([simcc_x.argmax(axis=2), simcc_y.argmax(axis=2)], axis=2) / BINS_PER_PX
    scores = np.minimum(simcc_x.max(axis=2), simcc_y.max(axis=2)).clip(0, 1)
    return np.concatenate([places, scores[..., None]], axis=2)


def in_photo(points: FloatArray, region: Box) -> FloatArray:
    """`points` (n, 3) of the network's input with x and y in pixels of the photo; scores stay."""
    placed = points.copy()
    placed[:, :2] = points[:, :2] * (region.width / INPUT.width) + (region.x1, region.y1)
    return placed


def _place(pose: BodyPose) -> float:
    """x of the neck, or the mean of what is seen of the body."""
    x, _, scores = pose.keypoints.T
    neck = KEYPOINTS.index("neck")
    return float(x[neck] if scores[neck] else x[scores > 0].mean())
