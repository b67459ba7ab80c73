// @ts-check
// What our nodes may ask of ComfyUI's page. `facechain.js` makes it; nothing else knows the page.

/**
 * @typedef {object} Page
 * @property {() => string} locale
 * @property {(path: string) => string} url of a path on the server
 * @property {(path: string, options?: RequestInit) => Promise<Response>} fetch
 * @property {(detail: string) => void} fail shows an error
 * @property {(question: import("./licences.js").Question) => Promise<boolean>} confirm true when the person agreed
 * @property {() => boolean} foldsInputs true when it hides rarely used inputs by itself
 * @property {() => any} graph the root graph of the open workflow
 */

/** @param {Response} answer @returns {Promise<any>} its JSON. Throws with the server's own words when it refused. */
export const answerOf = async (answer) => {
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(content.message ?? `${answer.status} ${answer.statusText}`);
    return content;
};

/** @param {{ filename: string, subfolder: string, type: string }} image @param {string} [preview] a small copy's format */
export const viewPath = ({ filename, subfolder, type }, preview) =>
    `/view?${new URLSearchParams({ filename, subfolder, type, ...(preview ? { preview } : {}) })}`;
