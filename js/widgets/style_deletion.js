// @ts-check
// The question before a style of the user's own is deleted.
import { text } from "../lib/texts.js";
import { buildDialog, openDialog } from "./dialog.js";
import { build, buildButton } from "./elements.js";

/**
 * @param {import("../lib/library_items.js").Item} style
 * @param {string} locale
 * @returns {Promise<boolean>} true when the user agreed; closing the dialog in any other way is a no
 */
export const askStyleDeletion = ({ title, hidesBundled }, locale) =>
    new Promise((resolve) => {
        const dialog = buildDialog("facechain-deletion", text("deleteTitle", locale, { name: title }), locale);
        let agreed = false;
        const cancel = buildButton("", text("cancel", locale), () => dialog.close());
        const remove = buildButton("facechain-danger", text("deleteNow", locale, { name: title }), () => {
            agreed = true;
            dialog.close();
        });
        const buttons = build("div", "facechain-deletion-buttons");
        buttons.append(cancel, remove);
        dialog.append(
            build("p", "", text("deleteStyleTakes", locale)),
            ...(hidesBundled ? [build("p", "", text("deleteStyleUncovers", locale))] : []),
            buttons,
        );
        dialog.addEventListener("close", () => resolve(agreed));
        openDialog(dialog, cancel);
    });
