import pytest
from support import sample_quality

from facechain.errors import InvalidSetting
from facechain.faces import Rejection
from facechain.photos import PhotoRef
from facechain.verdicts import (
    Limits,
    judge_quality,
    near_duplicate,
    no_face,
    repeat_rejected,
    several_faces,
    stranger,
    unreadable,
)


def test_a_good_face_has_no_finding():
    assert judge_quality(sample_quality(), Limits()) is None


@pytest.mark.parametrize(
    ("change", "rejection", "reason"),
    [
        ({"eye_distance_px": 18.4}, Rejection.TOO_SMALL, "The face is small: 18 px between the eyes, 32 needed."),
        ({"sharpness": 12.3}, Rejection.BLURRED, "The face is blurred: sharpness 12, 40 needed."),
        ({"brightness": 0.07}, Rejection.TOO_DARK, "The face is dark: brightness 7%, 10% needed."),
        ({"brightness": 0.2, "clipped_ratio": 0.4}, Rejection.TOO_DARK, "40% of the face is black."),
        ({"brightness": 0.95}, Rejection.TOO_BRIGHT, "The face is burnt out: brightness 95%, at most 90% is fine."),
        ({"brightness": 0.8, "clipped_ratio": 0.5}, Rejection.TOO_BRIGHT, "50% of the face is white."),
        ({"yaw_deg": -48.0}, Rejection.TURNED_AWAY, "The face is turned 48° to the side, up to 45° is fine."),
        ({"pitch_deg": -40.0}, Rejection.TURNED_AWAY, "The face looks 40° down, up to 35° is fine."),
        ({"pitch_deg": 36.0}, Rejection.TURNED_AWAY, "The face looks 36° up, up to 35° is fine."),
        (
            {"covered_ratio": 0.47},
            Rejection.OCCLUDED,
            "About 47% of the face seems to be covered, at most 25% is fine.",
        ),
        (
            {"presence": 0.62},
            Rejection.OCCLUDED,
            "The face is covered or cut off: 62% certain that it is one, 80% needed.",
        ),
    ],
)
def test_every_limit_has_its_sentence_with_the_number(change, rejection, reason):
    finding = judge_quality(sample_quality(**change), Limits())
    assert finding is not None
    assert (finding.rejection, finding.reason) == (rejection, reason)
    assert finding.advice.startswith("Use a ")


@pytest.mark.parametrize(
    "change",
    [
        {"eye_distance_px": 32.0},
        {"sharpness": 40.0},
        {"brightness": 0.10},
        {"brightness": 0.90},
        {"brightness": 0.8, "clipped_ratio": 0.35},
        {"yaw_deg": 45.0},
        {"pitch_deg": -35.0},
        {"covered_ratio": 0.25},
        {"presence": 0.8},
        {"presence": None},
    ],
)
def test_a_face_at_its_limit_is_accepted(change):
    assert judge_quality(sample_quality(**change), Limits()) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"eye_distance_px": 31.8}, "31.8 px between the eyes, 32 needed"),
        ({"sharpness": 39.97}, "sharpness 39.97, 40 needed"),
        ({"yaw_deg": 45.2}, "turned 45.2° to the side, up to 45°"),
    ],
)
def test_a_number_is_never_rounded_onto_the_limit_that_it_misses(change, reason):
    finding = judge_quality(sample_quality(**change), Limits())
    assert finding is not None
    assert reason in finding.reason


def test_darkness_is_named_before_the_blur_that_it_causes():
    finding = judge_quality(sample_quality(brightness=0.05, sharpness=0, eye_distance_px=10), Limits())
    assert finding is not None
    assert finding.rejection is Rejection.TOO_DARK


def test_a_turned_head_is_named_before_the_small_eye_distance_that_it_causes():
    finding = judge_quality(sample_quality(yaw_deg=60, eye_distance_px=20), Limits())
    assert finding is not None
    assert finding.rejection is Rejection.TURNED_AWAY


def test_blur_is_named_before_the_mouth_that_it_hides():
    finding = judge_quality(sample_quality(sharpness=10, covered_ratio=0.5), Limits())
    assert finding is not None
    assert finding.rejection is Rejection.BLURRED


def test_limits_can_be_loosened():
    assert judge_quality(sample_quality(sharpness=12), Limits(sharpness=10)) is None


def test_a_minimum_likeness_above_1_is_refused():
    with pytest.raises(InvalidSetting, match=r"Minimum likeness 1\.5 is not between 0 and 1"):
        Limits(likeness=1.5)


def test_an_unreadable_photo_says_what_its_file_said():
    photo = PhotoRef(None, "", "secret.jpg", problem="The file is empty.", advice="Upload it again.")
    finding = unreadable(photo)
    assert (finding.rejection, finding.reason, finding.advice) == (
        Rejection.UNREADABLE,
        "The file is empty.",
        "Upload it again.",
    )


def test_findings_about_faces_have_numbers_and_advice():
    several = several_faces(6, 1.23, 4)
    assert several.reason == "There are 6 faces; the largest is 1.2 times the next, 4 needed."
    assert several.advice == "Crop the photo to one person."
    assert no_face().reason == "No face was found."
    assert stranger(0.195, Limits()).reason == (
        "This seems to be another person: 20% alike to the other photos, 50% needed."
    )


def test_a_stranger_may_be_one_to_somebody_in_particular():
    reason = stranger(0.2, Limits(), "the person asked for").reason
    assert reason == "This seems to be another person: 20% alike to the person asked for, 50% needed."


def test_a_refused_repeat_names_the_photo_that_is_kept():
    finding = repeat_rejected(3)
    assert (finding.rejection, finding.reason, finding.advice) == (
        Rejection.DUPLICATE,
        "This is almost the same picture as photo 3.",
        "Use a photo of another moment instead.",
    )


def test_a_near_duplicate_names_the_photo_that_it_repeats():
    assert near_duplicate(2) == "Almost the same picture as photo 2; it adds little."
