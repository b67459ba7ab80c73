"""Captions: what was measured, what the user wants otherwise, and where it ends up."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support import sample_faces
from support_tags import SIDE, FrontGaze, PaintedParser, painted_face, painted_regions

from facechain.dataset import build_dataset
from facechain.errors import InvalidSetting
from facechain.geometry import Size
from facechain.progress import SilentProgress
from facechain.sheet_drawing import CARD
from facechain.tag_faces import tag_faces
from facechain.tag_rules import TagRules, join_words, split_words
from facechain.tags_sheet import CARD_HEIGHT, CARD_WIDTH, GAP, HEADER_HEIGHT, PADDING, draw_tags_sheet

MEASURED = (
    "head and shoulders, front view, looking at the camera, dark hair, blue clothes, "
    "plain background, grey background, even light"
)


def painted_faces(count: int = 3):
    """Faces alike, but the second one has red clothes."""
    red = {"clothes": (200, 25, 30)}
    faces = [painted_face(100 + number, **(red if number == 1 else {})) for number in range(count)]
    return replace(sample_faces(count), faces=tuple(faces), size=Size(SIDE, SIDE))


def tagged(faces=None, parser=None, **rules):
    return tag_faces(
        faces or painted_faces(), parser or PaintedParser(), FrontGaze(), TagRules(**rules), SilentProgress()
    )


def test_each_face_gets_a_caption_of_what_was_measured():
    result = tagged()
    assert result.captions == [MEASURED, MEASURED.replace("blue", "red"), MEASURED]
    assert [face.caption for face in result.faces.faces] == result.captions


def test_faces_are_parsed_once():
    parser = PaintedParser()
    first = tagged(parser=parser)
    assert parser.parsed == 3
    again = tagged(first.faces, parser)
    assert parser.parsed == 3
    assert again.captions == first.captions


@pytest.mark.parametrize(
    ("leave_out", "gone"),
    [
        ("hair_tone", ["dark hair"]),
        ("Hair Tone, framing", ["dark hair", "head and shoulders"]),
        ("background", ["plain background", "grey background"]),
        ("even light", ["even light"]),
    ],
)
def test_kinds_and_words_can_be_left_out(leave_out, gone):
    kept = [words for words in MEASURED.split(", ") if words not in gone]
    assert tagged(leave_out=leave_out).captions[0].split(", ") == kept


def test_a_part_of_a_word_leaves_nothing_out():
    assert tagged(leave_out="look").captions[0] == MEASURED


def test_what_is_left_out_in_vain_is_reported():
    assert tagged(leave_out="hairtone, smile, framing").report()["left_out_in_vain"] == ["hairtone", "smile"]


def test_added_words_come_last_and_once():
    assert tagged(add=" studio ,glasses,, Even Light").captions[0] == f"{MEASURED}, studio, glasses"


def test_an_edit_replaces_the_tags_of_its_face_only():
    captions = tagged(edits="2: soft smile,  outdoors\n\n", add="glasses").captions
    assert captions[1] == "soft smile, outdoors, glasses"
    assert captions[0] == captions[2] == f"{MEASURED}, glasses"


def test_an_empty_edit_takes_all_tags():
    result = tagged(edits="1:")
    assert result.captions[0] == ""
    assert result.faces.faces[0].caption is None


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ("soft smile", r'Line 1 of edits, "soft smile", cannot be read\. Write the number'),
        ("1: a\n\nb: 2", r'Line 3 of edits, "b: 2", cannot be read'),
        ("4: smile", r"Line 1 of edits is for face 4, but there are 3\. Use 1 to 3"),
        ("0: smile", r"is for face 0, but there are 3"),
        ("1: smile\n1: frown", r"Line 2 of edits is the second one for face 1\. Keep one"),
    ],
)
def test_an_edit_that_cannot_be_followed_is_refused_before_the_work(edits, message):
    parser = PaintedParser()
    with pytest.raises(InvalidSetting, match=message):
        tagged(parser=parser, edits=edits)
    assert parser.parsed == 0


def test_captions_reach_the_dataset_behind_trigger_word_and_subject(tmp_path):
    faces = tagged(edits="2: soft smile, outdoors", leave_out="background").faces
    dataset = build_dataset(faces, tmp_path, person_name="Anna", trigger_word="fcanna", subject="woman")
    first = MEASURED.replace(", plain background, grey background", "")
    assert [sample.caption for sample in dataset.samples] == [
        f"fcanna, a woman, {first}",
        "fcanna, a woman, soft smile, outdoors",
        f"fcanna, a woman, {first}",
    ]


def test_the_report_says_what_is_in_every_caption():
    report = tagged().report()
    assert report["in_every_caption"] == [words for words in MEASURED.split(", ") if words != "blue clothes"]
    assert report["advice"].startswith("Training cannot tell")


def test_one_face_shares_nothing():
    report = tagged(painted_faces(1)).report()
    assert (report["in_every_caption"], report["advice"]) == ([], "")


def test_the_report_has_every_number_and_whether_it_is_said():
    report = json.loads(json.dumps(tagged(leave_out="gaze", edits="2: x").report()))
    first, second, _ = report["faces"]
    assert (first["face"], first["edited"], second["edited"]) == (1, False, True)
    gaze = next(tag for tag in first["tags"] if tag["kind"] == "gaze")
    assert gaze == {
        "kind": "gaze", "words": "looking at the camera", "value": 0.0, "unit": "degrees",
        "low": -10, "high": 10, "in_caption": False,
    }  # fmt: skip
    assert [tag["in_caption"] for tag in second["tags"]] == [False] * 8


def test_phrases_are_split_at_commas_and_lines():
    assert split_words(" a  b,\nc,, A B ") == ("a b", "c")
    assert join_words(["smile"], [], ["Smile", "hat"]) == "smile, hat"


def test_the_sheet_has_a_card_with_the_crop_of_each_face():
    result = tagged()
    sheet = draw_tags_sheet(result)
    assert sheet.shape == (HEADER_HEIGHT + 2 * (CARD_HEIGHT + GAP), 2 * (CARD_WIDTH + GAP) + GAP, 3)
    # Clothes fill the lower middle of a crop, which is 264 px wide on its card.
    y, x = HEADER_HEIGHT + PADDING + 240, GAP + PADDING + 132
    assert tuple(sheet[y, x]) == (40, 90, 200)
    assert tuple(sheet[y, x + CARD_WIDTH + GAP]) == (200, 25, 30)


def test_a_caption_of_any_length_stays_on_its_card():
    long = ", ".join(f"phrase number {number}" for number in range(60))
    sheet = draw_tags_sheet(tagged(painted_faces(1), edits=f"1: {long}"))
    lowest = sheet[HEADER_HEIGHT + CARD_HEIGHT - 7 : HEADER_HEIGHT + CARD_HEIGHT - 3, GAP + 20 : -GAP - 20]
    assert (lowest == CARD).all()


def test_the_repr_names_nobody():
    assert repr(tagged()) == "TaggedFaces(3)"
    assert painted_regions().labels.dtype == np.uint8
