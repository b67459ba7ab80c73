import json

from support import sample_faces, sample_quality, sample_verdict

from facechain.faces import FaceSet, Rejection
from facechain.geometry import Size
from facechain.photos import PhotoRef
from facechain.report import faces_report


def test_the_report_is_json_with_one_entry_per_photo():
    report = json.loads(json.dumps(faces_report(sample_faces(2, rejected=1))))
    assert (report["accepted"], report["total"], report["crop_px"], report["analyzer"]) == (2, 3, 64, "painted")
    assert [(photo["photo"], photo["code"]) for photo in report["photos"]] == [
        (1, "accepted"),
        (2, "accepted"),
        (3, "blurred"),
    ]


def test_an_entry_has_reason_advice_and_numbers():
    quality = sample_quality(eye_distance_px=35.12345)
    verdict = sample_verdict(Rejection.BLURRED, quality=quality, likeness=0.98765)
    entry = faces_report(FaceSet((), (verdict,), Size(64, 64)))["photos"][0]
    assert (entry["reason"], entry["advice"], entry["likeness"]) == ("It is blurred.", "Hold still.", 0.988)
    assert entry["quality"]["eye_distance_px"] == 35.123
    assert entry["quality"]["scores"]["size"] == 0.502


def test_an_entry_begins_with_the_hash_that_a_page_finds_the_picture_by():
    faces = FaceSet((), (sample_verdict(photo=PhotoRef(None, "0123456789abcdef" * 4, "secret.png")),), Size(64, 64))
    assert faces_report(faces)["photos"][0]["sha256"] == "0123456789abcdef"


def test_a_photo_without_a_face_has_no_numbers():
    verdict = sample_verdict(Rejection.UNREADABLE, quality=None)
    assert faces_report(FaceSet((), (verdict,), Size(64, 64)))["photos"][0]["quality"] is None


def test_the_report_holds_no_file_name_and_no_embedding():
    text = json.dumps(faces_report(sample_faces(2, rejected=2)))
    assert "secret" not in text
    assert "vector" not in text
