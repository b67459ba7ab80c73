"""Weights kept while a training runs: which, how long, and what becomes of them."""

import json
from dataclasses import replace
from functools import partial

import pytest
import torch
from support_training import stop

from facechain.errors import TrainingFailed
from facechain.training import candidates
from facechain.training.candidates import Candidates, drop_candidates

END = {"unet.layer.up": torch.tensor([9.0])}


def weights(value):
    return {"unet.layer.up": torch.tensor([value])}


def kept(folder):
    return sorted(int(file.stem.removeprefix("candidate-")) for file in folder.glob("candidate-*.safetensors"))


def filled(job, folder, *alike):
    """Candidates of steps 100, 200, ... with the step in hundreds as their weight."""
    own = Candidates(job, folder)
    for number, value in enumerate(alike, start=1):
        own.add(stop(100 * number, value), partial(weights, float(number)))
    return own


def test_only_weights_that_may_still_be_chosen_are_kept(job_with, tmp_path):
    filled(job_with(), tmp_path, 0.2, 0.8, 0.5)
    assert kept(tmp_path) == [200]


def test_for_an_average_three_are_kept_and_their_mean_is_the_result(job_with, tmp_path):
    own = filled(job_with(choose="average_best"), tmp_path, 0.2, 0.8, 0.5, 0.7)
    assert kept(tmp_path) == [200, 300, 400]
    chosen, result = own.result(400, lambda: END)
    assert chosen.steps == (200, 300, 400)
    assert result["unet.layer.up"].item() == 3.0  # of 2, 3 and 4


@pytest.mark.parametrize(("choice", "alike"), [("last", 0.9), ("best_likeness", (None, None))])
def test_nothing_is_kept_where_the_end_is_taken(job_with, tmp_path, choice, alike):
    own = filled(job_with(choose=choice), tmp_path, alike)
    assert kept(tmp_path) == []
    chosen, result = own.result(150, lambda: END)
    assert (chosen.how, chosen.steps, result) == ("last", (150,), END)


def test_a_later_run_has_judgements_and_weights_of_before(job_with, tmp_path):
    filled(job_with(), tmp_path, 0.2, 0.8)
    own = Candidates(job_with(), tmp_path)
    assert own.judgements == [stop(100, 0.2), stop(200, 0.8)]
    own.add(stop(300, 0.5), partial(weights, 3.0))
    chosen, result = own.result(300, lambda: END)
    assert (chosen.steps, result["unet.layer.up"].item()) == ((200,), 2.0)


@pytest.mark.parametrize("change", [{"seed": 5}, {"samples": 3}, {"sample_steps": 9}, {"analyzer_id": "antelopev2"}])
@pytest.mark.parametrize("choice", ["best_likeness", "last"])
def test_judgements_of_other_portraits_are_not_used(job_with, tmp_path, choice, change):
    filled(job_with(choose=choice), tmp_path, 0.2, 0.8)
    assert len(Candidates(job_with(choose=choice), tmp_path).judgements) == 2
    assert Candidates(job_with(choose=choice, **change), tmp_path).judgements == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 90])
def test_damaged_weights_are_not_exported(job_with, tmp_path, damage):
    own = filled(job_with(), tmp_path, 0.2, 0.8, 0.5)
    (tmp_path / "candidate-000200.safetensors").write_bytes(damage)
    chosen, result = own.result(300, lambda: END)
    assert (chosen.how, chosen.steps, result) == ("last", (300,), END)
    assert "step 200 are damaged" in chosen.why


@pytest.mark.parametrize("content", [b"", b"[]", b'{"of": 1}', b'{"half'])
def test_damaged_judgements_begin_anew(job_with, tmp_path, content):
    filled(job_with(), tmp_path, 0.8)
    (tmp_path / "judgements.json").write_bytes(content)
    assert Candidates(job_with(), tmp_path).judgements == []


def test_judgements_of_a_later_version_begin_anew(job_with, tmp_path):
    filled(job_with(), tmp_path, 0.8)
    content = json.loads((tmp_path / "judgements.json").read_bytes())
    content["judgements"][0]["smile"] = 0.5
    (tmp_path / "judgements.json").write_text(json.dumps(content))
    assert Candidates(job_with(), tmp_path).judgements == []


def test_a_full_disk_stops_with_advice_and_keeps_what_was_there(job_with, tmp_path, monkeypatch):
    own = filled(job_with(), tmp_path, 0.2)

    def full(file, body):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(candidates, "write_atomically", full)
    with pytest.raises(TrainingFailed, match=r"candidate-000200.*No space left on device. Make room on the disk"):
        own.add(stop(200, 0.8), partial(weights, 2.0))
    assert own.judgements == Candidates(job_with(), tmp_path).judgements == [stop(100, 0.2)]
    assert own.result(200, lambda: END)[1]["unet.layer.up"].item() == 1.0


def test_a_finished_training_keeps_none(job_with, tmp_path):
    filled(job_with(choose="average_best"), tmp_path, 0.2, 0.8)
    drop_candidates(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_judgement_is_kept_with_its_objection(job_with, tmp_path):
    own = Candidates(job_with(), tmp_path)
    own.add(replace(stop(100, 0.5), objection="it is blue"), partial(weights, 1.0))
    assert Candidates(job_with(), tmp_path).judgements[0].objection == "it is blue"
