"""Training from the queue: not repeated, stopped, killed, trained again under the same name."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image
from support_prompts import CHECKPOINT, node_id, shipped_prompt, up_to

from studio.results import PromptFailed, PromptInterrupted, PromptResult

LONG_STEPS = 300
"""Minutes; the host passes on only every half per cent of the progress, so not many more."""


def training_prompt(trained_person, **training):
    return up_to(shipped_prompt(**trained_person.settings, FaceChainTrainLora=training), "FaceChainTrainLora")


def train_record(result, prompt):
    return result.outputs[node_id(prompt, "FaceChainTrainLora")]["facechain"][0]


def people(comfy):
    return {folder.name for folder in (comfy.base / "models" / "facechain" / "people").glob("*") if folder.is_dir()}


def loras(comfy):
    return {file.name for file in (comfy.base / "models" / "loras" / "facechain").glob("*")}


def job_folders(comfy):
    return set((comfy.base / "user" / "__facechain" / "jobs").glob("*"))


def test_the_loss_and_the_settings_of_the_training_are_in_the_history(trained_person):
    record = trained_person.record
    assert record["message"] == "Training is complete."
    assert [step for step, _ in record["losses"]] == [1, 2, 3]
    assert record["device"] in ("cpu", "cuda")


def test_the_record_says_which_preset_which_family_and_which_weights_were_kept_and_why(trained_person):
    record = trained_person.record
    assert (record["preset"], record["family"]) == ("best_likeness", "sd15")
    assert record["details"] == (
        'Preset "Best likeness", changed in steps, lora_rank, lora_alpha, samples, on SD 1.5. No portrait of '
        "the training was judged, so likeness was not available: the weights of the end are kept."
    )
    assert (record["chosen"]["how"], record["chosen"]["steps"]) == ("last", [3])


def test_an_unchanged_training_is_not_repeated_after_a_restart(comfy, trained_person):
    prompt = training_prompt(trained_person)
    comfy.restart()
    result = comfy.client.run(prompt, timeout_s=120)
    assert train_record(result, prompt)["was_finished"]
    assert train_record(result, prompt)["lora_sha256"] == trained_person.record["lora_sha256"]


def render(comfy, trained_person, **training):
    """The encoded picture that workflow 06 gives with these settings of the training, and the training's record."""
    prompt = shipped_prompt(**trained_person.settings, FaceChainTrainLora=training)
    result = comfy.client.run(prompt, timeout_s=240)
    (picture,) = comfy.client.images(result, node_id(prompt, "SaveImage"))
    return picture, train_record(result, prompt)


def pixels(picture):
    return Image.open(BytesIO(picture)).convert("RGB").tobytes()


def test_training_again_under_the_same_name_changes_the_portrait(comfy, trained_person):
    first, first_record = render(comfy, trained_person)
    second, second_record = render(comfy, trained_person, seed=2, learning_rate=0.01)
    third, third_record = render(comfy, trained_person)
    assert first_record["person"] == second_record["person"] == "ana-test"
    assert first_record["lora_sha256"] == third_record["lora_sha256"] != second_record["lora_sha256"]
    assert pixels(first) != pixels(second)
    assert pixels(first) == pixels(third)


def named(trained_person, name, **training):
    """A prompt that trains a person of that name from the same photos."""
    words = {**trained_person.settings["FaceChainBuildDataset"], "person_name": name}
    settings = {**trained_person.settings, "FaceChainBuildDataset": words, "FaceChainTrainLora": training}
    return up_to(shipped_prompt(**settings), "FaceChainTrainLora")


def test_a_preset_fills_every_setting_that_nobody_says(comfy, trained_person):
    unsaid = {"lora_rank": 0, "lora_alpha": 0, "learning_rate": 0, "batch_size": 0}
    prompt = named(trained_person, "Recipe", preset="facechain_2023", warm_start="(none)", **unsaid)
    record = train_record(comfy.client.run(prompt, timeout_s=120), prompt)
    assert record["details"] == (
        'Preset "FaceChain 2023", changed in steps, samples, on SD 1.5. The weights of the end were asked for.'
    )
    (job,) = [
        job
        for folder in job_folders(comfy)
        if (job := json.loads((folder / "job.json").read_text()))["output_name"] == "Recipe"
    ]
    assert (job["lora_targets"], job["lora_rank"], job["lora_alpha"]) == ("attention", 4, 4.0)
    assert (job["learning_rate"], job["resolution"], job["analyzer_id"]) == (1.5e-4, 128, "embedded")


