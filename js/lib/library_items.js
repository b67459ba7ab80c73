// @ts-check
// Styles and poses as one kind of card, and the search among them.
import { language, text } from "./texts.js";

/**
 * @typedef {object} Item
 * @property {string} id the value of the node's combo
 * @property {string} title
 * @property {string} detail one line below the title
 * @property {string} excerpt shown where there is no picture
 * @property {string[]} tags
 * @property {string} picture path of a picture on the server; empty when there is none
 * @property {string} words all that the search looks at, in small letters
 * @property {"" | "installed" | "missing" | "other"} [lora] of a style: its file here; "other" than the one first seen
 * @property {boolean} [own] true for a style of the user's own
 * @property {boolean} [hidesBundled] true when a bundled style comes back after it is deleted
 */

const FAMILIES = { sd15: "SD 1.5", sdxl: "SDXL" };

const LOOKS = /** @type {const} */ ({
    "": "promptOnly",
    installed: "loraInstalled",
    missing: "loraMissing",
    other: "loraOther",
});

/** @param {{ installed: boolean, is_other?: boolean } | null} lora @returns {keyof typeof LOOKS} */
const loraState = (lora) => {
    if (!lora) return "";
    if (!lora.installed) return "missing";
    return lora.is_other ? "other" : "installed";
};

/** @param {any} style of GET /facechain/styles @param {string} locale @returns {Item} */
export const styleItem = (style, locale) => {
    const lora = loraState(style.lora);
    return {
        id: style.id,
        title: style.title[language(locale)],
        detail: `${FAMILIES[style.base_family] ?? style.base_family} · ${text(LOOKS[lora], locale)}`,
        excerpt: style.prompt,
        tags: style.tags,
        picture: style.preview ? `/facechain/styles/${encodeURIComponent(style.id)}/preview` : "",
        words: searchable([style.id, style.title.en, style.title.zh, ...style.tags, style.prompt]),
        lora,
        own: style.own === true,
        hidesBundled: style.hides_bundled === true,
    };
};

/** @param {any} pose of GET /facechain/poses @param {string} locale @returns {Item} */
export const poseItem = (pose, locale) => ({
    id: pose.id,
    title: pose.title[language(locale)],
    detail: "",
    excerpt: "",
    tags: [],
    picture: `/facechain/poses/${encodeURIComponent(pose.id)}.png`,
    words: searchable([pose.id, pose.title.en, pose.title.zh]),
});

/** @param {Item[]} items @param {string} query @returns {Item[]} those that have every word of the query, in order */
export const found = (items, query) => {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    return items.filter((item) => wanted.every((word) => item.words.includes(word)));
};

/** @param {string[]} parts @returns {string} */
const searchable = (parts) => parts.join(" ").toLowerCase();
