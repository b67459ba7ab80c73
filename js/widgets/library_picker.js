// @ts-check
// The chosen style or pose as a card on its node, and a dialog with a search to choose another.
import { found } from "../lib/library_items.js";
import { text } from "../lib/texts.js";
import { buildDialog, openDialog } from "./dialog.js";
import { build, buildButton, buildPicture, catchFocus } from "./elements.js";

/** @typedef {import("../lib/library_items.js").Item} Item */

/**
 * What a gallery has besides its cards. `reload` reads the library anew; the card of that id has the focus then.
 * @typedef {(dialog: HTMLDialogElement, reload: (id?: string) => Promise<void>) =>
 *     { head: HTMLElement[], below: (item: Item) => HTMLElement[] }} Additions
 */

/**
 * @typedef {object} PickerActions
 * @property {() => Promise<{ items: Item[], problems: string[] }>} load the library as it is now
 * @property {(id: string) => void} choose
 * @property {() => string} chosen id
 * @property {(path: string) => string} url
 * @property {() => string} locale
 * @property {import("../lib/texts.js").TextKey} title
 * @property {import("../lib/texts.js").TextKey} search
 * @property {Additions} [additions]
 */

/**
 * @param {PickerActions} actions
 * @returns {{ element: HTMLElement, show: (item: Item | undefined, lack: string) => void }} `lack` says why there is no
 * item; empty while nobody knows yet
 */
export const createLibraryPicker = (actions) => {
    const element = build("div", "facechain-picked");
    const card = build("div", "facechain-picked-card");
    const button = buildButton("facechain-picked-choose", text("choose", actions.locale()), async () => {
        button.disabled = true; // a second press would open a second dialog
        const library = await actions.load().finally(() => (button.disabled = false));
        openPicker(library, actions);
    });
    element.append(card, button);
    const show = (item, lack) => {
        const title = item?.title ?? actions.chosen();
        const detail = item?.detail ?? lack;
        card.replaceChildren(
            ...(item?.picture ? [buildPicture("facechain-picked-picture", actions.url(item.picture), "")] : []),
            described(title, title ? detail : ""),
        );
    };
    return { element, show };
};

/** @param {{ items: Item[], problems: string[] }} library @param {PickerActions} actions */
const openPicker = (library, actions) => {
    const dialog = buildDialog("facechain-picker", text(actions.title, actions.locale()), actions.locale());
    const search = /** @type {HTMLInputElement} */ (build("input", "facechain-picker-search"));
    const grid = build("div", "facechain-picker-grid");
    const problems = build("div", "facechain-picker-problems");
    const choose = (id) => {
        actions.choose(id);
        dialog.close();
    };
    const show = () => {
        const cards = found(library.items, search.value).map((item) => cell(item, choose, actions, additions));
        const nothing = build("p", "facechain-picker-nothing", text("nothingFound", actions.locale()));
        grid.replaceChildren(...(cards.length ? cards : [nothing]));
        problems.replaceChildren(...library.problems.map((problem) => build("p", "facechain-picker-problem", problem)));
    };
    const reload = async (id = "") => {
        library = await actions.load();
        show();
        cardsOf(grid).find((card) => card.dataset.id === id)?.focus();
        catchFocus(search);
    };
    const additions = actions.additions?.(dialog, reload);
    Object.assign(search, { type: "search", placeholder: text(actions.search, actions.locale()) });
    search.setAttribute("aria-label", search.placeholder);
    search.addEventListener("input", show);
    dialog.addEventListener("keydown", (event) => moveFocus(event, search, grid));
    dialog.append(search, ...(additions?.head ?? []), grid, problems);
    show();
    openDialog(dialog, search);
};

/**
 * @param {Item} item @param {(id: string) => void} choose @param {PickerActions} actions
 * @param {ReturnType<Additions> | undefined} additions
 * @returns {HTMLElement} the card, with what else can be done with it below
 */
const cell = (item, choose, actions, additions) => {
    const card = itemCard(item, choose, actions);
    const more = additions?.below(item) ?? [];
    if (!more.length) return card;
    const whole = build("div", "facechain-picker-cell");
    const row = build("div", "facechain-picker-more");
    row.append(...more);
    whole.append(card, row);
    return whole;
};

/** @param {HTMLElement} grid @returns {HTMLElement[]} */
const cardsOf = (grid) => [...grid.querySelectorAll(".facechain-picker-card")];

/** @param {Item} item @param {(id: string) => void} choose @param {PickerActions} actions @returns {HTMLElement} */
const itemCard = (item, choose, { chosen, url }) => {
    const card = buildButton("facechain-picker-card", "", () => choose(item.id));
    const tags = build("span", "facechain-picker-tags");
    tags.append(...item.tags.map((tag) => build("span", "facechain-picker-tag", tag)));
    card.setAttribute("aria-pressed", String(item.id === chosen()));
    card.dataset.id = item.id;
    const words = described(item.title, item.detail);
    const excerpt = build("span", "facechain-picker-excerpt", item.excerpt);
    const look = item.picture ? [buildPicture("facechain-picker-picture", url(item.picture), ""), words] : [words, excerpt];
    card.append(...look, tags);
    return card;
};

/** @param {string} title @param {string} detail @returns {HTMLElement} */
const described = (title, detail) => {
    const words = build("span", "facechain-described");
    words.append(build("strong", "", title), build("small", "", detail));
    return words;
};

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** Arrow keys go from card to card, and from the search to the first one; Enter in the search takes the first. */
const moveFocus = (event, search, grid) => {
    const cards = cardsOf(grid);
    const place = cards.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.target === search) {
        if (event.key === "Enter") cards[0]?.click();
        if (event.key === "ArrowDown") cards[0]?.focus();
        return;
    }
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const step = { ...STEPS, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (place < 0 || step === undefined) return;
    event.preventDefault(); // it would scroll
    (place + step < 0 ? search : cards[place + step])?.focus();
};
