import assert from "node:assert/strict";
import test from "node:test";
import { applied, IDLE, stateFromRecord } from "../../js/lib/training_state.js";

const JOB = "0123456789abcdef";
const message = (event, values = {}) => ({ node: "5", job: JOB, event, ...values });
const BEGIN = message("begin", { total: 40, person: "Ana", resumed_at: 0 });
const STEP = message("step", {
    step: 8,
    total: 40,
    loss: 0.2,
    smoothed_loss: 0.1,
    seconds_left: 64,
    memory_bytes: 5e9,
});
const IMAGE = { filename: "a.png", subfolder: "", type: "temp" };
const after = (...messages) => messages.reduce(applied, IDLE);

test("a training begins with what it will do", () => {
    const state = after(BEGIN, message("stage", { name: "latents", text: "Reading the faces" }));
    assert.equal(state.phase, "running");
    assert.deepEqual([state.job, state.person, state.total, state.step], [JOB, "Ana", 40, 0]);
    assert.equal(state.stage, "Reading the faces");
});

test("a resumed training begins where it was stopped", () => {
    const state = after({ ...BEGIN, resumed_at: 12 });
    assert.deepEqual([state.step, state.resumedAt], [12, 12]);
});

test("a step brings its smoothed loss, the time left and the memory", () => {
    const state = after(BEGIN, STEP);
    assert.deepEqual([state.step, state.secondsLeft, state.memoryBytes, state.loss], [8, 64, 5e9, 0.1]);
    assert.deepEqual(state.losses.points, [[8, 0.1]]);
});

test("a repeated validation replaces the earlier one of its step", () => {
    const state = after(
        BEGIN,
        message("validation", { step: 0, loss: 0.3, baseline: 0.3 }),
        message("validation", { step: 10, loss: 0.2, baseline: 0.3 }),
        message("validation", { step: 10, loss: 0.25, baseline: 0.3 }),
    );
    assert.deepEqual(state.validations, [[0, 0.3], [10, 0.25]]);
    assert.equal(state.baseline, 0.3);
});

test("samples are kept in order, with and without likeness", () => {
    const state = after(
        BEGIN,
        message("sample", { step: 10, prompt: "plain", likeness: 0.5, image: IMAGE }),
        message("sample", { step: 10, prompt: "styled", likeness: null, image: IMAGE }),
    );
    assert.deepEqual(state.samples, [
        { step: 10, prompt: "plain", likeness: 0.5, image: IMAGE },
        { step: 10, prompt: "styled", likeness: null, image: IMAGE },
    ]);
});

test("a finished training keeps its curve and says how it ended", () => {
    const end = { message: "Training is complete.", details: "Step 8 is most alike.", steps: 8, stopped_early: true, person: "Ana" };
    const state = after(BEGIN, STEP, { event: "stop_requested" }, message("finished", end));
    assert.deepEqual([state.phase, state.message, state.step, state.stoppedEarly], ["finished", end.message, 8, true]);
    assert.equal(state.details, "Step 8 is most alike.");
    assert.equal(state.stopping, false);
    assert.equal(state.losses.points.length, 1);
});

test("a failure brings the code and the words of the server", () => {
    const state = after(BEGIN, message("failed", { code: "training_failed", message: "The loss became nan." }));
    assert.deepEqual([state.phase, state.code, state.message], ["failed", "training_failed", "The loss became nan."]);
});

test("a failure before the beginning is shown although it has no job", () => {
    const state = after({ node: "5", job: null, event: "failed", code: "wrong_base_model", message: "It is SDXL." });
    assert.deepEqual([state.phase, state.message], ["failed", "It is SDXL."]);
});

test("a cancelled training says so", () => {
    const state = after(BEGIN, message("cancelled", { message: "Training was stopped." }));
    assert.deepEqual([state.phase, state.message], ["cancelled", "Training was stopped."]);
});

test("a new begin forgets the earlier run", () => {
    const state = after(BEGIN, STEP, message("failed", { code: "x", message: "y" }), BEGIN);
    assert.deepEqual([state.phase, state.code, state.losses.points], ["running", "", []]);
});

test("a page that was loaded during the training shows what it hears", () => {
    const state = after(STEP);
    assert.deepEqual([state.phase, state.job, state.step, state.total], ["running", JOB, 8, 40]);
});

test("a wish to stop is shown until it is refused", () => {
    assert.equal(after(BEGIN, { event: "stop_requested" }).stopping, true);
    assert.equal(after(BEGIN, { event: "stop_requested" }, { event: "stop_refused" }).stopping, false);
});

test("an event of a later version changes nothing", () => {
    const state = after(BEGIN, STEP);
    assert.deepEqual(applied(state, message("weather", { sunny: true })), state);
});

test("the given state stays as it is", () => {
    const state = Object.freeze(after(BEGIN));
    applied(state, STEP);
    assert.deepEqual(state.losses.points, []);
});

test("the record of a finished training gives its curve and its end", () => {
    const state = stateFromRecord({
        person: "ana",
        message: "Training is complete.",
        details: "The weights of the end were asked for.",
        steps: 2,
        stopped_early: false,
        losses: [[1, 0.4], [2, 0.2]],
        validations: [[2, 0.25]],
        validation_before: 0.5,
        samples: [{ step: 2, prompt: "plain", likeness: 0.5, image: IMAGE }],
    });
    assert.deepEqual([state.phase, state.details], ["finished", "The weights of the end were asked for."]);
    assert.deepEqual(state.losses.points.map(([step]) => step), [1, 2]);
    assert.deepEqual([state.step, state.total, state.baseline, state.samples.length], [2, 2, 0.5, 1]);
});
