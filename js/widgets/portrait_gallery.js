// @ts-check
// Ranked portraits as thumbnails, most alike first. Data and actions come in, an element goes out.
import { percent } from "../lib/format.js";
import { portraitCaption, portraitEnd, rankingSummary, rawText, scaleText } from "../lib/ranked_portraits.js";
import { text } from "../lib/texts.js";
import { build, buildButton, buildPicture, explain } from "./elements.js";

/** @typedef {import("../lib/ranked_portraits.js").RankedPortrait} RankedPortrait */
/** @typedef {import("../lib/ranked_portraits.js").Ranking} Ranking */

/**
 * @typedef {object} GalleryActions
 * @property {(ranking: Ranking, place: number) => void} enlarge
 * @property {(portrait: RankedPortrait) => string} url address of its picture
 * @property {() => string} locale
 */

/**
 * @param {GalleryActions} actions
 * @returns {{ element: HTMLElement, show: (ranking: Ranking) => void }}
 */
export const createPortraitGallery = (actions) => {
    const element = build("section", "facechain-gallery");
    const status = build("div", "facechain-gallery-status", text("portraitsIdle", actions.locale()));
    const warning = build("div", "facechain-gallery-warning");
    const scale = build("div", "facechain-gallery-scale");
    const grid = build("div", "facechain-gallery-grid");
    status.setAttribute("role", "status");
    grid.addEventListener("keydown", (event) => moveFocus(grid, event));
    element.append(status, warning, scale, grid);
    const show = (ranking) => {
        status.textContent = rankingSummary(ranking, actions.locale());
        warning.textContent = ranking.warning;
        scale.textContent = scaleText(ranking, actions.locale());
        grid.replaceChildren(...ranking.portraits.map((_, place) => thumbnail(ranking, place, actions)));
    };
    return { element, show };
};

/** @param {Ranking} ranking @param {number} place @param {GalleryActions} actions @returns {HTMLElement} */
const thumbnail = (ranking, place, actions) => {
    const portrait = ranking.portraits[place];
    const { rank, likeness, raw, metric, kept } = portrait;
    const locale = actions.locale();
    const button = buildButton("facechain-portrait", "", () => actions.enlarge(ranking, place));
    button.dataset.kept = String(kept);
    explain(button, portraitCaption(portrait, ranking, locale));
    button.append(
        buildPicture("", actions.url(portrait), ""),
        build("span", "facechain-portrait-rank", String(rank)),
        build("span", "facechain-portrait-likeness", likeness === null ? "–" : percent(likeness)),
        build("span", "facechain-portrait-raw", raw === null ? "" : rawText(raw, metric, locale)),
        build("span", "facechain-portrait-end", portraitEnd(portrait, ranking, locale)),
    );
    return button;
};

/** @param {HTMLElement} grid @param {KeyboardEvent} event arrow keys go from portrait to portrait */
const moveFocus = (grid, event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const portraits = /** @type {HTMLElement[]} */ ([...grid.children]);
    const place = portraits.findIndex((portrait) => portrait === document.activeElement);
    if (!step || place < 0) return;
    event.preventDefault();
    event.stopPropagation(); // else the page moves the node
    portraits[(place + step + portraits.length) % portraits.length].focus();
};
