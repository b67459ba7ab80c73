import assert from "node:assert/strict";
import test from "node:test";
import { licenceQuestion, modelOf, modelOfOption } from "../../js/lib/licences.js";
import { ALL_MODELS, ANALYZERS, askForLicences } from "../../js/nodes/licences.js";

const FREE = {
    role: "face analyzer",
    id: "embedded",
    licence: "Apache-2.0",
    licence_url: "",
    commercial_use: "yes",
    accepted: true,
    installed: true,
    bytes: 0,
    hosts: [],
    folder: "facechain/embedded",
};
const RESTRICTED = {
    ...FREE,
    id: "buffalo_l",
    licence: "Research only",
    licence_url: "https://example.org/terms",
    commercial_use: "no",
    accepted: false,
    installed: false,
    bytes: 197_600_001,
    hosts: ["github.com"],
    folder: "insightface/models/buffalo_l",
};
const MODELS = [RESTRICTED, FREE];

test("an analyzer is found by its id, and auto is no model", () => {
    assert.equal(modelOf(MODELS, "face analyzer", "buffalo_l"), RESTRICTED);
    assert.equal(modelOf(MODELS, "face parser", "buffalo_l"), undefined);
    assert.equal(modelOf(MODELS, "face analyzer", "auto"), undefined);
});

test("models of all roles are found by role and id", () => {
    const parser = { ...FREE, role: "face parser" };
    assert.equal(modelOfOption([FREE, parser], "face parser: embedded"), parser);
    assert.equal(modelOfOption([FREE, parser], "embedded"), undefined);
});

test("the question names licence, terms, what is forbidden and what is fetched", () => {
    const question = licenceQuestion(RESTRICTED, "en");
    assert.equal(question.title, "Accept the licence of buffalo_l?");
    assert.deepEqual(question.itemList, [
        "Licence: Research only",
        "Terms: https://example.org/terms",
        "It forbids commercial use.",
        "198 MB are fetched from github.com when it is first used.",
    ]);
    assert.match(question.hint, /No workflow can do it/);
});

test("the question says what is not known, and what a person has to do", () => {
    const unclear = { ...RESTRICTED, licence: "unknown", licence_url: "", commercial_use: "unknown", hosts: [] };
    assert.deepEqual(licenceQuestion(unclear, "en").itemList, [
        "Licence: its publisher states none",
        "Whether it allows commercial use is unclear.",
        "Its files have to be put into models/insightface/models/buffalo_l by hand.",
    ]);
    const last = (model) => licenceQuestion(model, "en").itemList.at(-1);
    assert.match(last({ ...RESTRICTED, bytes: null }), /github\.com.*size is not known/);
    assert.equal(last({ ...RESTRICTED, installed: true, bytes: 0 }), "Its files are here already.");
    assert.equal(last({ ...RESTRICTED, bytes: 0 }), "It forbids commercial use.");
});

/** A loader as the page has it, and what it asked of the page. */
const loader = ({ agree = true, refuse = "", listing = MODELS, name = "analyzer", choice = ANALYZERS } = {}) => {
    const asked = [];
    const combo = { name, value: "auto" };
    const node = { widgets: [combo], setDirtyCanvas: () => {} };
    const page = {
        locale: () => "en",
        fail: (words) => asked.push(`fail ${words}`),
        confirm: async (question) => {
            asked.push(`${question.title} while it shows ${combo.value}`);
            return agree === "never answered" ? new Promise(() => {}) : agree;
        },
        fetch: async (path, options) => {
            asked.push(options ? `${options.method} ${path} ${options.body}` : `GET ${path}`);
            const refused = refuse && path.endsWith(refuse);
            return new Response(JSON.stringify(refused ? { message: "No." } : { models: listing }), { status: refused ? 403 : 200 });
        },
    };
    askForLicences(node, choice, page);
    const choose = async (value) => {
        combo.value = value;
        await combo.callback(value);
        await new Promise((resolve) => setTimeout(resolve, 5)); // the node's own callback is not waited for
    };
    return { asked, combo, node, choose };
};

test("choosing a restricted model by hand asks, and a yes goes to the server", async () => {
    const { asked, combo, choose } = loader();
    await choose("buffalo_l");
    assert.equal(combo.value, "buffalo_l");
    assert.deepEqual(asked, [
        "GET /facechain/models",
        "Accept the licence of buffalo_l? while it shows auto",
        'POST /facechain/licences/accept {"role":"face analyzer","id":"buffalo_l"}',
    ]);
});

test("a free model is taken without a question", async () => {
    const { asked, combo, choose } = loader();
    await choose("embedded");
    assert.equal(combo.value, "embedded");
    assert.deepEqual(asked, ["GET /facechain/models"]);
});

for (const agree of [false, "never answered"]) {
    test(`without a yes (${agree}) the former value comes back and nothing is sent`, async () => {
        const { asked, combo, choose } = loader({ agree });
        await choose("embedded");
        await choose("buffalo_l");
        assert.equal(combo.value, "embedded");
        assert.ok(!asked.some((line) => line.startsWith("POST")));
    });
}

test("after a no the same model is asked about again", async () => {
    const { asked, choose } = loader({ agree: false });
    await choose("buffalo_l");
    await choose("buffalo_l");
    assert.equal(asked.filter((line) => line.startsWith("Accept")).length, 2);
});

test("an accepted model is not asked about again", async () => {
    const { asked, combo, choose } = loader({ listing: [{ ...RESTRICTED, accepted: true }] });
    await choose("buffalo_l");
    assert.equal(combo.value, "buffalo_l");
    assert.deepEqual(asked, ["GET /facechain/models"]);
});

test("a workflow that is opened with a restricted model asks nothing", async () => {
    const { asked, combo, node, choose } = loader();
    combo.value = "buffalo_l"; // as the page restores it
    node.onConfigure();
    await choose("buffalo_l"); // a widget that is renamed calls back with the value that it has
    assert.deepEqual(asked, []);
    assert.equal(combo.value, "buffalo_l");
});

test("when the server refuses, the former value comes back with its words", async () => {
    const { asked, combo, choose } = loader({ refuse: "accept" });
    await choose("buffalo_l");
    assert.equal(combo.value, "auto");
    assert.equal(asked.at(-1), "fail The licence of buffalo_l could not be accepted: No.");
});

test("without a listing nothing is accepted, and the node is left to refuse", async () => {
    const { asked, combo, choose } = loader({ refuse: "models" });
    await choose("buffalo_l");
    assert.equal(combo.value, "buffalo_l");
    assert.deepEqual(asked, ["GET /facechain/models", "fail The licences could not be looked up: No."]);
});

test("a free model that was chosen just before comes back after a no", async () => {
    const { combo, choose } = loader({ agree: false });
    await Promise.all([choose("embedded"), choose("buffalo_l")]);
    assert.equal(combo.value, "embedded");
});

test("a choice that was changed while the listing came is not overwritten", async () => {
    const { combo, choose } = loader({ agree: false });
    const first = choose("buffalo_l");
    combo.value = "embedded";
    await first;
    assert.equal(combo.value, "embedded");
});

test("the loader of all models asks by role and id", async () => {
    const { asked, choose } = loader({ name: "model", choice: ALL_MODELS });
    await choose("face analyzer: buffalo_l");
    assert.match(asked[1], /^Accept the licence of buffalo_l/);
});
