"""The training loop on a tiny real U-Net, in this process."""

import errno
import json
import os
from dataclasses import replace

import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from support_training import Orders, run

from facechain.errors import DatasetUnreadable, TrainingCancelled, TrainingFailed
from facechain.training import trainer
from facechain.training.events import CheckpointSaved, Finished, Stage, Step, Validation
from facechain.training.gradients import Gradients
from facechain.training.objective import Batch, Objective, questions_at_once
from facechain.training.result import TrainResult


@pytest.fixture(scope="module")
def undisturbed(tiny_job, tmp_path_factory):
    """The tiny job, trained in one go: its result and events."""
    return run(tiny_job, tmp_path_factory.mktemp("undisturbed"))


def test_a_run_reports_every_step_and_ends_with_its_result(undisturbed, tiny_job):
    result, orders = undisturbed
    assert [event.step for event in orders.of(Step)] == list(range(1, 13))
    assert [event.step for event in orders.of(Validation)] == [0, 6, 12]
    assert [event.step for event in orders.of(CheckpointSaved)] == [4, 8]
    assert orders.events[-1] == Finished(12, False, result.lora_sha256)
    assert [step for step, _ in result.losses] == list(range(1, 13))
    assert (result.job_id, result.steps, result.stopped_early) == (tiny_job.id, 12, False)
    assert (result.held_out, result.device, result.precision) == (True, "cpu", "fp32")


def test_the_folder_of_a_finished_run_holds_no_states_and_no_latents(undisturbed):
    result, _ = undisturbed
    assert {path.name for path in result.lora.parent.iterdir()} == {"lora.safetensors", "result.json"}
    assert TrainResult.read(result.lora.parent) == result


def test_the_learning_rate_follows_half_a_cosine(undisturbed):
    rates = [event.learning_rate for event in undisturbed[1].of(Step)]
    assert rates[0] == 2e-3
    assert rates[6] == pytest.approx(1e-3)  # half way, cos 90 degrees
    assert rates == sorted(rates, reverse=True)


def test_the_first_validation_is_that_of_the_base_model(undisturbed):
    result, orders = undisturbed
    first = orders.of(Validation)[0]
    assert first.loss == first.baseline == result.baseline
    assert result.validations[-1][1] < result.baseline


def test_one_question_at_a_time_gives_the_validation_that_four_give(undisturbed, tiny_job, tmp_path, monkeypatch):
    result, _ = undisturbed
    assert questions_at_once(torch.device("cpu")) == 4
    assert questions_at_once(torch.device("cuda")) == 1
    monkeypatch.setattr(trainer, "questions_at_once", lambda device: 1)
    single, _ = run(tiny_job, tmp_path / "single")
    assert single.baseline == pytest.approx(result.baseline, rel=1e-5)
    assert dict(single.validations) == pytest.approx(dict(result.validations), rel=1e-5)
    assert single.lora_sha256 == result.lora_sha256


def test_equal_jobs_give_equal_bytes(undisturbed, tiny_job, tmp_path):
    again, _ = run(tiny_job, tmp_path / "again")
    assert again.lora_sha256 == undisturbed[0].lora_sha256
    assert again.losses == undisturbed[0].losses


def test_cancel_stops_within_one_step_and_the_next_run_ends_bit_equal(undisturbed, tiny_job, tmp_path):
    orders = Orders(cancel_after=5)
    with pytest.raises(TrainingCancelled, match="Stopped after step 5"):
        run(tiny_job, tmp_path / "job", orders)
    assert len(orders.of(Step)) == 5
    assert not (tmp_path / "job" / "result.json").exists()
    result, orders = run(tiny_job, tmp_path / "job")
    assert [event.text for event in orders.of(Stage) if event.name == "resuming"] == ["Going on from step 5"]
    assert [event.step for event in orders.of(Step)] == list(range(6, 13))
    assert result.lora_sha256 == undisturbed[0].lora_sha256
    assert result.losses == undisturbed[0].losses
    assert result.validations == undisturbed[0].validations


def test_stop_and_keep_ends_with_what_there_is(tiny_job, tmp_path):
    result, _ = run(tiny_job, tmp_path / "job", Orders(stop_after=3))
    assert (result.steps, result.stopped_early, len(result.losses)) == (3, True, 3)
    assert result.lora.exists()


