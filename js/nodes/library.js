// @ts-check
// Select Style and Select Pose: the combo chosen from pictures, titles and a search.
import { poseItem, styleItem } from "../lib/library_items.js";
import { takingNewest } from "../lib/newest.js";
import { answerOf } from "../lib/page.js";
import { createStyleLibrary } from "../lib/style_library.js";
import { text } from "../lib/texts.js";
import { createLibraryPicker } from "../widgets/library_picker.js";
import { createStyleAdditions } from "../widgets/style_additions.js";
import { addElement, after, widgetOf } from "./widgets.js";

/**
 * @typedef {object} Library
 * @property {string} widget combo of the node
 * @property {string} path of the list on the server
 * @property {string} list its key in the answer
 * @property {(entry: any, locale: string) => import("../lib/library_items.js").Item} item
 * @property {number} height in px
 * @property {import("../lib/texts.js").TextKey} title
 * @property {import("../lib/texts.js").TextKey} search
 */

/** @type {Library} */
const STYLES = {
    widget: "style",
    path: "/facechain/styles",
    list: "styles",
    item: styleItem,
    height: 56,
    title: "chooseStyle",
    search: "searchStyles",
};

/** @type {Library} */
const POSES = {
    widget: "pose",
    path: "/facechain/poses",
    list: "poses",
    item: poseItem,
    height: 120,
    title: "choosePose",
    search: "searchPoses",
};

/** @param {import("../lib/page.js").Page} page */
export const createLibraryNodes = (page) => {
    /** @type {Map<any, () => Promise<any>>} how each node is drawn anew */
    const redraws = new Map();
    const additions = createStyleAdditions(createStyleLibrary(page), page);

    const add = (node, redraw) => {
        redraws.set(node, redraw);
        after(node, "onRemoved", () => redraws.delete(node));
    };
    const addStyles = (node) => add(node, addLibraryPicker(node, STYLES, page, additions));
    const addPoses = (node) => add(node, addLibraryPicker(node, POSES, page));
    /** A library changed, or the server is back: every node shows what is there now. */
    const reload = () => {
        for (const redraw of redraws.values()) redraw();
    };
    return { addStyles, addPoses, reload };
};

/**
 * @param {any} node
 * @param {Library} library
 * @param {import("../lib/page.js").Page} page
 * @param {import("../widgets/library_picker.js").Additions} [additions]
 * @returns {() => Promise<any>} draws the node anew
 */
const addLibraryPicker = (node, library, page, additions) => {
    const combo = widgetOf(node, library.widget);
    /** @type {LoadedLibrary | null} */
    let here = null;
    const chosenItem = () => here?.items.find((item) => item.id === combo.value);
    const lack = () => (here ? here.failure || text("notListed", page.locale()) : "");
    const show = () => picker.show(chosenItem(), lack());
    const ask = () => loadLibrary(library, page);
    const load = takingNewest(ask, (loaded) => {
        here = loaded;
        show();
    });
    const picker = createLibraryPicker({
        load,
        choose: (id) => {
            combo.value = id;
            combo.callback?.(id);
            node.setDirtyCanvas(true, true); // the classic canvas draws the combo itself
        },
        chosen: () => combo.value,
        url: page.url,
        locale: page.locale,
        title: library.title,
        search: library.search,
        additions,
    });
    addElement(node, `${library.widget}_picker`, picker.element, () => library.height);
    after(combo, "callback", () => {
        show();
        if (!chosenItem()) load(); // it may be younger than the list
    });
    after(node, "onConfigure", load);
    load();
    return load;
};

/**
 * @typedef {object} LoadedLibrary
 * @property {import("../lib/library_items.js").Item[]} items
 * @property {string[]} problems a sentence each, what `failure` says among them
 * @property {string} failure why nothing could be loaded; empty when the library was
 */

/** @param {Library} library @param {import("../lib/page.js").Page} page @returns {Promise<LoadedLibrary>} */
const loadLibrary = async ({ path, list, item }, page) => {
    const locale = page.locale();
    try {
        const { [list]: entries, problems } = await answerOf(await page.fetch(path));
        return {
            items: entries.map((entry) => item(entry, locale)),
            problems: problems.map(({ id, reason }) => text("unusable", locale, { id, reason })),
            failure: "",
        };
    } catch (error) {
        const failure = text("listFailed", locale, { reason: error.message });
        return { items: [], problems: [failure], failure };
    }
};
