// @ts-check
// The only file with side effects: it registers the extension and listens to our events.
import { app } from "../../scripts/app.js";
import { api } from "../../scripts/api.js";

app.registerExtension({
    name: "facechain.portrait",
    setup() {
        // A person that a prompt made is on disk, but the page asked for the list when it was loaded.
        api.addEventListener("facechain.people_changed", () => app.refreshComboInNodes());
    },
});