@pytest.mark.parametrize("damage", ["truncate", "flip a bit", "half of the pair"])
def test_a_damaged_state_falls_back_to_the_one_before(undisturbed, tiny_job, tmp_path, damage):
    folder = tmp_path / "job"
    with pytest.raises(TrainingCancelled):
        run(tiny_job, folder, Orders(cancel_after=9))
    newest = folder / "state-000009.safetensors"
    content = bytearray(newest.read_bytes())
    if damage == "truncate":
        newest.write_bytes(content[: len(content) // 2])
    elif damage == "flip a bit":
        content[-5] ^= 1
        newest.write_bytes(content)
    else:
        newest.with_suffix(".json").write_text('{"job": "' + tiny_job.id)
    result, orders = run(tiny_job, folder)
    assert orders.of(Step)[0].step == 9  # from the state of step 8
    assert result.lora_sha256 == undisturbed[0].lora_sha256


def test_states_of_another_job_are_not_used(tiny_job, tmp_path):
    folder = tmp_path / "job"
    with pytest.raises(TrainingCancelled):
        run(tiny_job, folder, Orders(cancel_after=2))
    other, orders = run(replace(tiny_job, seed=5, steps=2), folder)
    assert orders.of(Step)[0].step == 1
    assert other.job_id != tiny_job.id


def test_a_full_disk_stops_with_advice_and_keeps_the_state_before(undisturbed, tiny_job, tmp_path, monkeypatch):
    folder = tmp_path / "job"

    def full(descriptor):
        if (folder / "state-000004.json").exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingFailed, match=r"No space left on device. Make room .* goes on from step 4"):
        run(tiny_job, folder)
    assert not list(folder.glob(".*.tmp"))
    monkeypatch.undo()
    result, orders = run(tiny_job, folder)
    assert orders.of(Step)[0].step == 5
    assert result.lora_sha256 == undisturbed[0].lora_sha256


def test_a_loss_that_is_not_a_number_stops_and_keeps_the_last_good_state(tiny_job, tmp_path, monkeypatch):
    folder = tmp_path / "job"
    real = Objective.training_batch

    def poisoned(self, step, slots):
        batch = real(self, step, slots)
        return replace(batch, target=batch.target * float("nan")) if step == 6 else batch

    monkeypatch.setattr(Objective, "training_batch", poisoned)
    with pytest.raises(TrainingFailed, match=r"became nan at step 7 of 12. Lower the learning rate \(it is 0.002\)"):
        run(tiny_job, folder)
    assert not (folder / "lora.safetensors").exists()
    kept = load_file(folder / "state-000004.safetensors")
    assert all(torch.isfinite(tensor).all() for tensor in kept.values())
    assert not (folder / "state-000007.json").exists()


def test_a_gradient_that_is_not_a_number_stops_before_anything_is_saved(tiny_job, tmp_path, monkeypatch):
    folder = tmp_path / "job"
    real = Gradients.of_step

    def poisoned(self, step):
        loss = real(self, step)
        if step == 3:  # with a state to be saved right after it
            self._model.adapter.values()[5].grad[0, 0] = float("nan")
        return loss

    monkeypatch.setattr(Gradients, "of_step", poisoned)
    with pytest.raises(TrainingFailed, match=r"The gradients became nan at step 4 of 12\. Lower the learning rate"):
        run(tiny_job, folder)
    assert not list(folder.glob("state-*"))
    assert not (folder / "lora.safetensors").exists()


def test_a_batch_halved_for_want_of_memory_gives_the_same_lora(tiny_job, tmp_path, monkeypatch):
    job = replace(tiny_job, batch_size=4, steps=3)
    whole, _ = run(job, tmp_path / "whole")
    real = Objective.training_batch

    def crowded(self, step, slots):
        if len(slots) > 1:
            raise torch.OutOfMemoryError("pretended")
        return real(self, step, slots)

    monkeypatch.setattr(Objective, "training_batch", crowded)
    parts, orders = run(job, tmp_path / "parts")
    told = [event.text for event in orders.of(Stage) if event.name == "less_memory"]
    assert told == [f"Memory ran out: computing {n} samples at a time" for n in (2, 1)]
    first, second = (load_file(result.lora) for result in (whole, parts))
    for name, tensor in first.items():
        # Sums in another order; AdamW's first steps turn a few tiny gradients into full ones.
        assert (second[name] - tensor).norm() <= 1e-2 * tensor.norm()
    assert [loss for _, loss in parts.losses] == pytest.approx([loss for _, loss in whole.losses], rel=1e-4)


def test_memory_that_is_too_small_for_one_sample_is_an_error_with_advice(tiny_job, tmp_path, monkeypatch):
    def crowded(*arguments):
        raise torch.OutOfMemoryError("pretended")

    monkeypatch.setattr(Objective, "training_batch", crowded)
    with pytest.raises(TrainingFailed, match=r"one sample at a time\. Close other programs"):
        run(tiny_job, tmp_path / "job")


def test_what_only_says_where_does_not_change_the_lora(undisturbed, tiny_job, tmp_path):
    other, _ = run(replace(tiny_job, save_every=5), tmp_path / "job")
    assert other.lora_sha256 == undisturbed[0].lora_sha256


def test_no_decay_exports_the_last_weights(tiny_job, tmp_path):
    folder = tmp_path / "job"
    with pytest.raises(TrainingCancelled):
        run(replace(tiny_job, ema_decay=0.0), folder, Orders(cancel_after=2))
    state = load_file(folder / "state-000002.safetensors")
    names = [name.removeprefix("weight/") for name in state if name.startswith("weight/")]
    assert all(torch.equal(state[f"weight/{name}"], state[f"average/{name}"]) for name in names)


def test_bf16_follows_fp32_and_keeps_its_weights_in_fp32(undisturbed, tiny_job, tmp_path):
    folder = tmp_path / "job"
    orders = Orders(cancel_after=4)
    AcceleratorState._reset_state()  # one process has one precision; a worker never changes it
    try:
        with pytest.raises(TrainingCancelled):
            run(replace(tiny_job, precision="bf16"), folder, orders)
    finally:
        AcceleratorState._reset_state()
    losses = [event.loss for event in orders.of(Step)]
    # bf16 keeps 8 bits of each activation: 0.4 %, and errors of many layers partly cancel.
    assert losses == pytest.approx([loss for _, loss in undisturbed[0].losses[:4]], rel=0.02)
    kept = load_file(folder / "state-000004.safetensors")
    assert {tensor.dtype for tensor in kept.values()} == {torch.float32}


def test_caption_dropout_of_one_trains_on_the_empty_caption_alone(tiny_job, tmp_path, monkeypatch):
    seen = []
    real = Batch.loss_sum

    def watched(self, prediction):
        seen.append(self.conditioning.tokens)
        return real(self, prediction)

    monkeypatch.setattr(Batch, "loss_sum", watched)
    run(replace(tiny_job, caption_dropout=1.0, steps=1), tmp_path / "job")
    validation, _, training = seen[:3]  # the first validation is two passes
    assert torch.equal(training[0], training[1])
    assert not torch.equal(training[0], validation[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.update(schema=2), "schema 2, this version reads 1"),
        (lambda content: content["samples"][0].update(image="../../secret.png"), "outside of its folder"),
        (lambda content: content["samples"][0].update(image="gone.png"), "gone.png in the dataset cannot be decoded"),
        (lambda content: [sample.update(held_out=True) for sample in content["samples"]], "none to train on"),
        (lambda content: content.pop("samples"), "KeyError"),
    ],
)
def test_a_broken_dataset_is_refused(build_dataset, crop_face, astronaut, tiny_job, tmp_path, change, message):
    folder = build_dataset(tmp_path / "data", [crop_face(astronaut, 64)])
    content = json.loads((folder / "manifest.json").read_text())
    change(content)
    (folder / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(DatasetUnreadable, match=message):
        run(replace(tiny_job, dataset_folder=folder), tmp_path / "job")


def test_crops_smaller_than_the_resolution_are_refused(tiny_job, tmp_path):
    with pytest.raises(DatasetUnreadable, match="is 64x64 pixels, the job wants 128x128"):
        run(replace(tiny_job, resolution=128), tmp_path / "job")


def test_a_gpu_is_not_pretended(tiny_job, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingFailed, match=r"torch sees none\. Set device to auto"):
        run(replace(tiny_job, device="cuda"), tmp_path / "job")
    with pytest.raises(TrainingFailed, match="fp16 needs a GPU"):
        run(replace(tiny_job, precision="fp16"), tmp_path / "job")


def test_with_one_sample_at_a_time_activations_are_computed_twice_before_giving_up(tiny_job, tmp_path, monkeypatch):
    job = replace(tiny_job, batch_size=1, steps=2)
    whole, _ = run(job, tmp_path / "whole")
    real, tries = Objective.training_batch, []

    def crowded_once(*arguments):
        tries.append(arguments)
        if len(tries) == 1:
            raise torch.OutOfMemoryError("pretended")
        return real(*arguments)

    monkeypatch.setattr(Objective, "training_batch", crowded_once)
    spared, orders = run(job, tmp_path / "spared")
    told = [event.text for event in orders.of(Stage) if event.name == "less_memory"]
    assert told == ["Memory ran out: computing activations twice instead of keeping them"]
    assert spared.lora_sha256 == whole.lora_sha256
