"""The demo's page: every picture it names is beside it, no text becomes markup, noise is called noise."""

from __future__ import annotations

import re

import pytest

from studio.demo_graphs import WORKFLOWS
from studio.demo_html import Html, meter, tag
from studio.demo_page import draw_page

PHOTO = {"photo": 1, "shows": "as it is", "code": "accepted", "reason": "", "advice": "", "likeness": 0.99}
CAT = {"photo": 2, "shows": "a cat", "code": "no_face", "reason": "No face.", "advice": "Crop.", "likeness": None}
RANKED = {"rank": 1, "shows": "the person", "likeness": 0.97, "raw": 0.2, "outcome": "kept", "kept": True}
FUSED = {
    "fused": True, "likeness_before": 0.18, "likeness_after": 0.89, "note": "", "remarks": [],
    "shows": "another person", "target": "pictures/target-01.png", "result": "pictures/fused-01.png",
}  # fmt: skip
LORA = {
    "name": "ana-1234.safetensors", "bytes": 1_360_000, "sha256": "12" * 32, "tensors": 252, "base": "base",
    "rank": "8", "alpha": "8.0", "steps": "40", "trigger": "fcsks",
}  # fmt: skip
TRAINING = {
    "message": "Training is complete.", "steps": 40, "seconds": 50.0, "device": "cpu", "precision": "fp32",
    "validation_before": 1.233, "validations": [[40, 0.714]], "losses": [[1, 1.0]], "was_finished": False,
    "settings": {"resolution": 128, "batch_size": 1, "learning_rate": 2e-3}, "held_out": 1,
    "chosen": {"how": "best_likeness", "steps": [200], "why": "Step 200 is most alike to the person (70%)."},
    "loss_picture": "pictures/loss-01.png", "lora": LORA, "samples": [],
}  # fmt: skip
ID_PHOTO = {
    "standard": "icao_35x45", "width_px": 413, "height_px": 531, "print_dpi": 300, "copies_on_sheet": 8,
    "measures": {"head_mm": 34.0, "eyes_mm": 23.5}, "remarks": [{"code": "mouth_open", "text": "The mouth is open."}],
    "photo": "pictures/id-photo.png", "guide": "pictures/id-guide.png", "sheet": "pictures/id-sheet.png",
}  # fmt: skip
TAGGED = {"face": 1, "caption": "soft smile", "tags": [{"words": "soft smile", "value": 0.02, "unit": "ratio"}]}
PREPARATION = {
    "parsing": {"report": {}, "sheet": "pictures/parsing-01.png"},
    "retouch": {"report": {"strength": 0.3}, "sheet": "pictures/retouch-01.png"},
    "tags": {"report": {"faces": [TAGGED]}, "sheet": "pictures/tags-01.png"},
}
POSE = {
    "people": 1, "photo": "pictures/pose-photo-01.png", "overlay": "pictures/pose-overlay-01.png",
    "map": "pictures/pose-map-01.png",
    "examples": [{"id": "waving", "title": {"en": "Waving", "zh": "挥手"}, "map": "pictures/pose-waving-01.png"}],
}  # fmt: skip
TEMPLATE = {
    "fused": True, "likeness_before": 0.19, "likeness_after": 0.89, "note": "", "remarks": [],
    "template": "pictures/template-01.png", "result": "pictures/template-fused-01.png",
    "left_half": {"changed": 0, "total": 262_144},
}  # fmt: skip
GROUP = {
    "persons": [{"person": "Grace", "face": 1}, {"person": "Ana", "face": 2}], "all_most_alike": True,
    "second_name": "Grace", "template": "pictures/group-template-01.png", "group": "pictures/group-group-01.png",
    "overlay": "pictures/group-overlay-01.png", "table": "pictures/group-table-01.png",
}  # fmt: skip
PORTRAITS = {
    "pictures": ["smoke/portrait-01.png"],
    "prompt": {"positive": "fcsks", "notes": []},
    "ranking": {"warning": "No portrait shows a face.", "portraits": [RANKED]},
}


def sample_report(**changes) -> dict:
    report = {
        "host": {"comfyui": "0.30.0", "python": "3.11.7", "torch": "2.11", "device": "cpu"},
        "checkpoint": {"name": "random.safetensors", "random": True},
        "photos": {
            "accepted": 1, "total": 2, "crop_px": 512, "photos": [PHOTO, CAT],
            "sheet": "pictures/contact-sheet-01.png", "crops": ["pictures/crop-01.png"],
        },
        "id_photos": {"source": "pictures/id-source-01.png", "id_photos": [ID_PHOTO]},
        "preparation": PREPARATION,
        "training": TRAINING,
        "pose": POSE,
        "fusion": [FUSED],
        "template": TEMPLATE,
        "group": GROUP,
        "ranking": {
            "model": "dlib", "metric": "euclidean", "threshold": 0.5, "warning": "", "portraits": [RANKED],
            "sheet": "pictures/ranking-01.png",
        },
        "smoke": PORTRAITS,
        "times": [{"stage": "Train", "seconds": 61.0}],
    }  # fmt: skip
    return report | changes


