// @ts-check
// What is known of one training, made from the messages of its process: (state, message) -> state.
import { EMPTY, smoothedCourse, withPoint } from "./loss_points.js";

/** @typedef {import("./loss_points.js").Point} Point */
/** @typedef {{ filename: string, subfolder: string, type: string }} StoredImage */
/** @typedef {{ step: number, prompt: "plain" | "styled", likeness: number | null, image: StoredImage }} Sample */

/**
 * @typedef {object} TrainingState
 * @property {"idle" | "running" | "finished" | "failed" | "cancelled"} phase
 * @property {string} job names the training on the server; empty while idle
 * @property {string} person
 * @property {string} stage one sentence: what the process does now
 * @property {number} step
 * @property {number} total 0 until it is known
 * @property {number} resumedAt step from which an earlier run goes on
 * @property {number | null} secondsLeft
 * @property {number} memoryBytes 0 where the system does not tell
 * @property {import("./loss_points.js").Course} losses smoothed
 * @property {number | null} loss the newest, smoothed
 * @property {Point[]} validations
 * @property {number | null} baseline validation loss before the training
 * @property {Sample[]} samples
 * @property {boolean} stopping true once the user asked for an early end
 * @property {boolean} stoppedEarly
 * @property {string} message how it ended, in the server's words
 * @property {string} details by which recipe, and which weights were kept and why, in the server's words
 * @property {string} code of the error, empty without one
 */

/** @type {Readonly<TrainingState>} */
export const IDLE = Object.freeze({
    phase: "idle",
    job: "",
    person: "",
    stage: "",
    step: 0,
    total: 0,
    resumedAt: 0,
    secondsLeft: null,
    memoryBytes: 0,
    losses: EMPTY,
    loss: null,
    validations: [],
    baseline: null,
    samples: [],
    stopping: false,
    stoppedEarly: false,
    message: "",
    details: "",
    code: "",
});

/**
 * @param {TrainingState} state
 * @param {any} message one of `facechain.training`, or {event: "stop_requested"} or {event: "stop_refused"} of the page
 * @returns {TrainingState} the state after it; the given one stays as it is
 */
export const applied = (state, message) => {
    // A page that was loaded during the training has not seen its beginning; what fails before it has no job.
    const known = message.event === "begin" || (message.job && message.job !== state.job) ? started(message) : state;
    return { ...known, ...(CHANGES[message.event]?.(known, message) ?? {}) };
};

/**
 * @param {any} record what the node put into the workflow's outputs when it ended
 * @returns {TrainingState} the end of that training, as far as the record tells
 */
export const stateFromRecord = (record) => ({
    ...IDLE,
    phase: "finished",
    person: record.person,
    message: record.message,
    details: record.details ?? "",
    step: record.steps,
    total: record.steps,
    stoppedEarly: record.stopped_early,
    losses: smoothedCourse(record.losses),
    validations: record.validations,
    baseline: record.validation_before,
    samples: record.samples,
});

/** @type {Record<string, (state: TrainingState, message: any) => Partial<TrainingState>>} */
const CHANGES = {
    begin: (_, { total, person, resumed_at }) => ({ total, person, step: resumed_at ?? 0, resumedAt: resumed_at ?? 0 }),
    stage: (_, { text }) => ({ stage: text }),
    step: (state, { step, total, smoothed_loss, seconds_left, memory_bytes }) => ({
        step,
        total,
        secondsLeft: seconds_left,
        memoryBytes: memory_bytes,
        losses: withPoint(state.losses, [step, smoothed_loss]),
        loss: smoothed_loss,
    }),
    validation: (state, { step, loss, baseline }) => ({
        validations: [...state.validations.filter(([known]) => known !== step), [step, loss]],
        baseline,
    }),
    sample: (state, { step, prompt, likeness, image }) => ({
        samples: [...state.samples, { step, prompt, likeness, image }],
    }),
    finished: (state, { message, details, steps, stopped_early, person }) => ({
        phase: "finished",
        message,
        details: details ?? "",
        step: steps,
        total: state.total || steps,
        stoppedEarly: stopped_early,
        person,
        stopping: false,
    }),
    failed: (_, { code, message }) => ({ phase: "failed", code, message, stopping: false }),
    cancelled: (_, { message }) => ({ phase: "cancelled", message, stopping: false }),
    stop_requested: () => ({ stopping: true }),
    stop_refused: () => ({ stopping: false }),
};

/** @param {{ job: string }} message @returns {TrainingState} */
const started = ({ job }) => ({ ...IDLE, phase: "running", job });
