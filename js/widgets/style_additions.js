// @ts-check
// What the gallery of styles can do besides choosing: import files, add a LoRA, delete the user's own.
import { text } from "../lib/texts.js";
import { build, buildButton } from "./elements.js";
import { createLoraAdding } from "./lora_adding.js";
import { askStyleDeletion } from "./style_deletion.js";
import { createStyleImport } from "./style_import.js";

/** @typedef {import("../lib/library_items.js").Item} Item */
/** @typedef {import("../lib/texts.js").TextKey} TextKey */

/**
 * @param {ReturnType<typeof import("../lib/style_library.js").createStyleLibrary>} library
 * @param {import("../lib/page.js").Page} page
 * @returns {import("./library_picker.js").Additions}
 */
export const createStyleAdditions = (library, page) => (dialog, reload) => {
    const locale = page.locale();
    const status = build("p", "facechain-style-status");
    status.setAttribute("role", "status");
    const say = (words, isProblem = false) => {
        status.textContent = words;
        status.dataset.problem = String(isProblem);
        if (isProblem) page.fail(words);
    };
    /** @param {TextKey} failure @param {string} name @param {() => Promise<void>} work */
    const attempt = async (failure, name, work) => {
        try {
            await work();
        } catch (error) {
            if (error.name === "AbortError") say(text("loraStopped", locale, { name }));
            else say(text(failure, locale, { name, reason: error.message }), true);
        }
    };
    const done = async (taken, problems) => {
        await reload();
        const names = taken.map(({ title, title_zh }) => (locale.startsWith("zh") ? title_zh : title));
        const imported = names.length ? [text("importedStyles", locale, { names: names.join(", ") })] : [];
        say([...imported, ...problems].join("\n"), problems.length > 0);
    };
    const importer = createStyleImport(dialog, { take: library.take, done, locale });

    /** @type {Map<string, HTMLElement>} by id, while a file is on its way: the cards around it may be drawn anew */
    const adding = new Map();
    const addLora = (style) => (file, course) =>
        attempt("loraRefused", file.name, async () => {
            const element = adding.get(style.id);
            await library.addLora(style.id, file, course);
            adding.delete(style.id);
            say(text("loraAdded", locale, { name: style.title }));
            if (element?.isConnected) await reload(style.id);
        });
    const loraButton = (style) => {
        const words = text(style.lora === "other" ? "acceptLora" : "addLora", locale);
        if (!adding.has(style.id)) adding.set(style.id, createLoraAdding(words, addLora(style), locale));
        return /** @type {HTMLElement} */ (adding.get(style.id));
    };
    const remove = (style) =>
        attempt("deleteFailed", style.title, async () => {
            if (!(await askStyleDeletion(style, locale))) return;
            await library.remove(style.id);
            say(text("deleted", locale, { name: style.title }));
            await reload();
        });
    const deleteButton = (style) => {
        const button = buildButton("facechain-style-delete", text("deletePerson", locale), () => remove(style));
        button.setAttribute("aria-label", `${button.textContent} ${style.title}`);
        return button;
    };
    const below = (style) => [
        ...(style.lora === "missing" || style.lora === "other" ? [loraButton(style)] : []),
        ...(style.own ? [deleteButton(style)] : []),
    ];
    return { head: [importer, status], below };
};