def test_text_in_an_element_cannot_become_markup():
    assert tag("p", "<script>", title='"x"') == '<p title="&quot;x&quot;">&lt;script&gt;</p>'


def test_an_element_in_an_element_stays_markup():
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert isinstance(tag("br"), Html)


def test_a_picture_without_a_face_has_no_bar():
    assert "track" not in meter("likeness", None)
    assert "no face" in meter("likeness", None)


@pytest.mark.parametrize("place", ["photos", "host", "fusion"])
def test_no_text_of_the_report_becomes_markup(place):
    evil = "<img src=x onerror=alert(1)>"
    changed = {
        "photos": {**sample_report()["photos"], "photos": [PHOTO, {**CAT, "reason": evil}]},
        "host": {**sample_report()["host"], "device": evil},
        "fusion": [{**FUSED, "shows": evil}],
    }
    page = draw_page(sample_report(**{place: changed[place]}))
    assert evil not in page
    assert "&lt;img src=x" in page


def test_the_page_loads_nothing_from_elsewhere():
    page = draw_page(sample_report())
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sources
    assert all(re.fullmatch(r"(pictures|smoke)/[a-z0-9-]+\.png|report\.json|#s\d+", source) for source in sources), (
        sources
    )
    assert "url(" not in page
    assert "@import" not in page


def test_random_weights_are_said_at_the_top_and_their_picture_is_called_noise():
    page = draw_page(sample_report())
    assert page.index("The base checkpoint has random weights.") < page.index("<section")
    assert page.index("Noise, not a result.") < page.index('src="smoke/portrait-01.png"')


def test_real_portraits_replace_the_installation_check():
    report = sample_report(portraits={**PORTRAITS, "pictures": ["results/portrait-01.png"]})
    del report["smoke"]
    report["checkpoint"]["random"] = False
    page = draw_page(report)
    assert "results/portrait-01.png" in page
    assert "noise" not in page.lower()


def test_a_picture_that_was_left_unchanged_says_why():
    note = "Left unchanged: no face."
    unchanged = {"fused": False, "likeness_before": None, "likeness_after": None, "note": note}
    page = draw_page(sample_report(fusion=[{**FUSED, **unchanged}], template={**TEMPLATE, **unchanged}))
    assert page.count(note) == 2
    assert "likeness after" not in page


def test_every_section_has_a_link_at_the_top():
    page = draw_page(sample_report())
    assert re.findall(r'<section id="(s\d+)"', page) == re.findall(r'<a href="#(s\d+)"', page)


def test_a_section_names_a_workflow_that_is_shipped():
    named = re.findall(r"Templates &gt; facechain &gt; <b>([^<]+)</b>", draw_page(sample_report()))
    assert len(named) == 10  # all sections but the times
    assert [name for name in named if not (WORKFLOWS / f"{name}.json").is_file()] == []


def test_an_id_photo_has_its_size_its_measures_and_what_to_check():
    page = draw_page(sample_report())
    assert "35 × 45 mm" in page
    assert "34.0 mm" in page
    assert "<b>To check: </b>The mouth is open." in page


def test_a_caption_has_the_number_behind_its_words():
    assert "<td>soft smile</td><td><div>soft smile: <small>0.02 ratio</small></div></td>" in draw_page(sample_report())


@pytest.mark.parametrize("file", [FUSED["result"], TEMPLATE["result"], *(GROUP[name] for name in ("group", "overlay"))])
def test_a_fused_face_has_the_sentence_about_consent_beside_it(file):
    page = draw_page(sample_report())
    (beside,) = re.findall(f'<figure><a href="{file}">.*?</figure>', page)
    assert "Use a face only with its person&#x27;s consent." in beside


def test_faces_that_mix_in_a_group_photo_are_said():
    page = draw_page(sample_report(group={**GROUP, "all_most_alike": False}))
    assert "Not every face is most alike to its own person" in page
    assert "the faces do not mix" not in page


def test_a_remark_on_a_fusion_is_beside_its_picture():
    remark = "The target wears spectacles: their frame stays."
    page = draw_page(sample_report(fusion=[{**FUSED, "remarks": [remark]}]))
    (beside,) = re.findall(f'<figure><a href="{FUSED["result"]}">.*?</figure>', page)
    assert remark in beside


def test_sample_portraits_are_shown_where_the_training_drew_some():
    sample = {"step": 200, "prompt": "styled", "likeness": 0.7, "picture": "pictures/sample-01.png"}
    assert "Sample portraits" not in draw_page(sample_report())
    page = draw_page(sample_report(training={**TRAINING, "samples": [sample]}))
    assert "pictures/sample-01.png" in page
    assert "Sample portrait, styled" in page
    assert "step 200" in page
    assert "Step 200 is most alike to the person (70%)." in page
