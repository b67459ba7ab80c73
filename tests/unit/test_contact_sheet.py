import numpy as np
import pytest
from support import landscape, sample_face, sample_faces, sample_quality, sample_verdict

from facechain import contact_sheet, sheet_drawing
from facechain.contact_sheet import CARD_HEIGHT, CARD_WIDTH, GAP, HEADER_HEIGHT, TITLES, draw_contact_sheet
from facechain.faces import FaceSet, Rejection, Verdict
from facechain.geometry import Box, Size
from facechain.sheet_drawing import GREEN, RED, wrapped


def sheet_of(*verdicts: Verdict) -> np.ndarray:
    accepted = tuple(sample_face() for verdict in verdicts if verdict.accepted)
    return draw_contact_sheet(FaceSet(accepted, verdicts, Size(64, 64), "painted"))


def card(sheet: np.ndarray, index: int) -> np.ndarray:
    top = HEADER_HEIGHT + index // 3 * (CARD_HEIGHT + GAP)
    left = GAP + index % 3 * (CARD_WIDTH + GAP)
    return sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH]


def pixels_of(picture: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((picture == color).all(-1).sum())


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (3, 1), (4, 2), (60, 20)])
def test_the_sheet_has_three_cards_per_row(count, rows):
    sheet = draw_contact_sheet(sample_faces(count))
    assert sheet.shape == (HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), 1408, 3)
    assert sheet.dtype == np.uint8


def test_accepted_cards_are_green_and_refused_ones_red():
    sheet = sheet_of(sample_verdict(), sample_verdict(Rejection.NO_FACE, quality=None, face_box=None))
    accepted, refused = card(sheet, 0), card(sheet, 1)
    assert pixels_of(accepted, GREEN) > 1000 > pixels_of(accepted, RED)
    assert pixels_of(refused, RED) > 1000 > pixels_of(refused, GREEN)


def test_cards_stand_in_photo_order_with_the_crop_of_their_own_face():
    faces = (sample_face(50), sample_face(200))
    verdicts = (sample_verdict(), sample_verdict(Rejection.BLURRED), sample_verdict())
    sheet = draw_contact_sheet(FaceSet(faces, verdicts, Size(64, 64), "painted"))
    # A crop fills a square of 204 px.
    assert pixels_of(card(sheet, 0), (50, 50, 50)) > 200**2
    assert pixels_of(card(sheet, 2), (200, 200, 200)) > 200**2


def drawn_texts(monkeypatch: pytest.MonkeyPatch, faces: FaceSet) -> list[str]:
    """What a person reads on the sheet."""
    texts: list[str] = []
    plain = sheet_drawing.Canvas.text

    def record(self: sheet_drawing.Canvas, at: tuple[float, float], text: str, *style: object, **more: object) -> None:
        texts.append(text)
        plain(self, at, text, *style, **more)

    monkeypatch.setattr(sheet_drawing.Canvas, "text", record)
    draw_contact_sheet(faces)
    return texts


def test_the_headline_counts_accepted_photos(monkeypatch):
    texts = drawn_texts(monkeypatch, sample_faces(9, rejected=4))
    assert texts[0] == "9 of 13 photos accepted"
    assert texts[1] == "Not used: blurred (4)"


def test_one_photo_is_not_called_photos(monkeypatch):
    texts = drawn_texts(monkeypatch, sample_faces(1))
    assert texts[:2] == ["1 of 1 photo accepted", "Every photo shows one usable face."]


def test_a_refused_card_says_reason_and_advice(monkeypatch):
    texts = drawn_texts(monkeypatch, sample_faces(1, rejected=1))
    assert {"Photo 2", "blurred", "It is blurred.", "Hold still."} <= set(texts)


def test_photos_are_named_by_number_only(monkeypatch):
    texts = drawn_texts(monkeypatch, sample_faces(2, rejected=2))
    assert not any("secret" in text for text in texts)


def test_the_value_that_broke_a_limit_is_red():
    quality = sample_quality(eye_distance_px=10)
    small = card(sheet_of(sample_verdict(Rejection.TOO_SMALL, quality=quality)), 0)[-66:]
    blurred = card(sheet_of(sample_verdict(Rejection.BLURRED, quality=quality)), 0)[-66:]
    left_column = slice(14, 90)
    assert pixels_of(small[:, left_column], RED) > pixels_of(blurred[:, left_column], RED)


def test_an_unreadable_photo_has_a_card_without_picture():
    verdict = sample_verdict(Rejection.UNREADABLE, quality=None, thumbnail=None, face_box=None)
    assert pixels_of(card(sheet_of(verdict), 0), RED) > 1000


def test_a_face_box_that_leaves_the_photo_stays_on_its_picture():
    verdict = sample_verdict(thumbnail=landscape(64, 48), face_box=Box(10, -20, 30, 30))
    # The head of the card, above the picture: badge, number and the word "accepted" only.
    plain = sample_verdict(thumbnail=landscape(64, 48), face_box=None)
    assert (card(sheet_of(verdict), 0)[:48] == card(sheet_of(plain), 0)[:48]).all()


def test_every_rejection_has_a_title():
    assert set(TITLES) == set(Rejection)


def test_long_text_is_broken_at_spaces_to_fit():
    lines = wrapped("Use a photo in which the face is large, lit and not covered.", 15, 200)
    assert " ".join(lines) == "Use a photo in which the face is large, lit and not covered."
    widths = [sheet_drawing.font(15 * sheet_drawing.SMOOTHING).getlength(line) for line in lines]
    assert max(widths) <= 200 * sheet_drawing.SMOOTHING
    assert len(lines) > 1


def test_a_word_longer_than_the_line_stands_alone():
    assert wrapped("a incomprehensibilities b", 15, 60) == ["a", "incomprehensibilities", "b"]


def test_titles_fit_beside_the_number_of_the_photo():
    longest = max(TITLES.values(), key=len)
    width = sheet_drawing.font(17 * sheet_drawing.SMOOTHING).getlength(longest) / sheet_drawing.SMOOTHING
    assert width < contact_sheet.CARD_WIDTH - 150
