// @ts-check
// One line that asks for a name. Enter takes it, Escape does not.
import { text } from "../lib/texts.js";
import { build, buildButton } from "./elements.js";

/**
 * @param {string} question
 * @param {string} name to begin with
 * @param {(name: string | null) => void} answer a name without blanks around it, or null
 * @param {string} locale
 * @returns {HTMLFormElement} with its field `name`
 */
export const buildNameForm = (question, name, answer, locale) => {
    const form = /** @type {HTMLFormElement} */ (build("form", "facechain-name"));
    const label = build("label", "facechain-name-question", question);
    const field = /** @type {HTMLInputElement} */ (build("input", "facechain-picker-search"));
    Object.assign(field, { name: "name", value: name, required: true, maxLength: 80, autocomplete: "off" });
    label.append(field);
    const save = buildButton("", text("save", locale), () => {});
    save.type = "submit";
    form.append(label, save, buildButton("", text("cancel", locale), () => answer(null)));
    form.addEventListener("submit", (event) => {
        event.preventDefault(); // it would load the page anew
        if (field.value.trim()) answer(field.value.trim());
    });
    form.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // it would close the dialog around it
        answer(null);
    });
    return form;
};

/** @param {HTMLFormElement} form with all of its name marked, ready to be written over */
export const focusName = (form) => {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
    field.focus();
    field.select();
};
