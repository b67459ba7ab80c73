"""How alike every placed face is to every person, as one captioned picture."""

from __future__ import annotations

import numpy as np

from . import sheet_drawing as drawing
from .drawn_names import drawn_name
from .geometry import Box, ByteArray, Size
from .group_photo_values import GroupPhoto, PlacedPerson
from .previews import shrink
from .sheet_drawing import Canvas, Color

CELL_WIDTH, CELL_HEIGHT = 176, 132
HEADER_HEIGHT = 92
GAP = 16
FEWEST_COLUMNS = 3
"""Room for the heading."""
NOTE_LINE_HEIGHT = 22
_THUMBNAIL_SIDE = 92
_AROUND_FACE = 1.5
"""Side of a thumbnail over the longer side of the face box."""


def draw_likeness_table(group: GroupPhoto) -> ByteArray:
    """RGB picture (height, width, 3): a row per placed face, a column per person, the likeness in each cell.

    Everybody's own face is on the diagonal, which is framed: green when it is the largest number of
    its row and its column, amber otherwise. Below are the faces that were left as they are, and why.
    """
    count = len(group.persons)
    notes = [f"Face {person.number}: {person.note}" for person in group.persons if person.note]
    width = (max(count, FEWEST_COLUMNS) + 1) * CELL_WIDTH + 2 * GAP
    height = HEADER_HEIGHT + (count + 1) * CELL_HEIGHT + GAP
    table = np.empty((height, width, 3), np.uint8)
    table[:] = drawing.PAPER
    table[:HEADER_HEIGHT] = _header(group, width)
    for place, person in enumerate(group.persons):
        _put(table, 0, place + 1, _heading(person.picture, _person_label(person, place)))
        _put(table, place + 1, 0, _heading(_face_picture(group.image, person.face.box), f"face {person.number}"))
        for column in range(count):
            _put(table, place + 1, column + 1, _cell(group, place, column))
    return np.vstack([table, *(_note(note, width) for note in notes)])


def _put(table: ByteArray, row: int, column: int, cell: ByteArray) -> None:
    top, left = HEADER_HEIGHT + row * CELL_HEIGHT, GAP + column * CELL_WIDTH
    table[top : top + CELL_HEIGHT, left : left + CELL_WIDTH] = cell


def _header(group: GroupPhoto, width: int) -> ByteArray:
    canvas, count = Canvas(width, HEADER_HEIGHT, drawing.PAPER), len(group.persons)
    right = sum(group.is_most_alike(place) for place in range(count))
    title = f"{right} of {count} faces are most alike to their own person"
    canvas.text((GAP, 16), title, 28, drawing.INK if right == count else drawing.AMBER)
    canvas.text(
        (GAP, 56),
        "Rows: faces in the picture. Columns: persons. 50%: the border to other people.",
        16,
        drawing.MUTED,
    )
    return canvas.pixels()


def _person_label(person: PlacedPerson, place: int) -> str:
    return drawn_name(person.name) or f"person {place + 1}"


def _heading(picture: ByteArray, label: str) -> ByteArray:
    canvas = Canvas(CELL_WIDTH, CELL_HEIGHT, drawing.PAPER)
    small = shrink(picture, _THUMBNAIL_SIDE * drawing.SMOOTHING)
    canvas.picture(((CELL_WIDTH - _THUMBNAIL_SIDE) / 2, 4), small, _THUMBNAIL_SIDE)
    canvas.text((CELL_WIDTH / 2, _THUMBNAIL_SIDE + 20), label, 16, drawing.INK, "mm")
    return canvas.pixels()


def _cell(group: GroupPhoto, row: int, column: int) -> ByteArray:
    canvas, likeness = Canvas(CELL_WIDTH, CELL_HEIGHT, drawing.PAPER), float(group.likeness[row, column])
    color = _color(group, row, column)
    edge = color if row == column else None
    canvas.card((6, 6, CELL_WIDTH - 7, CELL_HEIGHT - 7), fill=drawing.CARD, edge=edge)
    canvas.text((CELL_WIDTH / 2, 52), f"{likeness:.0%}", 30 if row == column else 22, color, "mm")
    canvas.bar((28, 86), CELL_WIDTH - 56, likeness, color)
    if row == column and group.persons[row].note:
        canvas.text((CELL_WIDTH / 2, 107), "left as it was", 15, drawing.AMBER, "mm")
    return canvas.pixels()


def _color(group: GroupPhoto, row: int, column: int) -> Color:
    if row != column:
        return drawing.MUTED
    return drawing.GREEN if group.is_most_alike(row) else drawing.AMBER


def _face_picture(image: ByteArray, face: Box) -> ByteArray:
    half = _AROUND_FACE * max(face.width, face.height) / 2
    x, y = face.center
    box = Box(x - half, y - half, x + half, y + half).clipped(Size.of(image))
    return image[int(box.y1) : int(box.y2) + 1, int(box.x1) : int(box.x2) + 1]


def _note(text: str, width: int) -> ByteArray:
    lines = drawing.wrapped(text, 15, width - 2 * GAP)
    canvas = Canvas(width, len(lines) * NOTE_LINE_HEIGHT + GAP, drawing.PAPER)
    for place, line in enumerate(lines):
        canvas.text((GAP, place * NOTE_LINE_HEIGHT), line, 15, drawing.AMBER)
    return canvas.pixels()
