// @ts-check
// A training as it goes on: stage, bar, curve, sample portraits, an early end, and how it ended.
import { durationText, memoryText, percent } from "../lib/format.js";
import { sampleWords } from "../lib/sample_words.js";
import { text } from "../lib/texts.js";
import { build, buildButton, buildPicture, explain } from "./elements.js";
import { buildLossCurve } from "./loss_curve.js";

/** @typedef {import("../lib/training_state.js").TrainingState} TrainingState */

/**
 * @typedef {object} TrainingActions
 * @property {() => void} stop
 * @property {(image: import("../lib/training_state.js").StoredImage) => string} url
 * @property {(place: number) => void} enlarge shows the sample at this place
 * @property {() => string} locale
 */

/**
 * @param {TrainingActions} actions
 * @returns {{ element: HTMLElement, show: (state: TrainingState) => void }}
 */
export const createTrainingPanel = (actions) => {
    const element = build("section", "facechain-training");
    const head = build("div", "facechain-training-head");
    const stop = buildButton("facechain-training-stop", "", actions.stop);
    const progress = build("div", "facechain-training-progress");
    const curve = build("div", "facechain-training-curve");
    const samples = build("div", "facechain-training-samples");
    const ending = build("div", "facechain-training-end");
    head.setAttribute("role", "status");
    ending.setAttribute("role", "status");
    element.append(ending, head, progress, stop, curve, samples);
    const show = (state) => {
        const locale = actions.locale();
        element.dataset.phase = state.phase;
        speak(head, headline(state, locale));
        speak(ending, end(state, locale));
        progress.replaceChildren(...bar(state, locale));
        curve.replaceChildren(...(hasCurve(state) ? [buildLossCurve(state, locale)] : []));
        showStop(stop, state, locale);
        // Pictures are kept: each new element would be fetched and decoded again at every step.
        if (samples.childElementCount > state.samples.length) samples.replaceChildren();
        const shown = samples.childElementCount;
        samples.append(...state.samples.slice(shown).map((each, place) => sample(each, shown + place, actions)));
        if (samples.childElementCount > shown) samples.scrollLeft = samples.scrollWidth; // the newest is the last
    };
    return { element, show };
};

/** @param {HTMLElement} status @param {HTMLElement[]} parts only what is new, since a screen reader says it aloud */
const speak = (status, parts) => {
    const words = parts.map((part) => part.textContent).join("");
    if (status.textContent !== words) status.replaceChildren(...parts);
};

/** @param {TrainingState} state @param {string} locale @returns {HTMLElement[]} */
const headline = ({ phase, person, stage }, locale) => {
    if (phase === "idle") return [build("span", "facechain-training-idle", text("trainingIdle", locale))];
    if (phase !== "running") return [];
    const title = person ? [build("strong", "", text("trainingOf", locale, { person }))] : [];
    return stage ? [...title, build("span", "facechain-training-stage", stage)] : title;
};

/** @param {TrainingState} state @param {string} locale @returns {HTMLElement[]} */
const bar = (state, locale) => {
    const { phase, step, total, resumedAt, secondsLeft, memoryBytes } = state;
    if (phase !== "running" || total === 0) return [];
    const track = /** @type {HTMLProgressElement} */ (build("progress", "facechain-training-bar"));
    Object.assign(track, { max: total, value: step });
    const facts = [text("stepOf", locale, { step, total })];
    track.setAttribute("aria-label", facts[0]);
    if (secondsLeft !== null) facts.push(text("timeLeft", locale, { time: durationText(secondsLeft, locale) }));
    if (memoryBytes > 0) facts.push(memoryText(memoryBytes, locale));
    if (resumedAt > 0) facts.push(text("resumed", locale, { step: resumedAt }));
    const line = build("div", "facechain-training-facts");
    line.append(...facts.map((fact) => build("span", "", fact)));
    return [track, line];
};

/** @param {TrainingState} state @returns {boolean} */
const hasCurve = ({ losses, validations }) => losses.points.length > 0 || validations.length > 0;

/** @param {TrainingState} state @param {string} locale @returns {HTMLElement[]} */
const end = ({ phase, message, details, code, person, step, stoppedEarly }, locale) => {
    if (phase === "finished") {
        const steps = text(stoppedEarly ? "stoppedEarly" : "stepsDone", locale, { steps: step });
        return [
            build("strong", "", `✓ ${message}`),
            build("span", "facechain-training-detail", [person, steps].filter(Boolean).join(" · ")),
            ...(details ? [build("span", "facechain-training-detail", details)] : []),
        ];
    }
    if (phase === "failed") {
        return [
            build("strong", "", `✗ ${text("trainingFailed", locale)}`),
            build("span", "facechain-training-message", message),
            build("code", "facechain-training-code", code),
        ];
    }
    if (phase !== "cancelled") return [];
    return [
        build("strong", "", text("trainingCancelled", locale)),
        build("span", "facechain-training-message", message),
    ];
};

/** @param {HTMLButtonElement} button @param {TrainingState} state @param {string} locale */
const showStop = (button, { phase, stopping }, locale) => {
    button.hidden = phase !== "running";
    button.disabled = stopping;
    button.textContent = text(stopping ? "stopping" : "stopAndKeep", locale);
    button.title = text("stopAndKeepHint", locale);
};

/**
 * @param {import("../lib/training_state.js").Sample} sample @param {number} place @param {TrainingActions} actions
 * @returns {HTMLElement}
 */
const sample = ({ step, prompt, likeness, image }, place, { url, enlarge, locale }) => {
    const button = buildButton("facechain-sample", "", () => enlarge(place));
    const words = sampleWords({ step, prompt, likeness }, locale());
    explain(button, words.join(", "));
    button.append(buildPicture("", url(image), ""));
    if (likeness !== null) button.append(build("span", "facechain-sample-likeness", percent(likeness)));
    button.append(build("span", "facechain-sample-step", words[0]));
    return button;
};
