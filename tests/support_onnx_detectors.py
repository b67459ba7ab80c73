"""Stand-ins for SCRFD and YuNet, with their tensors, that find faces by support_face_pattern."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support_face_pattern import STRIDES, Head, find_faces
from support_onnx import Drawing

SCRFD_NAMES = ("448", "471", "494", "451", "474", "497", "454", "477", "500")
"""Of the published det_10g.onnx: three scores, three boxes, three sets of points."""
_YUNET_COLUMNS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
_POINTS = np.array([(-0.21, -0.2), (0.21, -0.2), (0, 0.07), (-0.17, 0.18), (0.17, 0.18)])
"""Eyes, nose and mouth corners from the middle of the face, in its heights."""
_HALF = np.array([0.44, 0.5])
"""Half width and half height of the face, in its heights."""


def draw_scrfd(file: Path, *, threshold: float = 2.5, names: tuple[str, ...] = SCRFD_NAMES) -> Path:
    """RGB (x-127.5)/128 -> scores, boxes and points of three strides, two anchors per position.

    `threshold` is the answer of the pattern that gives score 0.5.
    """
    drawing = Drawing(**{"input.1": [1, 3, "height", "width"]})
    rgb = drawing.mix("input.1", 128 * np.eye(3), [127.5] * 3)
    for level, heads in enumerate(find_faces(drawing, rgb).values()):
        scores = [drawing.mix(head.answer, [[1]], [-threshold]) for head in heads]
        boxes = [_moved(drawing, head, [(-1, 0), (0, -1), (1, 0), (0, 1)], [*_HALF, *_HALF]) for head in heads]
        points = [_moved(drawing, head, [(1, 0), (0, 1)] * 5, _POINTS.ravel()) for head in heads]
        drawing.rows(drawing.add("Sigmoid", drawing.stack(*scores)), 1, names[level])
        drawing.rows(drawing.stack(*boxes), 4, names[level + 3])
        drawing.rows(drawing.stack(*points), 10, names[level + 6])
    columns = (1, 1, 1, 4, 4, 4, 10, 10, 10)
    return drawing.save(file, {name: ["n", count] for name, count in zip(names, columns, strict=True)})


def draw_yunet(file: Path, *, threshold: float = 2.5) -> Path:
    """BGR 0..255 -> cls, obj, bbox and kps of three strides, one position after the other."""
    drawing = Drawing(input=[1, 3, 640, 640])
    rgb = drawing.mix("input", np.eye(3)[::-1])
    outputs = {}
    for stride, (small, large) in find_faces(drawing, rgb).items():
        likelier = drawing.mix(drawing.add("Sub", large.answer, small.answer), [[2]])
        share = drawing.add("Sigmoid", likelier)
        ratio = np.log(large.face_px / small.face_px)
        size = drawing.mix(share, [[ratio]], [np.log(small.face_px / stride)])
        move = _between(drawing, small.move, large.move, share)
        score = drawing.add("Sigmoid", drawing.mix(drawing.add("Max", small.answer, large.answer), [[1]], [-threshold]))
        extent = drawing.mix(size, [[1], [1]], np.log(2 * _HALF))
        center = drawing.mix(move, np.eye(2) / stride)
        points = drawing.add(
            "Add",
            drawing.mix(drawing.add("Exp", size), _POINTS.reshape(10, 1)),
            drawing.mix(center, [(1, 0), (0, 1)] * 5),
        )
        parts = {"cls": score, "obj": score, "bbox": drawing.stack(center, extent), "kps": points}
        for kind, columns in _YUNET_COLUMNS.items():
            name = f"{kind}_{stride}"
            drawing.rows(parts[kind], columns, name, batch=True)
            outputs[name] = [1, (640 // stride) ** 2, columns]
    kinds = [f"{kind}_{stride}" for kind in _YUNET_COLUMNS for stride in STRIDES]
    return drawing.save(file, {name: outputs[name] for name in kinds})


def _moved(drawing: Drawing, head: Head, directions: list[tuple[int, int]], from_middle: np.ndarray) -> str:
    """Distances in strides: `from_middle` in face heights, and the move along `directions` (x, y)."""
    distances = np.asarray(from_middle) * head.face_px / head.stride
    return drawing.mix(head.move, np.array(directions) / head.stride, distances)


def _between(drawing: Drawing, first: str, second: str, share: str) -> str:
    both = drawing.mix(share, [[1], [1]])
    return drawing.add("Add", first, drawing.add("Mul", both, drawing.add("Sub", second, first)))
