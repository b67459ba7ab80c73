// @ts-check
// Everybody on this machine in a dialog: choose, rename, export, import, delete.
import { text } from "../lib/texts.js";
import { buildDialog, openDialog } from "./dialog.js";
import { build } from "./elements.js";
import { createPeopleImport } from "./people_import.js";
import { askDeletion } from "./person_deletion.js";
import { buildPersonRow } from "./person_row.js";

/** @typedef {import("../lib/people_items.js").PersonItem} PersonItem */

/**
 * @typedef {object} PeopleActions every promise fails with words for the user
 * @property {() => Promise<PersonItem[]>} load everybody as they are now
 * @property {(slug: string) => void} choose
 * @property {() => string} chosen slug
 * @property {(slug: string, name: string) => Promise<string>} rename the slug from now on
 * @property {(slug: string) => Promise<Blob>} exported
 * @property {(slug: string) => Promise<import("../lib/people_items.js").Taken>} traces
 * @property {(slug: string) => Promise<void>} remove
 * @property {(file: File, name: string) => Promise<{ person: string, display_name: string } | null>} take null: name taken
 * @property {(path: string) => string} url
 * @property {() => string} locale
 * @property {(words: string) => void} fail
 */

/** @typedef {import("../lib/texts.js").TextKey} TextKey */

/** @param {PersonItem[]} people @param {PeopleActions} actions */
export const openPeopleManager = (people, actions) => {
    const locale = actions.locale();
    const dialog = buildDialog("facechain-people", text("peopleTitle", locale), locale);
    const list = build("ul", "facechain-people-list");
    const status = createStatus(actions);
    const show = (shown) => {
        const nobody = build("li", "facechain-people-nobody", text("peopleNobody", locale));
        list.replaceChildren(...(shown.length ? shown.map((person) => buildPersonRow(person, rowActions)) : [nobody]));
    };
    const reload = async (slug = "", part = "") => {
        await status.attempt("peopleFailed", "", async () => show(await actions.load()));
        const rows = /** @type {HTMLElement[]} */ ([...list.children]);
        const row = rows.find((each) => each.dataset.slug === slug);
        (row?.querySelector(part) ?? dialog.querySelector(".facechain-people-import button"))?.focus();
    };
    const choose = ({ slug }) => {
        actions.choose(slug);
        dialog.close();
    };
    const rowActions = { choose, ...personActions(actions, status, reload) };
    const importer = createPeopleImport(dialog, importing(actions, status, reload), status.refuse, locale);
    dialog.append(importer, status.element, list);
    show(people);
    openDialog(dialog, list.querySelector("[aria-pressed=true]") ?? list.querySelector("button") ?? dialog);
};

/** @typedef {ReturnType<typeof createStatus>} Status */
/** @typedef {(slug?: string, part?: string) => Promise<void>} Reload draws the list anew; a part of that row has the focus */

/** @param {PeopleActions} actions */
const createStatus = ({ fail, locale }) => {
    const element = build("p", "facechain-people-status");
    element.setAttribute("role", "status");
    const say = (words, isProblem = false) => {
        element.textContent = words;
        element.dataset.problem = String(isProblem);
    };
    const refuse = (words) => {
        say(words, true);
        fail(words);
    };
    /** @param {TextKey} failure @param {string} name @param {() => Promise<any>} work @returns {Promise<any>} */
    const attempt = async (failure, name, work) => {
        try {
            return await work();
        } catch (error) {
            refuse(text(failure, locale(), { name, reason: error.message }));
        }
    };
    return { element, say, refuse, attempt };
};

/** @param {PeopleActions} actions @param {Status} status @param {Reload} reload what a row can do but choose */
const personActions = (actions, { say, attempt }, reload) => {
    const locale = actions.locale();
    return {
        rename: (person, name) =>
            attempt("renameFailed", person.name, async () => {
                const slug = await actions.rename(person.slug, name);
                say(text("renamed", locale, { name: person.name, other: name }));
                await reload(slug, ".facechain-person-rename");
            }),
        save: (person) =>
            attempt("exportFailed", person.name, async () => {
                say(text("exporting", locale, { name: person.name }));
                download(await actions.exported(person.slug), `${person.slug}.person.zip`);
                say("");
            }),
        remove: (person) =>
            attempt("deleteFailed", person.name, async () => {
                if (!(await askDeletion(person.name, await actions.traces(person.slug), locale))) return;
                await actions.remove(person.slug);
                say(text("deleted", locale, { name: person.name }));
                await reload();
            }),
        isChosen: (person) => person.slug === actions.chosen(),
        url: actions.url,
        locale,
    };
};

/** @param {PeopleActions} actions @param {Status} status @param {Reload} reload how a file is taken; false: name taken */
const importing = (actions, { say, attempt }, reload) => async (file, name) => {
    const locale = actions.locale();
    say(text("importing", locale, { name: file.name }));
    const taken = await attempt("importFailed", file.name, () => actions.take(file, name));
    if (taken === null) say("");
    if (!taken) return taken !== null;
    say(text("imported", locale, { name: taken.display_name }));
    await reload(taken.person, ".facechain-person-choose");
    return true;
};

/** @param {Blob} content @param {string} name */
const download = (content, name) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
};
