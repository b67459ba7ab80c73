// @ts-check
// Rarely used inputs of a node behind a button, where the page draws them all: only its newer renderer folds them.
import { text } from "../lib/texts.js";
import { after, fitHeight } from "./widgets.js";

/** @param {any} node @param {import("../lib/page.js").Page} page */
export const foldInputs = (node, page) => {
    if (page.foldsInputs()) return;
    const folded = node.widgets.filter((widget) => widget.options?.advanced);
    let isOpen = false;
    const button = node.addWidget("button", "more_settings", null, () => {
        isOpen = !isOpen;
        show();
        fitHeight(node);
    });
    // No setting: neither a workflow nor a prompt may hold it.
    button.serialize = false;
    button.options.serialize = false;
    const show = () => {
        for (const widget of folded) widget.hidden = !isOpen && !isLinked(node, widget);
        button.label = text(isOpen ? "fewerSettings" : "moreSettings", page.locale());
        node.setDirtyCanvas?.(true, true);
    };
    show();
    after(node, "onConfigure", show); // what a workflow links stays in sight
    after(node, "onConnectionsChange", show);
};

/** @param {any} node @param {any} widget @returns {boolean} true when another node says what its value is */
const isLinked = (node, widget) =>
    (node.inputs ?? []).some((input) => input.widget?.name === widget.name && input.link !== null);
