// @ts-check
// Both prompts of the last run, the LoRAs behind them, and what was left out. Data comes in, an element goes out.
import { loraLine } from "../lib/assembled_prompts.js";
import { text } from "../lib/texts.js";
import { build, buildButton, explain } from "./elements.js";

/** @typedef {import("../lib/assembled_prompts.js").AssembledPrompts} AssembledPrompts */
/** @typedef {{ copy: (field: HTMLTextAreaElement) => Promise<boolean>, locale: () => string }} PromptActions */

/**
 * @param {PromptActions} actions
 * @returns {{ element: HTMLElement, show: (prompts: AssembledPrompts) => void }}
 */
export const createPromptCard = (actions) => {
    const element = build("section", "facechain-prompts");
    element.append(build("div", "facechain-prompts-idle", text("promptsIdle", actions.locale())));
    const show = ({ positive, negative, notes, loras }) => {
        const lines = loras.map((lora) => loraLine(lora, actions.locale()));
        element.replaceChildren(
            promptField("promptWanted", positive, actions),
            promptField("promptUnwanted", negative, actions),
            lineList("facechain-prompts-loras", lines),
            lineList("facechain-prompts-notes", notes),
        );
    };
    return { element, show };
};

/** @param {import("../lib/texts.js").TextKey} title @param {string} words @param {PromptActions} actions */
const promptField = (title, words, { copy, locale }) => {
    const part = build("div", "facechain-prompts-part");
    const head = build("div", "facechain-prompts-head");
    const field = /** @type {HTMLTextAreaElement} */ (build("textarea", "facechain-prompts-text"));
    Object.assign(field, { value: words, readOnly: true, rows: 3, spellcheck: false });
    field.setAttribute("aria-label", text(title, locale()));
    const button = buildButton("facechain-prompts-copy", text("copy", locale()), async () => {
        button.textContent = text((await copy(field)) ? "copied" : "notCopied", locale());
    });
    button.addEventListener("blur", () => (button.textContent = text("copy", locale())));
    explain(button, text("copyWhat", locale(), { title: text(title, locale()) }));
    head.append(build("strong", "", text(title, locale())), button);
    part.append(head, field);
    return part;
};

/** @param {string} className @param {string[]} lines @returns {HTMLElement} empty without lines */
const lineList = (className, lines) => {
    const list = build("ul", className);
    list.append(...lines.map((line) => build("li", "", line)));
    return list;
};
