// @ts-check
// One photo to the host's input folder, under a name made of its content.
import { hexadecimal, storedName } from "./photo_names.js";

/**
 * @param {File} file
 * @param {(path: string, options: RequestInit) => Promise<Response>} fetchApi
 * @returns {Promise<string>} the name below the input folder
 */
export const uploadPhoto = async (file, fetchApi) => {
    const { subfolder, file: name } = storedName(await digest(file), file.name);
    const body = new FormData();
    body.append("image", file, name);
    body.append("subfolder", subfolder);
    body.append("overwrite", "true");
    const answer = await fetchApi("/upload/image", { method: "POST", body });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    const stored = await answer.json();
    return `${stored.subfolder}/${stored.name}`;
};

/** @param {File} file @returns {Promise<string>} */
const digest = async (file) => {
    // Pages from another machine over plain HTTP have no crypto.subtle; a random name hides the file's own as well.
    const bytes = crypto.subtle
        ? new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))
        : crypto.getRandomValues(new Uint8Array(32));
    return hexadecimal(bytes);
};
