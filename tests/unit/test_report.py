import json
from dataclasses import replace

from support import sample_face, sample_faces, sample_quality, sample_verdict

from facechain.embeddings import Calibration
from facechain.faces import FaceAttributes, FaceSet, Rejection
from facechain.geometry import Size
from facechain.photos import PhotoRef
from facechain.report import faces_report
from facechain.verdicts import Limits


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
    photo = PhotoRef(None, "0123456789abcdef" * 4, "secret.png")
    faces = FaceSet((sample_face(),), (sample_verdict(photo=photo),), Size(64, 64))
    assert faces_report(faces)["photos"][0]["sha256"] == "0123456789abcdef"


def test_quality_holds_cover_presence_prediction_and_every_single_score():
    quality = sample_quality(covered_ratio=0.12345, presence=None, predicted=0.5)
    entry = faces_report(FaceSet((), (sample_verdict(Rejection.OCCLUDED, quality=quality),), Size(64, 64)))["photos"][0]
    assert entry["code"] == "occluded"
    assert [entry["quality"][name] for name in ("covered_ratio", "presence", "predicted")] == [0.123, None, 0.5]
    assert entry["quality"]["scores"] == {"size": 1, "sharpness": 1, "light": 1, "pose": 1, "visible": 0.877}


def test_attributes_stand_with_the_photo_that_they_were_seen_in():
    faces = sample_faces(1)
    seen = sample_face(face=replace(faces.faces[0].face, attributes=FaceAttributes(female=0.91234, age_years=35.6)))
    verdicts = (sample_verdict(Rejection.BLURRED), sample_verdict())
    photos = faces_report(FaceSet((seen,), verdicts, Size(64, 64)))["photos"]
    assert [photo["attributes"] for photo in photos] == [None, {"female": 0.912, "age_years": 35.6}]


def test_the_best_photo_is_named_by_its_number():
    faces = tuple(sample_face(quality=sample_quality(score=score)) for score in (0.2, 0.9))
    verdicts = (sample_verdict(), sample_verdict(Rejection.BLURRED), sample_verdict())
    assert faces_report(FaceSet(faces, verdicts, Size(64, 64)))["best_photo"] == 3
    assert faces_report(FaceSet((), verdicts[1:2], Size(64, 64)))["best_photo"] is None


def test_a_script_can_interpret_limits_and_likeness():
    report = faces_report(replace(sample_faces(2), engine="a network"), Limits(), Calibration(0.55, 0.0457))
    assert report["engine"] == "a network"
    assert report["limits"]["sharpness"] == 40
    assert report["limits"]["covered_ratio"] == 0.25
    assert report["likeness"] == {
        "model": "hair-colour",
        "metric": "euclidean",
        "same_person": 0.55,
        "spread": 0.0457,
    }


def test_what_was_not_told_is_null():
    report = faces_report(sample_faces(2))
    assert (report["limits"], report["likeness"]) == (None, None)


def test_a_photo_without_a_face_has_no_numbers():
    verdict = sample_verdict(Rejection.UNREADABLE, quality=None)
    assert faces_report(FaceSet((), (verdict,), Size(64, 64)))["photos"][0]["quality"] is None


def test_the_report_holds_no_file_name_and_no_embedding():
    text = json.dumps(faces_report(sample_faces(2, rejected=2)))
    assert "secret" not in text
    assert "vector" not in text
