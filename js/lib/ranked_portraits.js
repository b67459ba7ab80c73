// @ts-check
// What Rank Portraits shows: each picture with its place.
import { percent } from "./format.js";
import { text } from "./texts.js";

/** @typedef {{ filename: string, subfolder: string, type: string }} StoredImage */

/**
 * @typedef {object} RankedPortrait
 * @property {number} rank from 1
 * @property {number | null} likeness 0..1; null without a face
 * @property {boolean} kept
 * @property {string} outcome code
 * @property {StoredImage} image
 */

/**
 * @param {any} output of the node: `facechain` holds the report, `portraits` the files in the same order
 * @returns {{ warning: string, portraits: RankedPortrait[] } | null} null when it is no such output
 */
export const rankingFromOutput = (output) => {
    const report = output?.facechain?.[0];
    if (!report?.portraits || !output.portraits) return null;
    const portraits = report.portraits.map(({ rank, likeness, kept, outcome }, place) => {
        return { rank, likeness, kept, outcome, image: output.portraits[place] };
    });
    return { warning: report.warning, portraits };
};

/** @param {RankedPortrait} portrait @param {string} locale @returns {string} what became of it, in one line */
export const portraitCaption = ({ rank, likeness, kept, outcome }, locale) => {
    const parts = [text("rank", locale, { rank })];
    if (likeness !== null) parts.push(text("alike", locale, { percent: percent(likeness) }));
    parts.push(text(kept ? "kept" : "dropped", locale));
    const why = /** @type {import("./texts.js").TextKey} */ (`outcome_${outcome}`);
    if (outcome !== "kept") parts.push(text(why, locale));
    return parts.join(" · ");
};
