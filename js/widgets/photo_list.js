// @ts-check
// A drop zone with thumbnails and their verdicts. It knows no ComfyUI: photos and actions come in, an element goes out.
import { language, text } from "../lib/texts.js";
import { ACCEPTED } from "../lib/verdicts.js";
import { acceptDrops } from "./drop_zone.js";
import { build, buildButton, buildPicture, explain } from "./elements.js";

/**
 * @typedef {object} ShownPhoto
 * @property {string} name
 * @property {boolean} removable false for a photo that a folder brings along
 * @property {import("../lib/verdicts.js").Verdict | null} verdict
 */

/**
 * @typedef {object} PhotoListActions
 * @property {(files: File[]) => void} add
 * @property {(name: string) => void} remove
 * @property {(name: string) => string} url address of a thumbnail
 * @property {() => string} locale
 */

/**
 * @param {PhotoListActions} actions
 * @returns {{ element: HTMLElement, show: (photos: ShownPhoto[]) => void, say: (status: string) => void }}
 */
export const createPhotoList = (actions) => {
    const element = build("div", "facechain-photos");
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true, accept: "image/*" });
    input.className = "facechain-photos-input";
    const button = buildButton("facechain-photos-add", text("addPhotos", actions.locale()), () => input.click());
    const status = build("span", "facechain-photos-status", text("dropHere", actions.locale()));
    const grid = build("div", "facechain-photos-grid");
    status.setAttribute("role", "status");
    input.addEventListener("change", () => {
        actions.add([...(input.files ?? [])]);
        input.value = ""; // the same file may be chosen again after it was removed
    });
    acceptDrops(element, "facechain-photos-over", (files) => actions.add(files.filter(isPicture)));
    element.append(button, input, status, grid);
    let resting = status.textContent ?? "";
    const say = (words) => (status.textContent = words || resting);
    const show = (photos) => {
        resting = summary(photos, actions.locale());
        say("");
        grid.replaceChildren(...photos.map((photo) => thumbnail(photo, actions, say)));
    };
    return { element, show, say };
};

/** @param {ShownPhoto[]} photos @param {string} locale @returns {string} what the status says while nothing happens */
const summary = (photos, locale) => {
    const judged = photos.flatMap(({ verdict }) => verdict ?? []);
    if (judged.length === 0) return text("dropHere", locale);
    const accepted = judged.filter(({ code }) => code === ACCEPTED).length;
    return text("photosAccepted", locale, { accepted, total: judged.length });
};

/** @param {ShownPhoto} photo @param {PhotoListActions} actions @param {(status: string) => void} say */
const thumbnail = ({ name, removable, verdict }, actions, say) => {
    const cell = build("div", "facechain-photos-cell");
    const picture = buildPicture("", actions.url(name), "");
    picture.addEventListener("error", () => picture.remove()); // a damaged file leaves its verdict on an empty cell
    cell.append(picture);
    if (verdict) cell.append(badge(verdict, actions.locale(), say));
    if (removable) {
        const remove = buildButton("facechain-photos-remove", "×", () => actions.remove(name));
        explain(remove, text("remove", actions.locale()));
        cell.append(remove);
    }
    return cell;
};

/** @param {import("../lib/verdicts.js").Verdict} verdict @param {string} locale @param {(status: string) => void} say */
const badge = ({ code, reason, advice }, locale, say) => {
    const key = /** @type {import("../lib/texts.js").TextKey} */ (`verdict_${code}`);
    const word = text(key, locale);
    // The server's sentences are English: there they say what the word says.
    const full = [reason && language(locale) === "en" ? "" : word, reason, advice].filter(Boolean).join(" ");
    // A button, because a touch screen shows no tooltip and a keyboard reaches no picture.
    const element = buildButton("facechain-photos-badge", code === ACCEPTED ? "✓" : word, () => say(full));
    element.dataset.code = code;
    explain(element, full);
    return element;
};

/** @param {File} file @returns {boolean} */
const isPicture = (file) => file.type.startsWith("image/");
