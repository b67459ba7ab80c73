// @ts-check
// The chosen person on its node, with the way to all others.
import { text } from "../lib/texts.js";
import { build, buildButton, buildPicture } from "./elements.js";

/** @typedef {import("../lib/people_items.js").PersonItem} PersonItem */

/**
 * @typedef {object} CardActions
 * @property {() => string} chosen slug
 * @property {() => Promise<void>} open the list of people
 * @property {(path: string) => string} url
 * @property {() => string} locale
 */

/** @param {CardActions} actions @returns {{ element: HTMLElement, show: (person: PersonItem | undefined) => void }} */
export const createPersonCard = (actions) => {
    const element = build("div", "facechain-picked");
    const card = build("div", "facechain-picked-card");
    const button = buildButton("facechain-picked-choose", text("people", actions.locale()), async () => {
        button.disabled = true; // a second press would open a second dialog
        await actions.open().finally(() => (button.disabled = false));
    });
    element.append(card, button);
    const show = (person) => card.replaceChildren(...look(person, actions));
    return { element, show };
};

/** @param {PersonItem | undefined} person @param {CardActions} actions @returns {HTMLElement[]} */
const look = (person, { chosen, url, locale }) => {
    if (!person) return chosen() ? [describe(chosen(), text("notListed", locale()), text("personMissing", locale()))] : [];
    return [...pictureOf(person, "facechain-person-small", url), describe(person.name, person.detail, person.problem)];
};

/** @param {PersonItem} person @param {string} className @param {(path: string) => string} url @returns {HTMLElement[]} */
export const pictureOf = ({ picture }, className, url) => {
    if (!picture) return [];
    const element = buildPicture(className, url(picture), "");
    element.addEventListener("error", () => element.remove()); // a damaged reference leaves its place empty
    return [element];
};

/** @param {string} name @param {string} detail @param {string} problem @returns {HTMLElement} */
export const describe = (name, detail, problem) => {
    const words = build("span", "facechain-described");
    words.append(build("strong", "", name), build("small", "", detail));
    if (problem) words.append(build("small", "facechain-person-problem", problem));
    words.title = problem;
    return words;
};
