// @ts-check
// One person in the list: press to choose, and what else can be done with them.
import { text } from "../lib/texts.js";
import { build, buildButton } from "./elements.js";
import { buildNameForm, focusName } from "./name_form.js";
import { describe, pictureOf } from "./person_card.js";

/** @typedef {import("../lib/people_items.js").PersonItem} PersonItem */

/**
 * @typedef {object} RowActions
 * @property {(person: PersonItem) => void} choose
 * @property {(person: PersonItem, name: string) => void} rename
 * @property {(person: PersonItem) => void} save the person as a file
 * @property {(person: PersonItem) => void} remove
 * @property {(person: PersonItem) => boolean} isChosen
 * @property {(path: string) => string} url
 * @property {string} locale
 */

/** @param {PersonItem} person @param {RowActions} actions @returns {HTMLElement} with the slug in its data */
export const buildPersonRow = (person, actions) => {
    const { locale } = actions;
    const row = build("li", "facechain-person");
    row.dataset.slug = person.slug;
    const choose = buildButton("facechain-person-choose", "", () => actions.choose(person));
    choose.setAttribute("aria-pressed", String(actions.isChosen(person)));
    const frame = build("span", "facechain-person-picture");
    frame.append(...pictureOf(person, "", actions.url));
    choose.append(frame, describe(person.name, person.detail, person.problem));

    const ask = () => {
        const form = buildNameForm(text("renameTo", locale, { name: person.name }), person.name, answer, locale);
        row.replaceChildren(form);
        focusName(form);
    };
    const answer = (name) => {
        row.replaceChildren(choose, buttons);
        rename.focus();
        if (name !== null && name !== person.name) actions.rename(person, name);
    };
    const rename = buildButton("facechain-person-rename", text("rename", locale), ask);
    const save = buildButton("facechain-person-export", text("exportPerson", locale), () => actions.save(person));
    const remove = buildButton("facechain-person-delete", text("deletePerson", locale), () => actions.remove(person));
    for (const button of [choose, rename, save]) button.disabled = person.problem !== "";
    for (const button of [rename, save, remove]) {
        button.setAttribute("aria-label", `${button.textContent} ${person.name}`);
    }
    const buttons = build("div", "facechain-person-buttons");
    buttons.append(rename, save, remove);
    row.append(choose, buttons);
    return row;
};
