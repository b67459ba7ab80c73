// @ts-check
// Apply Person and Style: the prompts of the last run, to be read and copied.
import { promptsFromOutput } from "../lib/assembled_prompts.js";
import { createPromptCard } from "../widgets/prompt_card.js";
import { addElement, growToFit } from "./widgets.js";

const HEIGHT_PX = { empty: 32, filled: 300 };

/** @param {any} node @param {import("../lib/page.js").Page} page */
export const addPromptCard = (node, page) => {
    let isFilled = false;
    const card = createPromptCard({ copy, locale: page.locale });
    addElement(node, "prompts", card.element, () => (isFilled ? HEIGHT_PX.filled : HEIGHT_PX.empty));
    growToFit(node);
    return (output) => {
        const prompts = promptsFromOutput(output);
        if (!prompts) return;
        card.show(prompts);
        if (isFilled) return;
        isFilled = true;
        growToFit(node);
    };
};

/** @param {HTMLTextAreaElement} field @returns {Promise<boolean>} true when its words are in the clipboard; they are selected in any case */
const copy = async (field) => {
    field.select();
    try {
        await navigator.clipboard.writeText(field.value);
        return true;
    } catch {
        // Pages that are not served from this machine or by https have no clipboard but this one.
        return document.execCommand("copy");
    }
};
