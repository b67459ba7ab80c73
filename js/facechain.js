// @ts-check
// The only file with side effects: it registers the extension, listens to our events and puts widgets on our nodes.
import { app } from "../../scripts/app.js";
import { api } from "../../scripts/api.js";
import { namesFromValue, viewQuery, withNames, withoutName } from "./lib/photo_names.js";
import { text } from "./lib/texts.js";
import { uploadPhoto } from "./lib/upload.js";
import { createPhotoList } from "./widgets/photo_list.js";

const LIST_HEIGHT_PX = 180;

const locale = () => app.extensionManager.setting.get("Comfy.Locale") ?? "en";

const addStylesheet = () => {
    const href = new URL("./facechain.css", import.meta.url).href;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
};

/** Puts the drop zone on a Load Portrait Photos node; the node's own text stays the value. */
const addPhotoList = (node) => {
    const names = node.widgets.find((widget) => widget.name === "photos");
    const change = (value) => {
        names.value = value;
        list.show(namesFromValue(value));
    };
    const list = createPhotoList({
        add: (files) => upload(files, list.say, (name) => change(withNames(names.value, [name]))),
        remove: (name) => change(withoutName(names.value, name)),
        url: (name) => api.apiURL(`/view?${viewQuery(name)}`),
        locale,
    });
    node.addDOMWidget("photo_list", "facechain_photos", list.element, {
        serialize: false,
        getMinHeight: () => LIST_HEIGHT_PX,
        hideOnZoom: false,
    }).serialize = false;
    const configured = node.onConfigure;
    node.onConfigure = function (...given) {
        configured?.apply(this, given);
        list.show(namesFromValue(names.value));
    };
};

const upload = async (files, say, stored) => {
    for (const [done, file] of files.entries()) {
        say(text("uploading", locale(), { done: done + 1, total: files.length }));
        try {
            stored(await uploadPhoto(file, (path, options) => api.fetchApi(path, options)));
        } catch (error) {
            const detail = text("uploadFailed", locale(), { name: file.name, reason: error.message });
            app.extensionManager.toast.add({ severity: "error", summary: "FaceChain", detail });
        }
    }
    say("");
};

app.registerExtension({
    name: "facechain.portrait",
    setup() {
        addStylesheet();
        // A person that a prompt made is on disk, but the page asked for the list when it was loaded.
        api.addEventListener("facechain.people_changed", () => app.refreshComboInNodes());
    },
    nodeCreated(node) {
        if (node.comfyClass === "FaceChainLoadPhotos") addPhotoList(node);
    },
});
