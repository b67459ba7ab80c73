// @ts-check
// Pictures at full size, one after the other.
import { text } from "../lib/texts.js";
import { buildDialog, openDialog } from "./dialog.js";
import { build, buildButton, explain } from "./elements.js";

/** @typedef {{ url: string, caption: string }} ViewedPicture */

/**
 * Opens a dialog with `pictures`, the one at `start` first. Arrow keys go on and back, Escape closes.
 * @param {ViewedPicture[]} pictures
 * @param {number} start
 * @param {string} locale
 */
export const viewPictures = (pictures, start, locale) => {
    const dialog = buildDialog("facechain-viewer", "", locale);
    const title = /** @type {HTMLElement} */ (dialog.querySelector(".facechain-dialog-title"));
    const picture = /** @type {HTMLImageElement} */ (build("img", "facechain-viewer-picture"));
    const link = build("a", "facechain-viewer-link", text("openFile", locale));
    const back = buildButton("facechain-viewer-back", "‹", () => show(place - 1));
    const on = buildButton("facechain-viewer-on", "›", () => show(place + 1));
    let place = start;
    const show = (wanted) => {
        place = (wanted + pictures.length) % pictures.length;
        const { url, caption } = pictures[place];
        Object.assign(picture, { src: url, alt: caption });
        Object.assign(link, { href: url, target: "_blank", rel: "noopener" });
        title.textContent = caption;
    };
    explain(back, text("previous", locale));
    explain(on, text("next", locale));
    for (const button of [back, on]) button.hidden = pictures.length < 2;
    dialog.addEventListener("keydown", ({ key }) => {
        if (key === "ArrowLeft") show(place - 1);
        if (key === "ArrowRight") show(place + 1);
    });
    const stage = build("div", "facechain-viewer-stage");
    stage.append(back, picture, on);
    dialog.append(stage, link);
    show(start);
    openDialog(dialog, pictures.length < 2 ? link : on);
};
