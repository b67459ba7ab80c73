// @ts-check
// A drop zone with thumbnails. It knows no ComfyUI: names and actions come in, an element goes out.
import { text } from "../lib/texts.js";

/**
 * @typedef {object} PhotoListActions
 * @property {(files: File[]) => void} add
 * @property {(name: string) => void} remove
 * @property {(name: string) => string} url address of a thumbnail
 * @property {() => string} locale
 */

/**
 * @param {PhotoListActions} actions
 * @returns {{ element: HTMLElement, show: (names: string[]) => void, say: (status: string) => void }}
 */
export const createPhotoList = (actions) => {
    const element = build("div", "facechain-photos");
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true, accept: "image/*" });
    input.className = "facechain-photos-input";
    const button = build("button", "facechain-photos-add", text("addPhotos", actions.locale()));
    const status = build("span", "facechain-photos-status", text("dropHere", actions.locale()));
    const grid = build("div", "facechain-photos-grid");
    button.setAttribute("type", "button");
    status.setAttribute("role", "status");
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
        actions.add([...(input.files ?? [])]);
        input.value = ""; // the same file may be chosen again after it was removed
    });
    acceptDrops(element, actions.add);
    element.append(button, input, status, grid);
    return {
        element,
        show: (names) => grid.replaceChildren(...names.map((name) => thumbnail(name, actions))),
        say: (words) => (status.textContent = words || text("dropHere", actions.locale())),
    };
};

/** @param {string} name @param {PhotoListActions} actions @returns {HTMLElement} */
const thumbnail = (name, actions) => {
    const cell = build("div", "facechain-photos-cell");
    const picture = Object.assign(document.createElement("img"), { src: actions.url(name), alt: "", loading: "lazy" });
    const remove = build("button", "facechain-photos-remove", "×");
    const label = text("remove", actions.locale());
    remove.setAttribute("type", "button");
    remove.setAttribute("aria-label", label);
    remove.title = label;
    remove.addEventListener("click", () => actions.remove(name));
    cell.append(picture, remove);
    return cell;
};

/** @param {HTMLElement} element @param {(files: File[]) => void} add */
const acceptDrops = (element, add) => {
    element.addEventListener("dragover", (event) => {
        event.preventDefault();
        element.classList.add("facechain-photos-over");
    });
    element.addEventListener("dragleave", () => element.classList.remove("facechain-photos-over"));
    element.addEventListener("drop", (event) => {
        event.preventDefault();
        event.stopPropagation(); // the canvas would open the picture as a workflow
        element.classList.remove("facechain-photos-over");
        add([...(event.dataTransfer?.files ?? [])].filter((file) => file.type.startsWith("image/")));
    });
};

/** @param {string} tag @param {string} className @param {string} [words] @returns {HTMLElement} */
const build = (tag, className, words = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = words;
    return element;
};
