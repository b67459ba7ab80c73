"""The demo's page: every picture it names is beside it, no text becomes markup, noise is called noise."""

from __future__ import annotations

import re

import pytest

from studio.demo_html import Html, meter, tag
from studio.demo_page import draw_page

PHOTO = {"photo": 1, "shows": "as it is", "code": "accepted", "reason": "", "advice": "", "likeness": 0.99}
CAT = {"photo": 2, "shows": "a cat", "code": "no_face", "reason": "No face.", "advice": "Crop.", "likeness": None}
RANKED = {"rank": 1, "shows": "the person", "likeness": 0.97, "raw": 0.2, "outcome": "kept", "kept": True}
FUSED = {
    "fused": True, "likeness_before": 0.18, "likeness_after": 0.89, "note": "", "shows": "another person",
    "target": "pictures/target-01.png", "result": "pictures/fused-01.png",
}  # fmt: skip
LORA = {
    "name": "ana-1234.safetensors", "bytes": 1_360_000, "sha256": "12" * 32, "tensors": 252, "base": "base",
    "rank": "8", "alpha": "8.0", "steps": "40", "trigger": "fcsks",
}  # fmt: skip
TRAINING = {
    "message": "Training is complete.", "steps": 40, "seconds": 50.0, "device": "cpu", "precision": "fp32",
    "validation_before": 1.233, "validations": [[40, 0.714]], "losses": [[1, 1.0]], "was_finished": False,
    "settings": {"resolution": 128, "batch_size": 1, "learning_rate": 2e-3}, "held_out": 1,
    "loss_picture": "pictures/loss-01.png", "lora": LORA,
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
        "training": TRAINING,
        "fusion": [FUSED],
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
    assert all(re.fullmatch(r"(pictures|smoke)/[a-z0-9-]+\.png|report\.json", source) for source in sources), sources
    assert "url(" not in page
    assert "@import" not in page


def test_random_weights_are_said_at_the_top_and_their_picture_is_called_noise():
    page = draw_page(sample_report())
    assert page.index("The base checkpoint has random weights.") < page.index("contact-sheet")
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
    entry = {**FUSED, "fused": False, "likeness_before": None, "likeness_after": None, "note": note}
    page = draw_page(sample_report(fusion=[entry]))
    assert note in page
    assert "likeness after" not in page
