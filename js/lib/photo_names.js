// @ts-check
// The value of Load Portrait Photos: one name per line, relative to ComfyUI's input folder.

const FOLDER = "facechain";

/** @param {string} value @returns {string[]} names in order, without blank lines and repeats */
export const namesFromValue = (value) => [
    ...new Set(
        value
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean),
    ),
];

/** @param {string[]} names @returns {string} */
export const valueFromNames = (names) => names.join("\n");

/** @param {string} value @param {string[]} added @returns {string} the value with `added` at its end */
export const withNames = (value, added) => valueFromNames(namesFromValue([value, ...added].join("\n")));

/** @param {string} value @param {string} name @returns {string} the value without `name` */
export const withoutName = (value, name) => valueFromNames(namesFromValue(value).filter((known) => known !== name));

/**
 * Where an upload is stored. It is named by its content: no name that a person gave a file reaches a workflow.
 * @param {string} digest hexadecimal
 * @param {string} fileName only its ending is used
 * @returns {{ subfolder: string, file: string }}
 */
export const storedName = (digest, fileName) => {
    const ending = /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase() ?? "png";
    return { subfolder: FOLDER, file: `${digest}.${ending}` };
};

/** @param {string} name @returns {URLSearchParams} what `/view` needs to show a stored photo */
export const viewQuery = (name) => {
    const parts = name.split("/");
    const file = parts.pop() ?? "";
    return new URLSearchParams({ filename: file, subfolder: parts.join("/"), type: "input", preview: "webp;70" });
};

/** @param {Uint8Array} bytes @returns {string} */
export const hexadecimal = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
