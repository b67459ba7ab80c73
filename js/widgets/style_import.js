// @ts-check
// The way in for style files: a file picker, a drop zone, and the questions that a file raises.
import { isFaceChainStyle } from "../lib/style_library.js";
import { text } from "../lib/texts.js";
import { acceptDrops } from "./drop_zone.js";
import { build, buildButton, catchFocus } from "./elements.js";

/** @typedef {import("../lib/style_library.js").TakenStyle} TakenStyle */
/** @typedef {import("../lib/style_library.js").Clash} Clash */
/** @typedef {{ family?: string, clash: Clash }} Choices */

/**
 * @typedef {object} ImportActions
 * @property {(file: File, choices: Choices) => Promise<TakenStyle | null>} take null when another style has the id
 * @property {(taken: TakenStyle[], problems: string[]) => Promise<void>} done
 * @property {string} locale
 */

/** @param {HTMLDialogElement} dialog where files may be dropped @param {ImportActions} actions @returns {HTMLElement} */
export const createStyleImport = (dialog, actions) => {
    const element = build("div", "facechain-style-import");
    const input = Object.assign(document.createElement("input"), { type: "file", accept: ".json", multiple: true });
    input.className = "facechain-photos-input";
    const button = buildButton("", text("importStyles", actions.locale), () => input.click());
    const hint = build("span", "facechain-style-hint", text("importStylesDrop", actions.locale));
    const ask = asking(element, dialog, actions.locale);
    const add = async (files) => {
        if (!files.length || button.disabled) return;
        button.disabled = true; // a file dropped meanwhile would lose the question
        const family = await familyOf(files, ask, actions.locale);
        if (family !== null) await actions.done(...(await takeAll(files, family, ask, actions)));
        button.disabled = false;
        element.replaceChildren(button, hint, input);
        catchFocus(button);
    };
    input.addEventListener("change", () => {
        const files = [...(input.files ?? [])];
        input.value = ""; // the same file may be chosen again
        add(files);
    });
    acceptDrops(dialog, "facechain-people-over", add);
    element.append(button, hint, input);
    return element;
};

/** @typedef {[value: string, words: import("../lib/texts.js").TextKey][]} Answers */
/** @typedef {(question: string, answers: Answers) => Promise<string | null>} Ask null when the answer is none of them */

/** @param {HTMLElement} element @param {HTMLDialogElement} dialog @param {string} locale @returns {Ask} */
const asking = (element, dialog, locale) => (question, answers) =>
    new Promise((resolve) => {
        const buttons = answers.map(([value, words]) => buildButton("", text(words, locale), () => resolve(value)));
        const none = buildButton("", text("skipStyle", locale), () => resolve(null));
        element.replaceChildren(build("span", "facechain-style-question", question), ...buttons, none);
        buttons[0].focus();
        dialog.addEventListener("close", () => resolve(null), { once: true });
    });

/**
 * @param {File[]} files @param {Ask} ask @param {string} locale
 * @returns {Promise<string | null>} the family of FaceChain's files among them; empty without any, null without an answer
 */
const familyOf = async (files, ask, locale) => {
    const theirs = await Promise.all(files.map(isFaceChainStyle));
    const names = files.filter((_, place) => theirs[place]).map(({ name }) => name);
    if (!names.length) return "";
    return ask(text("familyOfStyles", locale, { names: names.join(", ") }), [
        ["sd15", "familySd15"],
        ["sdxl", "familySdxl"],
    ]);
};

/**
 * @param {File[]} files @param {string} family @param {Ask} ask @param {ImportActions} actions
 * @returns {Promise<[TakenStyle[], string[]]>} what is in the library now, and what is wrong with the others
 */
const takeAll = async (files, family, ask, { take, locale }) => {
    /** @type {TakenStyle[]} */
    const taken = [];
    const problems = [];
    for (const file of files) {
        try {
            const style = (await take(file, { family, clash: "ask" })) ?? (await takeOther(file, family, ask, { take, locale }));
            if (style) taken.push(style);
        } catch (error) {
            problems.push(text("importFailed", locale, { name: file.name, reason: error.message }));
        }
    }
    return [taken, problems];
};

/** @param {File} file @param {string} family @param {Ask} ask @param {Pick<ImportActions, "take" | "locale">} actions */
const takeOther = async (file, family, ask, { take, locale }) => {
    const clash = await ask(text("styleTaken", locale, { name: file.name }), [
        ["replace", "replaceStyle"],
        ["keep both", "keepBothStyles"],
    ]);
    return clash ? take(file, { family, clash: /** @type {Clash} */ (clash) }) : null;
};
