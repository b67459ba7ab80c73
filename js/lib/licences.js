// @ts-check
// Models whose licence somebody has to accept before they run: which they are, and what is asked.
import { text } from "./texts.js";

/**
 * @typedef {object} ListedModel one of GET /facechain/models
 * @property {string} role
 * @property {string} id
 * @property {string} licence
 * @property {string} licence_url
 * @property {string} commercial_use "yes", "no" or "unknown"
 * @property {boolean} accepted
 * @property {boolean} installed
 * @property {number | null} bytes still to be fetched; null when not known
 * @property {string[]} hosts
 * @property {string} folder
 */

/** @typedef {{ title: string, message: string, itemList: string[], hint: string }} Question for the page's own dialog */

/** @param {ListedModel[]} models @param {string} role @param {string} id @returns {ListedModel | undefined} */
export const modelOf = (models, role, id) => models.find((model) => model.role === role && model.id === id);

/** @param {ListedModel[]} models @param {string} value "role: id" @returns {ListedModel | undefined} */
export const modelOfOption = (models, value) => models.find((model) => `${model.role}: ${model.id}` === value);

/** @param {ListedModel} model @param {string} locale @returns {Question} */
export const licenceQuestion = (model, locale) => {
    const { id, licence, licence_url: url, commercial_use: use } = model;
    const items = [
        licence === "unknown" ? text("licenceUnstated", locale) : text("licenceName", locale, { licence }),
        url && text("licenceTerms", locale, { url }),
        text(use === "no" ? "licenceForbids" : "licenceUnclear", locale),
        files(model, locale),
    ];
    return {
        title: text("licenceTitle", locale, { id }),
        message: text("licenceAsk", locale, { id }),
        itemList: items.filter(Boolean),
        hint: text("licenceScope", locale),
    };
};

/** @param {ListedModel} model @param {string} locale @returns {string} empty when a package is all that is missing */
const files = ({ installed, bytes, hosts, folder }, locale) => {
    if (installed) return text("licenceHere", locale);
    if (bytes === 0) return "";
    if (hosts.length === 0) return text("licenceByHand", locale, { folder });
    const names = hosts.join(", ");
    if (bytes === null) return text("licenceDownloadUnknown", locale, { hosts: names });
    return text("licenceDownload", locale, { megabytes: Math.ceil(bytes / 1e6), hosts: names });
};
