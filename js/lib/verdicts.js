// @ts-check
// Which photo of a list has which verdict. Photos are matched by content: a file may have any name.

/** @typedef {{ name: string, sha256: string }} ListedPhoto name below the input folder; first 16 digits of the hash */
/** @typedef {{ code: string, reason: string, advice: string }} Verdict */

export const ACCEPTED = "accepted";
const DIGITS = 16;
const UNREADABLE = { code: "unreadable", reason: "", advice: "" };

/**
 * @param {ReadonlyMap<string, Verdict>} known by hash
 * @param {(Verdict & { sha256: string })[]} judged photos of a report of Align Faces
 * @returns {Map<string, Verdict>} `known` with the newer verdicts
 */
export const withReport = (known, judged) => {
    const verdicts = new Map(known);
    for (const { sha256, code, reason, advice } of judged) verdicts.set(sha256, { code, reason, advice });
    return verdicts;
};

/**
 * @param {ReadonlyMap<string, string>} known hashes by name
 * @param {{ folder: string, photos: ListedPhoto[] }} listing what Load Portrait Photos said when it ran last
 * @returns {Map<string, string>} `known` with the newer listing; what is no longer in its folder is gone
 */
export const withListing = (known, { folder, photos }) => {
    const kept = [...known].filter(([name]) => folderOf(name) !== folder);
    return new Map([...kept, ...photos.map(({ name, sha256 }) => /** @type {const} */ ([name, sha256]))]);
};

/**
 * @param {string} name of a photo below the input folder
 * @param {ReadonlyMap<string, string>} hashes by name
 * @param {ReadonlyMap<string, Verdict>} verdicts by hash
 * @returns {Verdict | null} null when nobody has judged this photo yet
 */
export const verdictOf = (name, hashes, verdicts) => {
    const hash = hashes.get(name) ?? hashInName(name);
    return hash === "" ? UNREADABLE : (verdicts.get(hash ?? "") ?? null);
};

/**
 * @param {ReadonlyMap<string, string>} hashes by name
 * @param {string} folder the one that is chosen now
 * @param {string[]} listed names that the list itself has
 * @returns {string[]} names of the photos that the folder adds, as far as they are known
 */
export const namesInFolder = (hashes, folder, listed) =>
    [...hashes.keys()].filter((name) => folderOf(name) === folder && !listed.includes(name));

/** @param {string} name @returns {string} */
const folderOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/** @param {string} name @returns {string | undefined} the hash that an upload is named by */
const hashInName = (name) => /(?:^|\/)([0-9a-f]{64})\.\w+$/.exec(name)?.[1].slice(0, DIGITS);
