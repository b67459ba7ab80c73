"""What people read of a training that has ended."""

from dataclasses import replace

import numpy as np
import pytest
from support_people import sample_person, trained_lora
from support_training import stop

from facechain.loss_picture import LIKENESS_COLOUR
from facechain.training.choosing import choose
from facechain.training.job import TrainJob
from facechain.training.preset import load_preset
from facechain.training.result import TrainResult
from facechain.training.session import TrainedPerson
from facechain.training.summary import how_it_ended, training_picture, training_record, what_was_trained

JUDGEMENTS = (stop(0, 0.1), stop(400, 0.8), stop(800, 0.7))
PLACES = ("dataset", "d" * 64, "base.safetensors", "b" * 64, "tokenizer", "Anna")


@pytest.fixture
def trained(tmp_path):
    """A person whose training chose its stop after 400 of 800 steps; `changes` of its end."""

    def trained(how="best_likeness", was_finished=False, remark="", stopped_early=False):
        lora = trained_lora(tmp_path)
        result = TrainResult(
            job_id="a" * 64,
            lora=lora,
            lora_sha256="c" * 64,
            steps=800,
            stopped_early=stopped_early,
            losses=((1, 0.2), (800, 0.1)),
            validations=((800, 0.15),),
            baseline=0.25,
            held_out=False,
            seconds=12.34,
            device="cpu",
            precision="fp32",
            versions={},
            chosen=choose(how, JUDGEMENTS, last=800),
        )
        return TrainedPerson(sample_person(lora), result, was_finished, remark)

    return trained


def job(**settings):
    return TrainJob(*PLACES, **load_preset("best_likeness").fitted(settings, photo_count=4))


def words(trained, **settings):
    return what_was_trained(trained, job(**settings), load_preset("best_likeness"), 4)


def test_each_end_has_its_sentence(trained):
    assert how_it_ended(trained()) == "Training is complete."
    assert how_it_ended(trained(stopped_early=True)) == "Training was stopped after 800 steps, and the person is kept."
    assert how_it_ended(trained(was_finished=True, stopped_early=True)).startswith("This training had ended before")


def test_the_words_name_preset_family_and_choice_with_its_reason(trained):
    assert words(trained()) == ('Preset "Best likeness", on SD 1.5. Step 400 is most alike to the person (80%).')


def test_the_words_name_what_was_changed_in_the_preset_and_nothing_that_is_equal(trained):
    said = words(trained(), lora_rank=32, learning_rate=1e-4, steps=700)
    assert said.startswith('Preset "Best likeness", changed in steps, lora_rank, lora_alpha, on SD 1.5')


def test_the_words_end_with_an_earlier_training(trained):
    assert words(trained(remark="There is another.")).endswith("(80%). There is another.")


def test_the_record_has_the_choice_and_the_likeness_of_every_stop(trained):
    record = training_record(trained(), job())
    assert (record["chosen"]["how"], record["chosen"]["steps"]) == ("best_likeness", [400])
    assert record["likeness"] == [[0, 0.1], [400, 0.8], [800, 0.7]]
    assert (record["settings"]["learning_rate"], record["settings"]["lora_rank"]) == (1e-4, 16)  # of the preset
    assert (record["losses"], record["seconds"]) == ([[1, 0.2], [800, 0.1]], 12.3)


@pytest.mark.parametrize(("how", "is_marked"), [("best_likeness", True), ("last", False)])
def test_the_picture_marks_the_choice_unless_it_is_the_end(trained, how, is_marked):
    result = trained(how).result
    elsewhere = replace(result, chosen=replace(result.chosen, steps=(600,)))
    assert np.array_equal(training_picture(result), training_picture(elsewhere)) != is_marked
    assert (training_picture(result) == LIKENESS_COLOUR).all(axis=2).sum() > 0
