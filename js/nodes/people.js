// @ts-check
// Load Person: who is chosen, and the list of everybody. All such nodes follow a change of the library.
import { takingNewest } from "../lib/newest.js";
import { personItem, valueAfter } from "../lib/people_items.js";
import { createPeopleLibrary } from "../lib/people_library.js";
import { text } from "../lib/texts.js";
import { openPeopleManager } from "../widgets/people_manager.js";
import { createPersonCard } from "../widgets/person_card.js";
import { addElement, after, growToFit, widgetOf } from "./widgets.js";

const CARD_HEIGHT_PX = 56;

/** @param {import("../lib/page.js").Page} page */
export const createPeopleNodes = (page) => {
    const library = createPeopleLibrary(page);
    /** @type {Map<any, () => Promise<any>>} how each node is drawn anew */
    const redraws = new Map();

    const load = async () => (await library.list()).map((person) => personItem(person, page.locale()));

    const addPeople = (node) => {
        const combo = widgetOf(node, "person");
        let people = [];
        const show = () => card.show(people.find((person) => person.slug === combo.value));
        const choose = (slug) => {
            combo.value = slug;
            combo.callback?.(slug);
            node.setDirtyCanvas(true, true); // the classic canvas draws the combo itself
        };
        const loadAndShow = takingNewest(load, (loaded) => {
            people = loaded;
            show();
        });
        const reload = async () => {
            try {
                return await loadAndShow();
            } catch (error) {
                page.fail(text("listFailed", page.locale(), { reason: error.message }));
            }
        };
        const open = async () => {
            const everybody = await reload();
            if (everybody) openPeopleManager(everybody, { ...library, ...page, load, choose, chosen: () => combo.value });
        };
        const card = createPersonCard({ chosen: () => combo.value, open, url: page.url, locale: page.locale });
        addElement(node, "people", card.element, () => CARD_HEIGHT_PX);
        after(combo, "callback", reload); // the person may be younger than the list
        after(node, "onConfigure", reload);
        after(node, "onRemoved", () => redraws.delete(node));
        redraws.set(node, reload);
        growToFit(node);
        reload();
    };

    /** @param {import("../lib/people_items.js").Change} change */
    const takeChange = (change) => {
        for (const [node, redraw] of redraws) {
            const combo = widgetOf(node, "person");
            combo.value = valueAfter(combo.value, change);
            redraw();
        }
    };

    /** The server is back: every node shows what is there now. */
    const reload = () => {
        for (const redraw of redraws.values()) redraw();
    };

    return { addPeople, takeChange, reload };
};
