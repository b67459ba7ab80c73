// @ts-check
// The button that adds the LoRA file of a style, and how far the file has come.
import { percent } from "../lib/format.js";
import { text } from "../lib/texts.js";
import { build, buildButton, catchFocus } from "./elements.js";

/** @typedef {{ progress: (ratio: number) => void, signal: AbortSignal }} Course */

/**
 * @param {string} words of the button
 * @param {(file: File, course: Course) => Promise<void>} add ends when the file has arrived, was refused or stopped
 * @param {string} locale
 * @returns {HTMLElement}
 */
export const createLoraAdding = (words, add, locale) => {
    const element = build("span", "facechain-lora-adding");
    const input = Object.assign(document.createElement("input"), { type: "file", accept: ".safetensors" });
    input.className = "facechain-photos-input";
    const button = buildButton("facechain-lora-add", words, () => input.click());
    input.addEventListener("change", async () => {
        const [file] = input.files ?? [];
        input.value = ""; // the same file may be chosen again
        if (!file) return;
        const stop = new AbortController();
        const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
        const share = build("span", "facechain-lora-share", percent(0));
        const progress = (ratio) => {
            bar.value = ratio;
            share.textContent = percent(ratio);
        };
        const cancel = buildButton("", text("cancel", locale), () => stop.abort());
        element.replaceChildren(bar, share, cancel);
        catchFocus(cancel);
        await add(file, { progress, signal: stop.signal });
        element.replaceChildren(button, input);
        catchFocus(button);
    });
    element.append(button, input);
    return element;
};