def test_a_name_that_exists_can_be_an_error_before_anything_is_trained(comfy, trained_person):
    jobs = job_folders(comfy)
    with pytest.raises(PromptFailed, match='"ana-test" is in the people library already'):
        comfy.client.run(training_prompt(trained_person, seed=9, if_name_exists="error"), timeout_s=60)
    assert job_folders(comfy) == jobs


def test_a_person_born_in_one_prompt_is_loaded_by_name_in_the_next(comfy, trained_person):
    prompt = {
        "1": {"class_type": "FaceChainLoadPerson", "inputs": {"person": trained_person.record["person"]}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    shown = comfy.client.run(prompt).outputs["2"]["text"]
    assert "Person(ana-test, 5 references)" in shown[0]


@dataclass
class Run:
    """A training that was queued and ended by an order."""

    messages: list[dict]
    """What the page was told, in order."""
    ending: Exception | None = None
    result: PromptResult | None = None
    steps_at_order: int = 0

    def of(self, event):
        return [message for message in self.messages if message["event"] == event]


def run_until_step(comfy, prompt, order):
    """Queue `prompt` and call `order` with the job's folder once its training has taken two steps more."""
    run, training = Run([]), node_id(prompt, "FaceChainTrainLora")

    def on_event(event):
        if event.type == "facechain.training" and event.data["node"] == training:
            run.messages.append(event.data)
            if len(run.of("step")) == 2 and not run.steps_at_order:
                folder = comfy.base / "user" / "__facechain" / "jobs" / event.data["job"]
                order(folder)
                run.steps_at_order = steps_done(folder)[-1]

    try:
        run.result = comfy.client.run(prompt, timeout_s=200, on_event=on_event)
    except (PromptInterrupted, PromptFailed) as ending:
        run.ending = ending
    return run


@pytest.fixture(scope="module")
def long_training(trained_person):
    """A prompt whose training takes minutes, and draws one portrait before its first step."""
    return named(trained_person, "Stopped", steps=LONG_STEPS, samples=1)


@pytest.fixture(scope="module")
def cancelled(comfy, long_training):
    """Its first run, ended with the host's button, and the job's folder."""
    before = job_folders(comfy)
    run = run_until_step(comfy, long_training, lambda folder: comfy.client.interrupt())
    (folder,) = job_folders(comfy) - before
    return run, folder


@pytest.fixture(scope="module")
def killed(comfy, long_training, cancelled):
    """Its second run, whose worker was killed; and the steps done before that run."""
    _, folder = cancelled
    before = max(steps_done(folder))
    return run_until_step(comfy, long_training, lambda folder: os.kill(worker_of(folder), signal.SIGKILL)), before


@pytest.fixture(scope="module")
def kept(comfy, long_training, killed):
    """Its third run, ended by the page's button."""

    def press(folder):
        comfy.client.post("/facechain/training/stop", {"job": folder.name})

    return run_until_step(comfy, long_training, press)


def events_in(folder, kind):
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines() if line]
    return [event for event in events if event["event"] == kind]


def worker_of(folder):
    return events_in(folder, "started")[-1]["pid"]


def steps_done(folder):
    return [event["step"] for event in events_in(folder, "step")]


def content(message):
    """What a message says, without who says it."""
    return {name: value for name, value in message.items() if name not in ("node", "job")}


def test_cancel_ends_the_prompt_and_makes_no_person(comfy, cancelled):
    run, folder = cancelled
    assert isinstance(run.ending, PromptInterrupted)
    assert "stopped" not in people(comfy)
    assert not any(name.startswith("stopped") for name in loras(comfy))
    # The step that ran when the button was pressed, and one that began before the worker was told.
    assert max(steps_done(folder)) <= run.steps_at_order + 2
    assert not (folder / "result.json").exists()


def test_the_page_is_told_of_a_training_from_its_beginning_to_its_cancel(cancelled, long_training):
    run, folder = cancelled
    assert {message["node"] for message in run.messages} == {node_id(long_training, "FaceChainTrainLora")}
    assert {message["job"] for message in run.messages} == {folder.name}
    expected = {"event": "begin", "total": LONG_STEPS, "person": "stopped", "resumed_at": 0}
    assert content(run.messages[0]) == expected
    assert run.messages[-1]["event"] == "cancelled"
    assert "its state is kept" in run.messages[-1]["message"]
    assert {"caching", "loading", "training", "sampling"} <= {message["name"] for message in run.of("stage")}
    assert all(message["text"] for message in run.of("stage"))


def test_the_page_is_told_of_steps_and_validations_in_numbers(cancelled):
    run, _ = cancelled
    step, validation = run.of("step")[0], run.of("validation")[0]
    assert (step["step"], step["total"]) == (1, LONG_STEPS)
    assert all(step[name] > 0 for name in ("loss", "smoothed_loss", "seconds_left", "memory_bytes"))
    assert validation["step"] == 0
    assert validation["loss"] == validation["baseline"] > 0


def test_the_page_is_shown_a_portrait_of_noise_without_a_likeness(comfy, cancelled):
    run, _ = cancelled
    sample, styled = run.of("sample")
    assert (sample["step"], sample["prompt"], sample["likeness"]) == (0, "plain", None)
    assert (styled["step"], styled["prompt"], styled["likeness"]) == (0, "styled", None)
    assert sample["image"]["type"] == "temp"
    with Image.open(BytesIO(comfy.client.view(sample["image"]))) as picture:
        assert (picture.format, picture.size) == ("PNG", (128, 128))


def test_a_killed_worker_gives_an_error_that_says_so_and_the_job_goes_on(comfy, cancelled, killed):
    folder = cancelled[1]
    run, steps_before = killed
    assert isinstance(run.ending, PromptFailed)
    assert run.ending.error["exception_type"] == "facechain.training_failed"
    assert "goes on from its last saved state" in str(run.ending)
    assert run.of("begin")[0]["resumed_at"] == steps_before
    # The second run went on where the first had stopped instead of starting with step 1.
    assert steps_done(folder).count(1) == 1
    failed = run.messages[-1]
    assert (failed["event"], failed["code"]) == ("failed", "training_failed")
    assert "killed by the system" in failed["message"]


def test_a_resume_that_is_required_names_the_settings_that_differ(comfy, trained_person, killed):
    prompt = named(trained_person, "Stopped", steps=5, samples=1, resume="require")
    with pytest.raises(PromptFailed, match=rf"has steps {LONG_STEPS} instead of 5\. Set what it has"):
        comfy.client.run(prompt, timeout_s=60)


def test_stop_and_keep_makes_a_person_of_what_there_is(comfy, kept, long_training):
    record = train_record(kept.result, long_training)
    assert "stopped" in people(comfy)
    assert record["stopped_early"]
    assert kept.steps_at_order <= record["steps"] < LONG_STEPS
    assert record["message"] == f"Training was stopped after {record['steps']} steps, and the person is kept."
    told = {name: record[name] for name in ("message", "details", "steps", "stopped_early", "person")}
    assert content(kept.messages[-1]) == {"event": "finished", **told}


def test_portraits_of_earlier_runs_are_in_the_record_and_beside_the_loss(comfy, kept, long_training):
    samples = train_record(kept.result, long_training)["samples"]
    shown = [(sample["step"], sample["prompt"], sample["likeness"]) for sample in samples]
    assert shown == [(0, "plain", None), (0, "styled", None)]
    loss, *portraits = kept.result.outputs[node_id(long_training, "FaceChainTrainLora")]["images"]
    assert portraits == [sample["image"] for sample in samples]
    assert loss not in portraits


def test_the_page_is_told_why_a_training_could_not_begin(comfy, trained_person):
    folder = comfy.base / "models" / "checkpoints"
    whole = (folder / CHECKPOINT).read_bytes()[:1_000_000]
    (folder / "half.safetensors").write_bytes(whole)
    prompt = training_prompt(trained_person, base_checkpoint="half.safetensors")
    run = run_until_step(comfy, prompt, pytest.fail)
    (message,) = run.messages
    assert (message["event"], message["job"], message["code"]) == ("failed", None, "unreadable_checkpoint")
    assert message["message"] in str(run.ending)
    assert "half.safetensors is damaged" in message["message"]
