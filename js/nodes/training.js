// @ts-check
// Train Face LoRA: a panel that follows the training, and the button that ends it early.
import { nodeOfExecution } from "../lib/graph.js";
import { answerOf, viewPath } from "../lib/page.js";
import { sampleWords } from "../lib/sample_words.js";
import { text } from "../lib/texts.js";
import { applied, IDLE, stateFromRecord } from "../lib/training_state.js";
import { viewPictures } from "../widgets/picture_viewer.js";
import { createTrainingPanel } from "../widgets/training_panel.js";
import { foldInputs } from "./folded_inputs.js";
import { addElement, after, fitHeight, growToFit } from "./widgets.js";

const HEIGHT_PX = { idle: 32, words: 110, curve: 310 };
const THUMBNAIL = "webp;80";

/** @typedef {import("../lib/training_state.js").TrainingState} TrainingState */
/** @typedef {{ graph: string, node: string, state: TrainingState }} Run one training, and where it was queued */

/** @param {import("../lib/page.js").Page} page */
export const createTrainingNodes = (page) => {
    /** @type {Map<string, Run>} by workflow and node, so that a node that is made anew shows its training again */
    const runs = new Map();
    /** @type {Map<string, Run>} the newest of each job: another workflow may train the same again */
    const jobs = new Map();
    /** @type {Map<any, (state: TrainingState) => void>} panels of the nodes that are in the open workflow */
    const panels = new Map();

    const runOf = (node) =>
        [...runs.values()].find((run) => run.graph === page.graph().id && nodeOfExecution(page.graph(), run.node) === node);

    const update = (run, message) => {
        run.state = applied(run.state, message);
        if (run.graph === page.graph().id) panels.get(nodeOfExecution(page.graph(), run.node))?.(run.state);
    };

    const addTrainingPanel = (node) => {
        foldInputs(node, page);
        let shown = IDLE;
        const panel = createTrainingPanel({
            stop: () => stop(runOf(node), page, update),
            url: (image) => page.url(viewPath(image, THUMBNAIL)),
            enlarge: (place) => viewPictures(pictures(shown, page), place, page.locale()),
            locale: page.locale,
        });
        const show = (state) => {
            const grows = heightOf(state) > heightOf(shown);
            shown = state;
            panel.show(state);
            if (grows) growToFit(node);
        };
        addElement(node, "training_panel", panel.element, () => heightOf(shown));
        panel.show(IDLE);
        panels.set(node, show);
        fitHeight(node);
        // Only now does the node have the id that its training is found by.
        for (const hook of ["onAdded", "onConfigure"]) after(node, hook, () => show(runOf(node)?.state ?? shown));
        after(node, "onRemoved", () => panels.delete(node));
        return (output) => {
            const record = output?.facechain?.[0];
            if (record?.losses && !hasShown(shown, record)) show(stateFromRecord(record));
        };
    };

    const takeMessage = (message) => {
        // What fails before the training begins has no job; a page may be loaded after the beginning.
        if (message.event === "begin" || !message.job || !jobs.has(message.job)) {
            const run = { graph: page.graph().id, node: message.node, state: IDLE };
            jobs.set(message.job, run);
            runs.set(`${run.graph} ${run.node}`, run);
        }
        update(jobs.get(message.job), message);
    };

    return { addTrainingPanel, takeMessage };
};

/** @param {TrainingState} state @returns {number} px */
const heightOf = ({ phase, losses }) => {
    if (losses.points.length > 0) return HEIGHT_PX.curve;
    return phase === "idle" ? HEIGHT_PX.idle : HEIGHT_PX.words;
};

/** @param {TrainingState} shown @param {any} record @returns {boolean} true when the panel has followed that training */
const hasShown = (shown, record) => shown.phase === "finished" && shown.message === record.message && shown.step === record.steps;

const stop = async (run, page, update) => {
    if (!run) return;
    update(run, { event: "stop_requested" });
    const body = JSON.stringify({ job: run.state.job });
    try {
        const headers = { "Content-Type": "application/json" };
        await answerOf(await page.fetch("/facechain/training/stop", { method: "POST", headers, body }));
    } catch (error) {
        update(run, { event: "stop_refused" });
        page.fail(text("stopFailed", page.locale(), { reason: error.message }));
    }
};

/** @param {TrainingState} state @param {import("../lib/page.js").Page} page */
const pictures = ({ samples }, page) =>
    samples.map((sample) => ({
        url: page.url(viewPath(sample.image)),
        caption: sampleWords(sample, page.locale()).join(" · "),
    }));
