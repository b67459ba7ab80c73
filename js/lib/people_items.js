// @ts-check
// People of the library as rows, and what deleting one takes, in words.
import { text } from "./texts.js";

/**
 * @typedef {object} ListedPerson one of GET /facechain/people
 * @property {string} slug
 * @property {string} display_name
 * @property {string} base_family
 * @property {string} created ISO 8601; empty when damaged
 * @property {number} bytes
 * @property {string} problem empty when the person can be used
 */

/**
 * @typedef {object} PersonItem
 * @property {string} slug the value of the node's combo
 * @property {string} name
 * @property {string} detail one line below the name
 * @property {string} problem
 * @property {string} picture path of a picture on the server; empty when there is none
 */

/** @typedef {{ count: number, bytes: number }} Amount */
/** @typedef {Record<"loras" | "references" | "datasets" | "trainings" | "photos", Amount>} Taken of GET …/traces */
/** @typedef {{ person?: string, renamed_from?: string }} Change of the event `facechain.people_changed` */

const FAMILIES = { sd15: "SD 1.5", sdxl: "SDXL" };

/** In the order in which they are told. */
const KINDS = /** @type {const} */ (["loras", "references", "datasets", "trainings", "photos"]);

/** @param {ListedPerson} person @param {string} locale @returns {PersonItem} */
export const personItem = (person, locale) => {
    const facts = [FAMILIES[person.base_family] ?? person.base_family, dateText(person.created, locale), sizeText(person.bytes)];
    return {
        slug: person.slug,
        name: person.display_name,
        detail: facts.filter(Boolean).join(" · "),
        problem: person.problem,
        picture: person.created ? `/facechain/people/${encodeURIComponent(person.slug)}/reference.png` : "",
    };
};

/** @param {number} bytes @returns {string} in MB, a digit after the point below ten */
export const sizeText = (bytes) => {
    const megabytes = bytes / 1e6;
    return `${megabytes < 10 ? Math.max(megabytes, 0.1).toFixed(1) : Math.round(megabytes)} MB`;
};

/** @param {string} created @param {string} locale @returns {string} the day, as the language writes it */
const dateText = (created, locale) => (created ? new Date(created).toLocaleDateString(locale, { dateStyle: "medium" }) : "");

/** @param {Taken} taken @param {string} locale @returns {string[]} a line per kind of which there is something */
export const deletionLines = (taken, locale) =>
    KINDS.filter((kind) => taken[kind].count > 0).map((kind) => {
        const { count, bytes } = taken[kind];
        return text(`deletes_${kind}`, locale, { count, size: sizeText(bytes) });
    });

/** @param {string} value of a node's combo @param {Change} change @returns {string} the value after it */
export const valueAfter = (value, { person, renamed_from }) => (person && value === renamed_from ? person : value);

/** @param {string} fileName @returns {boolean} true when it can be an exported person */
export const isArchive = (fileName) => /\.zip$/i.test(fileName);

/** @param {string} fileName of an export @returns {string} another name to begin with */
export const otherName = (fileName) => `${fileName.replace(/(\.person)?( \(\d+\))?\.zip$/i, "")} 2`;
