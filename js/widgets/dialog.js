// @ts-check
// A dialog over the page that keeps its keys to itself.
import { text } from "../lib/texts.js";
import { build, buildButton, explain } from "./elements.js";

/**
 * @param {string} className
 * @param {string} title
 * @param {string} locale
 * @returns {HTMLDialogElement} with a head; shown by `openDialog`, gone when it is closed
 */
export const buildDialog = (className, title, locale) => {
    const dialog = /** @type {HTMLDialogElement} */ (build("dialog", `facechain-dialog ${className}`));
    const head = build("div", "facechain-dialog-head");
    const close = buildButton("facechain-dialog-close", "×", () => dialog.close());
    explain(close, text("close", locale));
    head.append(build("h2", "facechain-dialog-title", title), close);
    dialog.append(head);
    dialog.setAttribute("aria-label", title);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close(); // the backdrop; what is inside covers the dialog itself
    });
    // The page has shortcuts of its own: Delete, for one, removes the selected nodes.
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    return dialog;
};

/** @param {HTMLDialogElement} dialog @param {HTMLElement} first what has the focus then */
export const openDialog = (dialog, first) => {
    document.body.append(dialog);
    dialog.showModal();
    first.focus();
};
