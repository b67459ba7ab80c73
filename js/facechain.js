// @ts-check
// The only file with side effects: it registers the extension, listens to our events and puts widgets on our nodes.
import { app } from "../../scripts/app.js";
import { api } from "../../scripts/api.js";
import { nodeOfOutput } from "./lib/graph.js";
import { ALL_MODELS, ANALYZERS, askForLicences } from "./nodes/licences.js";
import { createLibraryNodes } from "./nodes/library.js";
import { createPeopleNodes } from "./nodes/people.js";
import { createPhotoNodes } from "./nodes/photos.js";
import { addPortraitGallery } from "./nodes/portraits.js";
import { addPromptCard } from "./nodes/prompts.js";
import { createTrainingNodes } from "./nodes/training.js";
import { after } from "./nodes/widgets.js";

/** @type {import("./lib/page.js").Page} */
const page = {
    locale: () => app.extensionManager.setting.get("Comfy.Locale") ?? "en",
    url: (path) => api.apiURL(path),
    fetch: (path, options) => api.fetchApi(path, options),
    fail: (detail) => app.extensionManager.toast.add({ severity: "error", summary: "FaceChain", detail }),
    confirm: async (question) => (await app.extensionManager.dialog.confirm(question)) === true,
    foldsInputs: () => app.extensionManager.setting.get("Comfy.VueNodes.Enabled") === true,
    graph: () => app.rootGraph,
};
const libraries = createLibraryNodes(page);
const people = createPeopleNodes(page);
const photos = createPhotoNodes(page);
const training = createTrainingNodes(page);

/**
 * What each node gets when it is made.
 * @type {Record<string, (node: any) => ((output: any) => void) | void>} the answer takes the node's own outputs
 */
const ADDITIONS = {
    FaceChainLoadPhotos: photos.addPhotoList,
    FaceChainAlignFaces: () => photos.takeVerdicts,
    FaceChainLoadFaceAnalyzer: (node) => askForLicences(node, ANALYZERS, page),
    FaceChainLoadFaceModel: (node) => askForLicences(node, ALL_MODELS, page),
    FaceChainLoadPerson: people.addPeople,
    FaceChainTrainLora: training.addTrainingPanel,
    FaceChainSelectStyle: libraries.addStyles,
    FaceChainSelectPose: libraries.addPoses,
    FaceChainApplyPersonStyle: (node) => addPromptCard(node, page),
    FaceChainRankPortraits: (node) => addPortraitGallery(node, page),
};

/** @type {WeakMap<any, (output: any) => void>} */
const receivers = new WeakMap();

const addStylesheet = () => {
    const href = new URL("./facechain.css", import.meta.url).href;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
};

app.registerExtension({
    name: "facechain.portrait",
    setup() {
        addStylesheet();
        api.addEventListener("facechain.people_changed", ({ detail }) => {
            people.takeChange(detail);
            app.refreshComboInNodes(); // the page asked for the names when it was loaded
        });
        api.addEventListener("facechain.library_changed", () => {
            libraries.reload();
            app.refreshComboInNodes();
        });
        api.addEventListener("reconnected", () => {
            people.reload();
            libraries.reload();
        });
        api.addEventListener("facechain.training", ({ detail }) => training.takeMessage(detail));
    },
    nodeCreated(node) {
        const receive = ADDITIONS[node.comfyClass]?.(node);
        if (!receive) return;
        receivers.set(node, receive);
        after(node, "onExecuted", receive);
    },
    // A finished workflow that is opened again brings its outputs along; nothing is executed then.
    onNodeOutputsUpdated(outputs) {
        for (const [id, output] of Object.entries(outputs)) receivers.get(nodeOfOutput(app.rootGraph, id))?.(output);
    },
});
