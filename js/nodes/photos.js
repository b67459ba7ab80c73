// @ts-check
// Load Portrait Photos: a drop zone on the node, and on each photo what Align Faces said of it.
import { namesFromValue, viewQuery, withNames, withoutName } from "../lib/photo_names.js";
import { text } from "../lib/texts.js";
import { uploadPhoto } from "../lib/upload.js";
import { namesInFolder, verdictOf, withListing, withReport } from "../lib/verdicts.js";
import { createPhotoList } from "../widgets/photo_list.js";
import { addElement, after, widgetOf } from "./widgets.js";

const LIST_HEIGHT_PX = 200;

/** @param {import("../lib/page.js").Page} page */
export const createPhotoNodes = (page) => {
    /** @type {Map<string, import("../lib/verdicts.js").Verdict>} */
    let verdicts = new Map();
    /** @type {Map<string, string>} by name; the input folder is the same for every node */
    let hashes = new Map();
    /** @type {Map<any, () => void>} how each drop zone is drawn again */
    const redraws = new Map();

    const addPhotoList = (node) => {
        const names = widgetOf(node, "photos");
        const folder = widgetOf(node, "folder");
        const redraw = () => {
            const listed = namesFromValue(names.value);
            const photos = [...listed, ...namesInFolder(hashes, folder.value, listed)].map((name, place) => {
                return { name, removable: place < listed.length, verdict: verdictOf(name, hashes, verdicts) };
            });
            list.show(photos);
        };
        const change = (value) => {
            names.value = value;
            redraw();
        };
        const list = createPhotoList({
            add: (files) => upload(files, page, list.say, (name) => change(withNames(names.value, [name]))),
            remove: (name) => change(withoutName(names.value, name)),
            url: (name) => page.url(`/view?${viewQuery(name)}`),
            locale: page.locale,
        });
        addElement(node, "photo_list", list.element, () => LIST_HEIGHT_PX);
        after(node, "onConfigure", redraw);
        for (const widget of [names, folder]) after(widget, "callback", redraw);
        after(node, "onRemoved", () => redraws.delete(node));
        redraws.set(node, redraw);
        return takeListing;
    };

    const takeListing = (output) => {
        const listing = output?.facechain?.[0];
        if (!listing) return;
        hashes = withListing(hashes, listing);
        redrawAll();
    };

    const takeVerdicts = (output) => {
        const report = output?.facechain?.[0];
        if (!report) return;
        verdicts = withReport(verdicts, report.photos);
        redrawAll();
    };

    const redrawAll = () => {
        for (const redraw of redraws.values()) redraw();
    };

    return { addPhotoList, takeVerdicts };
};

const upload = async (files, page, say, stored) => {
    for (const [done, file] of files.entries()) {
        say(text("uploading", page.locale(), { done: done + 1, total: files.length }));
        try {
            stored(await uploadPhoto(file, page.fetch));
        } catch (error) {
            page.fail(text("uploadFailed", page.locale(), { name: file.name, reason: error.message }));
        }
    }
    say("");
};
