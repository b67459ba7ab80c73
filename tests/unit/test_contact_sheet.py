from dataclasses import replace

import numpy as np
import pytest
from support import landscape, sample_face, sample_faces, sample_quality, sample_verdict

from facechain import contact_sheet, sheet_drawing
from facechain.contact_sheet import draw_contact_sheet
from facechain.faces import FaceSet, Rejection, Verdict
from facechain.geometry import Box, Size
from facechain.photo_card import CARD_WIDTH, GOLD, PADDING, TITLES, PhotoCard, draw_photo_card
from facechain.photo_measures import photo_measures
from facechain.sheet_drawing import GREEN, RED, wrapped
from facechain.small_photo_card import draw_small_photo_card


def card(verdict: Verdict, *, number: int = 1, is_best: bool = False) -> np.ndarray:
    face = sample_face(quality=verdict.quality) if verdict.accepted else None
    return draw_photo_card(PhotoCard(number, verdict, face, is_best))


def pixels_of(picture: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((picture == color).all(-1).sum())


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person reads on all that is drawn, in the order of drawing."""
    drawn: list[str] = []
    plain = sheet_drawing.Canvas.text

    def record(self: sheet_drawing.Canvas, at: tuple[float, float], text: str, *style: object, **more: object) -> None:
        drawn.append(text)
        plain(self, at, text, *style, **more)

    monkeypatch.setattr(sheet_drawing.Canvas, "text", record)
    return drawn


@pytest.mark.parametrize("count", [1, 2, 3, 20, 24, 25, 100])
def test_the_sheet_is_no_strip_whatever_the_number_of_photos(count):
    height, width, channels = draw_contact_sheet(sample_faces(count)).shape
    assert channels == 3
    assert 0.3 < width / height < 3
    assert max(height, width) < 4000


def test_a_sheet_that_would_be_too_large_is_shrunk_as_a_whole(monkeypatch):
    monkeypatch.setattr(contact_sheet, "LARGEST_SIDE_PX", 700)
    sheet = draw_contact_sheet(sample_faces(3))
    monkeypatch.undo()
    whole = draw_contact_sheet(sample_faces(3))
    assert sheet.shape[1] == 700
    # 1 %: sides are whole pixels.
    assert sheet.shape[1] / sheet.shape[0] == pytest.approx(whole.shape[1] / whole.shape[0], rel=0.01)


def test_accepted_photos_stand_first_and_keep_their_numbers(texts):
    faces = (sample_face(50), sample_face(200))
    verdicts = (
        sample_verdict(Rejection.BLURRED),
        sample_verdict(),
        sample_verdict(Rejection.NO_FACE),
        sample_verdict(),
    )
    draw_contact_sheet(FaceSet(faces, verdicts, Size(64, 64), "painted"))
    kept = [text for text in texts if text.startswith(("Photo", "Accepted", "Not used ("))]
    assert kept == ["Accepted (2)", "Photo 2", "Photo 4", "Not used (2)", "Photo 1", "Photo 3"]


def test_a_set_without_a_refused_photo_has_no_heading_for_them(texts):
    draw_contact_sheet(sample_faces(2))
    assert "Accepted (2)" in texts
    assert not any(text.startswith("Not used") for text in texts)


def test_a_set_without_an_accepted_photo_can_be_drawn(texts):
    draw_contact_sheet(sample_faces(0, rejected=2))
    assert texts[0] == "0 of 2 photos accepted"


def test_accepted_cards_are_green_and_refused_ones_red():
    accepted, refused = card(sample_verdict()), card(sample_verdict(Rejection.NO_FACE, quality=None, face_box=None))
    assert pixels_of(accepted, GREEN) > 1000 > pixels_of(accepted, RED)
    assert pixels_of(refused, RED) > 1000 > pixels_of(refused, GREEN)


def test_without_colours_a_tick_differs_from_a_cross():
    badges = [sheet_drawing.Canvas(24, 24, sheet_drawing.CARD) for _ in range(2)]
    for canvas, accepted in zip(badges, (True, False), strict=True):
        canvas.badge((12, 12), 12, accepted)
    marks = [canvas.pixels().min(-1) > 200 for canvas in badges]
    assert (marks[0] != marks[1])[6:18, 6:18].mean() > 0.1


def test_the_photo_of_best_quality_has_a_star(texts):
    faces = tuple(sample_face(100, quality=sample_quality(score=score)) for score in (0.2, 0.9, 0.5))
    draw_contact_sheet(FaceSet(faces, (sample_verdict(),) * 3, Size(64, 64), "painted"))
    assert texts.count("best photo") == 1
    assert texts.index("Photo 2") < texts.index("best photo") < texts.index("Photo 3")


def test_the_star_is_golden_and_stands_on_the_best_card_only():
    assert pixels_of(card(sample_verdict(), is_best=True), GOLD) > 1000
    assert pixels_of(card(sample_verdict()), GOLD) == 0


def test_the_headline_counts_and_names_what_helps_most(texts):
    draw_contact_sheet(sample_faces(9, rejected=4))
    assert texts[:3] == [
        "9 of 13 photos accepted",
        "Not used: blurred (4)",
        "What helps most (4 photos): Hold still.",
    ]


def test_the_remedy_of_one_photo_has_no_number(texts):
    draw_contact_sheet(sample_faces(2, rejected=1))
    assert "What helps most: Hold still." in texts


def test_one_photo_is_not_called_photos(texts):
    draw_contact_sheet(sample_faces(1))
    assert texts[:2] == ["1 of 1 photo accepted", "Every photo shows one usable face."]


def test_the_sheet_says_what_ran(texts):
    draw_contact_sheet(replace(sample_faces(3), engine="a network on a machine"))
    assert "Analyzed with painted (a network on a machine)." in texts


def test_a_refused_card_says_reason_and_advice(texts):
    card(sample_verdict(Rejection.BLURRED), number=2)
    assert {"Photo 2", "blurred", "It is blurred.", "Hold still."} <= set(texts)


def test_a_small_refused_card_says_the_reason(texts):
    draw_small_photo_card(PhotoCard(7, sample_verdict(Rejection.BLURRED), None, is_best=False))
    assert texts == ["Photo 7", "blurred", "It is blurred."]


def test_a_small_accepted_card_has_crop_and_quality(texts):
    verdict = sample_verdict(reason="Almost the same picture as photo 1; it adds little.")
    picture = draw_small_photo_card(PhotoCard(2, verdict, sample_face(50), is_best=True))
    # A crop fills a square of 188 px.
    assert pixels_of(picture, (50, 50, 50)) > 180**2
    assert texts[:3] == ["Photo 2", "quality 100%", "best photo"]
    assert " ".join(texts[3:]) == verdict.reason


def test_photos_are_named_by_number_only(texts):
    draw_contact_sheet(sample_faces(2, rejected=2))
    draw_contact_sheet(sample_faces(20, rejected=20))
    assert not any("secret" in text for text in texts)


def test_the_value_that_broke_a_limit_is_red():
    quality = sample_quality(eye_distance_px=10)
    small = card(sample_verdict(Rejection.TOO_SMALL, quality=quality))[268:300]
    blurred = card(sample_verdict(Rejection.BLURRED, quality=quality))[268:300]
    left_column = slice(PADDING, PADDING + 90)
    assert pixels_of(small[:, left_column], RED) > pixels_of(blurred[:, left_column], RED)


@pytest.mark.parametrize(
    ("rejection", "label"),
    [
        (Rejection.TOO_SMALL, "size"),
        (Rejection.BLURRED, "sharpness"),
        (Rejection.TOO_DARK, "light"),
        (Rejection.TOO_BRIGHT, "light"),
        (Rejection.TURNED_AWAY, "pose"),
        (Rejection.OCCLUDED, "visible"),
        (Rejection.STRANGER, "likeness"),
        (Rejection.DUPLICATE, None),
    ],
)
def test_each_verdict_points_to_its_measure(rejection, label):
    measures = photo_measures(sample_verdict(rejection, likeness=0.3))
    assert [measure.label for measure in measures if measure.failed] == ([label] if label else [])


def test_measures_are_numbers_that_a_person_can_read():
    quality = sample_quality(covered_ratio=0.4, presence=None, predicted=0.7, score=0.5, yaw_deg=-12.4)
    values = {measure.label: measure.value for measure in photo_measures(sample_verdict(quality=quality, likeness=0.9))}
    assert values == {
        "size": "80 px",
        "sharpness": "300",
        "light": "50%",
        "pose": "12°",
        "visible": "60%",
        "likeness": "90%",
        "predicted": "70%",
        "quality": "50%",
    }


def test_a_photo_without_a_face_has_no_measures():
    assert photo_measures(sample_verdict(Rejection.NO_FACE, quality=None)) == []


def test_an_unreadable_photo_has_a_card_without_picture():
    verdict = sample_verdict(Rejection.UNREADABLE, quality=None, thumbnail=None, face_box=None)
    assert pixels_of(card(verdict), RED) > 1000


def test_a_face_box_that_leaves_the_photo_stays_on_its_picture():
    verdict = sample_verdict(thumbnail=landscape(64, 48), face_box=Box(10, -20, 30, 30))
    # The head of the card, above the picture: badge, number and the word "accepted" only.
    plain = sample_verdict(thumbnail=landscape(64, 48), face_box=None)
    assert (card(verdict)[:48] == card(plain)[:48]).all()


def test_the_longest_reason_stays_beside_the_photo():
    words = "This reason is far longer than any that this extension ever gives, to see how small it gets."
    verdict = sample_verdict(Rejection.UNREADABLE, reason=f"{words} {words}", advice=words, quality=None)
    right_side = card(verdict)[254:350, 240 : CARD_WIDTH - 6]
    assert pixels_of(right_side, sheet_drawing.CARD) == right_side.shape[0] * right_side.shape[1]


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
    assert width < CARD_WIDTH - 150
