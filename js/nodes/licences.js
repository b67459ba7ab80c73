// @ts-check
// The loaders of models: a restricted licence is asked for when a person chooses such a model by hand.
import { licenceQuestion, modelOf, modelOfOption } from "../lib/licences.js";
import { answerOf } from "../lib/page.js";
import { text } from "../lib/texts.js";
import { after, widgetOf } from "./widgets.js";

/** @typedef {import("../lib/licences.js").ListedModel} ListedModel */

/**
 * @typedef {object} Choice
 * @property {string} widget combo of the node
 * @property {(models: ListedModel[], value: string) => ListedModel | undefined} find
 */

/** @type {Choice} */
export const ANALYZERS = { widget: "analyzer", find: (models, value) => modelOf(models, "face analyzer", value) };

/** @type {Choice} */
export const ALL_MODELS = { widget: "model", find: modelOfOption };

/** @param {any} node @param {Choice} choice @param {import("../lib/page.js").Page} page */
export const askForLicences = (node, choice, page) => {
    const combo = widgetOf(node, choice.widget);
    let shown = combo.value;
    const show = (value) => {
        shown = combo.value = value;
        node.setDirtyCanvas(true, true); // the classic canvas draws the combo itself
    };
    // A workflow that is opened sets the value without this callback, and so is never asked about.
    after(combo, "callback", async () => {
        const [former, value] = [shown, combo.value];
        if (value === former) return;
        shown = value;
        const model = await restrictedModel(value, choice, page);
        if (!model || combo.value !== value) return; // free, or chosen anew in the meantime
        show(former); // already now: the page's dialog gives no answer when it is closed by Escape
        if ((await page.confirm(licenceQuestion(model, page.locale()))) && (await accept(model, page))) show(value);
    });
    after(node, "onConfigure", () => (shown = combo.value));
};

/**
 * @param {string} value @param {Choice} choice @param {import("../lib/page.js").Page} page
 * @returns {Promise<ListedModel | undefined>} the model that the value names, if its licence has to be accepted first
 */
const restrictedModel = async (value, { find }, page) => {
    try {
        const model = find((await answerOf(await page.fetch("/facechain/models"))).models, value);
        return model?.accepted ? undefined : model;
    } catch (error) {
        // The value stays; the node itself refuses what nobody accepted.
        page.fail(text("licencesUnknown", page.locale(), { reason: error.message }));
    }
};

/** @param {ListedModel} model @param {import("../lib/page.js").Page} page @returns {Promise<boolean>} true when the server took it */
const accept = async ({ role, id }, page) => {
    const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ role, id }) };
    try {
        await answerOf(await page.fetch("/facechain/licences/accept", request));
        return true;
    } catch (error) {
        page.fail(text("licenceFailed", page.locale(), { id, reason: error.message }));
        return false;
    }
};
