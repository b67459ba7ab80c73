// @ts-check
// What the page asks the server about changes of the style library. Every function throws with the server's own words
// when it refused.
import { answerOf } from "./page.js";
import { sendForm } from "./sent_form.js";

const ID_IS_TAKEN = 409;
const MOST_BYTES = 256 * 1024;
/** A field that only FaceChain's own style files have; they do not say their family. */
const THEIR_OWN = "add_prompt_style";

/** @typedef {{ style: string, title: string, title_zh: string }} TakenStyle */
/** @typedef {"ask" | "replace" | "keep both"} Clash */

/** @param {import("./page.js").Page} page */
export const createStyleLibrary = ({ fetch, url }) => ({
    /**
     * @param {File} file
     * @param {{ family?: string, clash: Clash }} choices the family counts for files of FaceChain's only
     * @returns {Promise<TakenStyle | null>} null when another style has the id
     */
    take: async (file, { family, clash }) => {
        const form = new FormData();
        form.append("clash", clash);
        if (family) form.append("family", family);
        form.append("file", file, file.name);
        const answer = await fetch("/facechain/styles/import", { method: "POST", body: form });
        return answer.status === ID_IS_TAKEN ? null : answerOf(answer);
    },
    /** @param {string} id */
    remove: async (id) => {
        const body = JSON.stringify({ id });
        const headers = { "Content-Type": "application/json" };
        await answerOf(await fetch("/facechain/styles/delete", { method: "POST", body, headers }));
    },
    /**
     * @param {string} id of the style
     * @param {File} file its LoRA
     * @param {{ progress: (ratio: number) => void, signal: AbortSignal }} course
     */
    addLora: async (id, file, course) => {
        const form = new FormData();
        form.append("file", file, file.name);
        await answerOf(await sendForm(url(`/facechain/styles/${encodeURIComponent(id)}/lora`), form, course));
    },
});

/** @param {File} file @returns {Promise<boolean>} true when it is a style of FaceChain's own format */
export const isFaceChainStyle = async (file) => {
    if (file.size > MOST_BYTES) return false; // the server says so
    try {
        return THEIR_OWN in JSON.parse((await file.text()).replace(/^\uFEFF/, ""));
    } catch {
        return false; // the server says why
    }
};
