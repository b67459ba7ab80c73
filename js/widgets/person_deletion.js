// @ts-check
// The question before a person is deleted: who, what goes, what stays.
import { deletionLines } from "../lib/people_items.js";
import { text } from "../lib/texts.js";
import { buildDialog, openDialog } from "./dialog.js";
import { build, buildButton } from "./elements.js";

/**
 * @param {string} name
 * @param {import("../lib/people_items.js").Taken} taken
 * @param {string} locale
 * @returns {Promise<boolean>} true when the user agreed; closing the dialog in any other way is a no
 */
export const askDeletion = (name, taken, locale) =>
    new Promise((resolve) => {
        const dialog = buildDialog("facechain-deletion", text("deleteTitle", locale, { name }), locale);
        let agreed = false;
        const cancel = buildButton("", text("cancel", locale), () => dialog.close());
        const remove = buildButton("facechain-danger", text("deleteNow", locale, { name }), () => {
            agreed = true;
            dialog.close();
        });
        const lines = build("ul", "facechain-deletion-lines");
        lines.append(...deletionLines(taken, locale).map((line) => build("li", "", line)));
        const buttons = build("div", "facechain-deletion-buttons");
        buttons.append(cancel, remove);
        dialog.append(
            build("p", "", text("deleteTakes", locale)),
            lines,
            build("p", "", text("deleteKeeps", locale)),
            buttons,
        );
        dialog.addEventListener("close", () => resolve(agreed));
        openDialog(dialog, cancel);
    });
