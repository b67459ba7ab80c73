// @ts-check
// The way in for exported people: a file picker, a drop zone, and a question for another name.
import { isArchive, otherName } from "../lib/people_items.js";
import { text } from "../lib/texts.js";
import { acceptDrops } from "./drop_zone.js";
import { build, buildButton } from "./elements.js";
import { buildNameForm, focusName } from "./name_form.js";

/**
 * @param {HTMLElement} zone where files may be dropped
 * @param {(file: File, name: string) => Promise<boolean>} take false when somebody else has that name
 * @param {(words: string) => void} refuse
 * @param {string} locale
 * @returns {HTMLElement}
 */
export const createPeopleImport = (zone, take, refuse, locale) => {
    const element = build("div", "facechain-people-import");
    const input = Object.assign(document.createElement("input"), { type: "file", accept: ".zip" });
    input.className = "facechain-photos-input";
    const button = buildButton("", text("importPerson", locale), () => input.click());
    const hint = build("span", "facechain-people-hint", text("importDrop", locale));
    const rest = () => element.replaceChildren(button, hint, input);

    const add = async (file, name = "") => {
        if (!isArchive(file.name)) return refuse(text("importNoArchive", locale, { name: file.name }));
        if (await take(file, name)) return;
        const question = text("importTaken", locale, { name: file.name });
        const form = buildNameForm(question, name || otherName(file.name), answer, locale);
        function answer(other) {
            rest();
            button.focus();
            if (other !== null) add(file, other);
        }
        element.replaceChildren(form);
        focusName(form);
    };
    input.addEventListener("change", () => {
        const [file] = input.files ?? [];
        if (file) add(file);
        input.value = ""; // the same file may be chosen again
    });
    acceptDrops(zone, "facechain-people-over", (files) => files.forEach((file) => add(file)));
    rest();
    return element;
};
