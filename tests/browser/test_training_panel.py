"""Train Face LoRA shows its training as it goes on, ends it early on request, and says how it ended."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

JOB = "00112233445566ff"
PANEL = ".facechain-training"
HEAD = ".facechain-training-head"
IDLE = "The training shows its progress here."


def message(node, event, **values):
    return {"node": str(node), "job": JOB, "event": event, **values}


def steps(node, last):
    """Messages of the first `last` of 40 steps."""
    fields = {"total": 40, "loss": 0.2, "seconds_left": 200, "memory_bytes": 5_200_000_000}
    return [message(node, "step", step=step, smoothed_loss=0.2 - step / 1000, **fields) for step in range(1, last + 1)]


def beginning(node):
    return [
        message(node, "begin", total=40, person="Ana Test", resumed_at=0),
        message(node, "stage", name="training", text="Learning the face"),
        message(node, "validation", step=0, loss=0.3, baseline=0.3),
        *steps(node, 8),
    ]


@pytest.fixture
def training(same_studio):
    """The page with one node whose training is at step 8 of 40."""
    node = same_studio.add_node("FaceChainTrainLora")
    same_studio.send("training", beginning(node))
    return same_studio, node


@pytest.fixture
def job_folder(comfy):
    """The folder of that training, as the server has it."""
    folder = comfy.base / "user" / "__facechain" / "jobs" / JOB
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def test_a_node_without_a_training_says_where_it_will_be_shown(same_studio):
    same_studio.add_node("FaceChainTrainLora")
    expect(same_studio.page.locator(HEAD)).to_have_text(IDLE)
    expect(same_studio.page.locator(".facechain-training-stop")).to_be_hidden()


FOLDED = "more_settings"
SHOWN = ["base_checkpoint", "seed", "fixed", "preset", FOLDED, "training_panel"]
VISIBLE = "() => app.graph._nodes[0].widgets.filter((widget) => !widget.hidden).map((widget) => widget.name)"
PRESS = "(name) => app.graph._nodes[0].widgets.find((widget) => widget.name === name).callback()"
HEIGHT = "() => app.graph._nodes[0].size[1]"


def test_all_settings_but_the_preset_are_folded_behind_a_button(same_studio):
    same_studio.add_node("FaceChainTrainLora")
    page = same_studio.page
    height = page.evaluate(HEIGHT)
    assert page.evaluate(VISIBLE) == SHOWN
    page.evaluate(PRESS, FOLDED)
    assert {"steps", "lora_rank", "choose", "resume"} < set(page.evaluate(VISIBLE))
    assert page.evaluate(HEIGHT) > 2 * height
    page.evaluate(PRESS, FOLDED)
    assert page.evaluate(VISIBLE) == SHOWN
    assert page.evaluate(HEIGHT) == height


def test_the_button_is_no_setting_and_folded_settings_are_kept(same_studio):
    node = same_studio.add_node("FaceChainTrainLora", lora_rank=32)
    saved = same_studio.page.evaluate("() => app.graph.serialize().nodes[0].widgets_values")
    assert saved[5:7] == [32, 0]
    assert saved[-2:] == ["new version", "auto"]
    prompt = same_studio.api_prompt()
    inputs = prompt[str(node)]["inputs"]
    assert (inputs["lora_rank"], inputs["preset"], FOLDED in inputs) == (32, "best_likeness", False)


def test_a_finished_training_says_what_was_kept_and_why(training):
    studio, node = training
    ending = {"message": "Training is complete.", "details": "Step 8 is most alike.", "stopped_early": False}
    studio.send("training", [message(node, "finished", steps=40, person="ana", **ending)])
    details = studio.page.locator(".facechain-training-end .facechain-training-detail")
    expect(details).to_have_text(["ana · 40 steps", "Step 8 is most alike."])


def test_the_panel_shows_stage_progress_time_memory_and_losses(training):
    studio, _ = training
    panel = studio.page.locator(PANEL)
    expect(panel.locator(HEAD)).to_have_text("Training Ana TestLearning the face")
    assert panel.locator("progress").evaluate("(bar) => [bar.value, bar.max]") == [8, 40]
    facts = panel.locator(".facechain-training-facts span").all_inner_texts()
    assert facts == ["step 8 of 40", "3 min 20 s left", "5.2 GB"]
    assert len(panel.locator("polyline").get_attribute("points").split(" ")) == 8
    assert panel.locator("circle").count() == 1
    assert "training 0.192" in panel.locator("figcaption").inner_text()


def test_a_sample_portrait_is_shown_with_its_likeness_and_opens_large(training, comfy, photos):
    studio, node = training
    (comfy.base / "temp").mkdir(exist_ok=True)
    shutil.copy(photos.astronaut, comfy.base / "temp" / "sample.png")
    image = {"filename": "sample.png", "subfolder": "", "type": "temp"}
    studio.send("training", [message(node, "sample", step=8, prompt="plain", likeness=0.826, image=image)])
    sample = studio.page.locator(".facechain-sample")
    expect(sample.locator(".facechain-sample-likeness")).to_have_text("83%")
    studio.page.wait_for_function("() => document.querySelector('.facechain-sample img').naturalWidth > 0")
    sample.click()
    expect(studio.page.locator(".facechain-dialog-title")).to_have_text("step 8 · plain · 83% alike")
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator("dialog")).to_have_count(0)


def test_a_node_that_is_made_anew_shows_its_training_again(training):
    studio, node = training
    studio.redraw()
    expect(studio.page.locator(".facechain-training-facts")).to_contain_text("step 8 of 40")
    studio.send("training", [message(node, "stage", name="saving", text="Saving")])
    expect(studio.page.locator(HEAD)).to_contain_text("Saving")


def test_another_workflow_with_a_node_of_the_same_number_shows_nothing_of_it(training):
    studio, node = training
    studio.page.evaluate("() => window.app.loadGraphData({ ...window.app.graph.serialize(), id: crypto.randomUUID() })")
    expect(studio.page.locator(HEAD)).to_have_text(IDLE)
    studio.send("training", steps(node, 9)[-1:])
    expect(studio.page.locator(HEAD)).to_have_text(IDLE)


def test_stop_and_keep_reaches_the_training_that_is_shown(training, job_folder):
    studio, _ = training
    button = studio.page.locator(".facechain-training-stop")
    with studio.page.expect_response("**/facechain/training/stop") as answer:
        button.press("Enter")
    assert answer.value.request.post_data_json == {"job": JOB}
    assert [file.name for file in job_folder.iterdir()] == ["stop"]
    expect(button).to_have_text("Stops after this step…")
    expect(button).to_be_disabled()


def test_a_stop_that_is_refused_is_said_in_the_servers_words(training):
    studio, _ = training
    button = studio.page.locator(".facechain-training-stop")
    button.click()
    expect(studio.page.locator(".p-toast-detail").last).to_contain_text(f"There is no training {JOB} on this machine.")
    expect(button).to_be_enabled()


def test_the_end_is_clear_and_leaves_nothing_to_press(training):
    studio, node = training
    end = {"message": "Training is complete.", "steps": 8, "stopped_early": True, "person": "Ana Test"}
    studio.send("training", [message(node, "finished", **end)])
    expect(studio.page.locator(".facechain-training-end")).to_have_text(
        "✓ Training is complete.Ana Test · 8 steps, stopped early"
    )
    expect(studio.page.locator(".facechain-training-stop")).to_be_hidden()
    expect(studio.page.locator("polyline")).to_be_attached()


def test_a_failure_shows_code_and_words_as_text(training):
    studio, node = training
    failed = message(node, "failed", code="training_failed", message="The <b>loss</b> became nan.")
    studio.send("training", [failed])
    end = studio.page.locator(".facechain-training-end")
    expect(end).to_have_text("✗ The training failedThe <b>loss</b> became nan.training_failed")
    expect(end.locator("b")).to_have_count(0)


def test_a_failure_before_the_beginning_is_shown_on_the_node_that_failed(same_studio):
    for column in range(2):
        node = same_studio.add_node("FaceChainTrainLora", column)
        failed = {"job": None, "code": "wrong_base_model", "message": f"Node {column} needs SD 1.5."}
        same_studio.send("training", [{**message(node, "failed"), **failed}])
    ends = same_studio.page.locator(".facechain-training-end .facechain-training-message")
    expect(ends).to_have_text(["Node 0 needs SD 1.5.", "Node 1 needs SD 1.5."])


def test_a_cancelled_training_says_how_to_go_on(training):
    studio, node = training
    studio.send("training", [message(node, "cancelled", message="Training was stopped; its state is kept.")])
    expect(studio.page.locator(".facechain-training-end")).to_contain_text("its state is kept")


def test_the_panel_is_not_part_of_what_is_queued(training):
    studio, node = training
    assert "training_panel" not in studio.api_prompt()[str(node)]["inputs"]
