// @ts-check
// What Rank Portraits shows: each picture with its place, and what the numbers mean.
import { percent } from "./format.js";
import { text } from "./texts.js";

/** @typedef {{ filename: string, subfolder: string, type: string }} StoredImage */
/** @typedef {import("./texts.js").TextKey} TextKey */

/**
 * @typedef {object} RankedPortrait
 * @property {number} rank from 1
 * @property {number | null} likeness 0..1; null without a face
 * @property {number | null} raw comparison in the model's metric; null without a face
 * @property {"euclidean" | "cosine"} metric
 * @property {number} faces
 * @property {number | null} face_ratio longer side of the face over the shorter side of the picture
 * @property {boolean} kept
 * @property {string} outcome code
 * @property {StoredImage} image
 */

/**
 * @typedef {object} Ranking
 * @property {{ kept: number, beyond_keep: number, below_threshold: number, filtered: number, no_face: number }} counts
 * @property {number} keep how many were to be kept
 * @property {number} threshold likeness 0..1
 * @property {{ own: number, border: number, metric: string, measured: boolean, limited: boolean, photos: number }} scale
 * @property {string} warning
 * @property {RankedPortrait[]} portraits most alike first
 */

/**
 * @param {any} output of the node: `facechain` holds the report, `portraits` the files in the same order
 * @returns {Ranking | null} null when it is no such output, or one of an earlier version
 */
export const rankingFromOutput = (output) => {
    const report = output?.facechain?.[0];
    if (!report?.portraits || !report.counts || !output.portraits) return null;
    const portraits = report.portraits.map((portrait, place) => ({ ...portrait, image: output.portraits[place] }));
    return { ...report, portraits };
};

/** @param {Ranking} ranking @param {string} locale @returns {string} how many were kept, and what each rule removed */
export const rankingSummary = ({ counts, keep, threshold, portraits }, locale) => {
    const values = { keep, threshold: percent(threshold) };
    const parts = ["kept", "beyond_keep", "below_threshold", "filtered", "no_face"]
        .filter((rule) => rule === "kept" || counts[rule] > 0)
        .map((rule) => text(/** @type {TextKey} */ (`count_${rule}`), locale, { ...values, count: counts[rule] }));
    const key = portraits.length === 1 ? "portraitRanked" : "portraitsRanked";
    return text(key, locale, { total: portraits.length, parts: parts.join(" · ") });
};

/** @param {Ranking} ranking @param {string} locale @returns {string} what 100 % and 50 % mean for this person */
export const scaleText = ({ scale }, locale) => {
    const key = scale.measured ? (scale.limited ? "scaleLimited" : "scaleMeasured") : "scaleUsual";
    const [own, border] = [scale.own, scale.border].map((raw) => rawText(raw, scale.metric, locale));
    return text(key, locale, { own, border, photos: scale.photos });
};

/** @param {number} raw @param {string} metric @param {string} locale @returns {string} for example "distance 0.38" */
export const rawText = (raw, metric, locale) =>
    text(metric === "cosine" ? "rawCosine" : "rawEuclidean", locale, { raw: raw.toFixed(2) });

/** @param {RankedPortrait} portrait @param {Ranking} ranking @param {string} locale @returns {string} its end, and why */
export const portraitEnd = ({ kept, outcome, faces, face_ratio }, { keep, threshold }, locale) => {
    const end = text(kept ? "kept" : "dropped", locale);
    if (outcome === "kept") return faces > 1 ? `${end} · ${text("mostAlikeOf", locale, { faces })}` : end;
    const values = { faces, keep, threshold: percent(threshold), ratio: percent(face_ratio ?? 0) };
    return `${end} · ${text(/** @type {TextKey} */ (`outcome_${outcome}`), locale, values)}`;
};

/** @param {RankedPortrait} portrait @param {Ranking} ranking @param {string} locale @returns {string} all of it in one line */
export const portraitCaption = (portrait, ranking, locale) => {
    const { rank, likeness, raw, metric } = portrait;
    const parts = [text("rank", locale, { rank })];
    if (likeness !== null && raw !== null) parts.push(percent(likeness), rawText(raw, metric, locale));
    return [...parts, portraitEnd(portrait, ranking, locale)].join(" · ");
};
