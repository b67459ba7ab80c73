// @ts-check
// Ranked portraits as thumbnails, most alike first. Data and actions come in, an element goes out.
import { percent } from "../lib/format.js";
import { portraitCaption } from "../lib/ranked_portraits.js";
import { text } from "../lib/texts.js";
import { build, buildButton, buildPicture, explain } from "./elements.js";

/** @typedef {import("../lib/ranked_portraits.js").RankedPortrait} RankedPortrait */

/**
 * @typedef {object} GalleryActions
 * @property {(portraits: RankedPortrait[], place: number) => void} enlarge
 * @property {(portrait: RankedPortrait) => string} url address of a thumbnail
 * @property {() => string} locale
 */

/**
 * @param {GalleryActions} actions
 * @returns {{ element: HTMLElement, show: (ranking: { warning: string, portraits: RankedPortrait[] }) => void }}
 */
export const createPortraitGallery = (actions) => {
    const element = build("section", "facechain-gallery");
    const status = build("div", "facechain-gallery-status", text("portraitsIdle", actions.locale()));
    const warning = build("div", "facechain-gallery-warning");
    const grid = build("div", "facechain-gallery-grid");
    status.setAttribute("role", "status");
    element.append(status, warning, grid);
    const show = (ranking) => {
        const kept = ranking.portraits.filter((portrait) => portrait.kept).length;
        status.textContent = text("portraitsKept", actions.locale(), { kept, total: ranking.portraits.length });
        warning.textContent = ranking.warning;
        grid.replaceChildren(...ranking.portraits.map((_, place) => thumbnail(ranking.portraits, place, actions)));
    };
    return { element, show };
};

/** @param {RankedPortrait[]} portraits @param {number} place @param {GalleryActions} actions @returns {HTMLElement} */
const thumbnail = (portraits, place, actions) => {
    const portrait = portraits[place];
    const button = buildButton("facechain-portrait", "", () => actions.enlarge(portraits, place));
    button.dataset.kept = String(portrait.kept);
    explain(button, portraitCaption(portrait, actions.locale()));
    button.append(
        buildPicture("", actions.url(portrait), ""),
        build("span", "facechain-portrait-rank", String(portrait.rank)),
        build("span", "facechain-portrait-likeness", portrait.likeness === null ? "–" : percent(portrait.likeness)),
    );
    if (!portrait.kept) button.append(build("span", "facechain-portrait-dropped", text("dropped", actions.locale())));
    return button;
};
