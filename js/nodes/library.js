// @ts-check
// Select Style and Select Pose: the combo chosen from pictures, titles and a search.
import { poseItem, styleItem } from "../lib/library_items.js";
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
    /** @type {Map<any, () => Promise<any>>} how each node of a library that can change is drawn anew */
    const redraws = new Map();
    const additions = createStyleAdditions(createStyleLibrary(page), page);

    const addStyles = (node) => {
        redraws.set(node, addLibraryPicker(node, STYLES, page, additions));
        after(node, "onRemoved", () => redraws.delete(node));
    };
    const addPoses = (node) => {
        addLibraryPicker(node, POSES, page);
    };
    const takeChange = () => {
        for (const redraw of redraws.values()) redraw();
    };
    return { addStyles, addPoses, takeChange };
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
    let items = [];
    const show = () => picker.show(items.find((item) => item.id === combo.value));
    const load = async () => {
        const loaded = await loadLibrary(library, page);
        items = loaded.items;
        show();
        return loaded;
    };
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
    after(combo, "callback", show);
    after(node, "onConfigure", load);
    load();
    return load;
};

/** @param {Library} library @param {import("../lib/page.js").Page} page */
const loadLibrary = async ({ path, list, item }, page) => {
    const locale = page.locale();
    try {
        const { [list]: entries, problems } = await answerOf(await page.fetch(path));
        return {
            items: entries.map((entry) => item(entry, locale)),
            problems: problems.map(({ id, reason }) => text("unusable", locale, { id, reason })),
        };
    } catch (error) {
        return { items: [], problems: [text("listFailed", locale, { reason: error.message })] };
    }
};
