"""Training from the queue: not repeated, stopped, killed, trained again under the same name."""

from __future__ import annotations

import json
import os
import signal
import threading
from io import BytesIO

import pytest
from PIL import Image
from support_prompts import node_id, shipped_prompt, up_to

from studio.results import PromptFailed, PromptInterrupted

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


def test_a_person_born_in_one_prompt_is_loaded_by_name_in_the_next(comfy, trained_person):
    prompt = {
        "1": {"class_type": "FaceChainLoadPerson", "inputs": {"person": trained_person.record["person"]}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    shown = comfy.client.run(prompt).outputs["2"]["text"]
    assert "Person(ana-test, 5 references)" in shown[0]


def run_until_step(comfy, prompt, act):
    """Queue `prompt`, call `act` once its training has taken two steps, and return how the prompt ended."""
    training = node_id(prompt, "FaceChainTrainLora")
    acted = threading.Event()

    def on_event(event):
        is_step = event.type == "progress" and event.data.get("node") == training and event.data["value"] >= 2
        if is_step and not acted.is_set():
            acted.set()
            act()

    try:
        comfy.client.run(prompt, timeout_s=200, on_event=on_event)
    except (PromptInterrupted, PromptFailed) as ending:
        return ending
    return None


@pytest.fixture(scope="module")
def stopped(comfy, trained_person):
    """A long training that was stopped with the host's button: ending, prompt, job folder, steps done at the press."""
    naming = {"FaceChainBuildDataset": {**trained_person.settings["FaceChainBuildDataset"], "person_name": "Stopped"}}
    changes = {**trained_person.settings, **naming, "FaceChainTrainLora": {"steps": LONG_STEPS}}
    prompt = up_to(shipped_prompt(**changes), "FaceChainTrainLora")
    before = job_folders(comfy)
    at_press = []

    def press_stop():
        (folder,) = job_folders(comfy) - before
        comfy.client.interrupt()
        at_press.append(max(steps_done(folder)))

    ending = run_until_step(comfy, prompt, press_stop)
    (folder,) = job_folders(comfy) - before
    return ending, prompt, folder, at_press[0]


def started_pids(folder):
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines() if line]
    return [event["pid"] for event in events if event["event"] == "started"]


def steps_done(folder):
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines() if line]
    return [event["step"] for event in events if event["event"] == "step"]


def test_stop_ends_the_prompt_and_makes_no_person(comfy, stopped):
    ending, _, folder, steps_at_press = stopped
    assert isinstance(ending, PromptInterrupted)
    assert "stopped" not in people(comfy)
    assert not any(name.startswith("stopped") for name in loras(comfy))
    # The step that ran when stop was pressed, and one that began before the worker was told.
    assert max(steps_done(folder)) <= steps_at_press + 2
    assert not (folder / "result.json").exists()


def test_a_killed_worker_gives_an_error_that_says_so_and_the_job_goes_on(comfy, stopped):
    _, prompt, folder, _ = stopped
    steps_before = max(steps_done(folder))
    ending = run_until_step(comfy, prompt, lambda: os.kill(started_pids(folder)[-1], signal.SIGKILL))
    assert isinstance(ending, PromptFailed)
    assert ending.error["exception_type"].endswith("TrainingFailed")
    assert "goes on from its last saved state" in str(ending)
    assert len(started_pids(folder)) == 2
    # The second run went on where the first had stopped instead of starting with step 1.
    assert steps_done(folder)[-1] > steps_before
    assert steps_done(folder).count(1) == 1
    assert "stopped" not in people(comfy)
