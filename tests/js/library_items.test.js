import assert from "node:assert/strict";
import test from "node:test";
import { found, poseItem, styleItem } from "../../js/lib/library_items.js";

const STYLE = {
    id: "armour",
    title: { en: "Silver armour", zh: "银色铠甲" },
    base_family: "sd15",
    tags: ["costume"],
    prompt: "polished plate, rim light",
    lora: { file: "a.safetensors", installed: false },
    preview: false,
};
const POSE = { id: "sitting front", title: { en: "Sitting", zh: "正面坐姿" } };
const ids = (query) => found([styleItem(STYLE, "en"), poseItem(POSE, "en")], query).map((item) => item.id);

test("a card has the title and the words of the page's language", () => {
    assert.equal(styleItem(STYLE, "en").title, "Silver armour");
    assert.equal(styleItem(STYLE, "en").detail, "SD 1.5 · LoRA missing: works from its prompt");
    assert.equal(styleItem(STYLE, "zh").title, "银色铠甲");
});

test("a card says that the LoRA is there", () => {
    const installed = { ...STYLE, lora: { file: "a.safetensors", installed: true } };
    assert.equal(styleItem(installed, "en").detail, "SD 1.5 · LoRA installed");
});

test("a card says what there is of the LoRA, and whose style it is", () => {
    const cases = [
        [null, "", "SD 1.5 · works from its prompt"],
        [{ installed: false, is_other: false }, "missing", "SD 1.5 · LoRA missing: works from its prompt"],
        [{ installed: true, is_other: true }, "other", "SD 1.5 · LoRA is another file than the one first seen"],
        [{ installed: true, is_other: false }, "installed", "SD 1.5 · LoRA installed"],
    ];
    for (const [lora, state, detail] of cases) {
        const item = styleItem({ ...STYLE, lora }, "en");
        assert.deepEqual([item.lora, item.detail], [state, detail]);
    }
    const { own, hidesBundled } = styleItem({ ...STYLE, own: true, hides_bundled: true }, "en");
    assert.deepEqual([own, hidesBundled], [true, true]);
    assert.equal(styleItem(STYLE, "en").own, false);
});

test("a picture is asked for only where there is one, with an encoded name", () => {
    assert.equal(styleItem(STYLE, "en").picture, "");
    assert.equal(styleItem({ ...STYLE, id: "a/b", preview: true }, "en").picture, "/facechain/styles/a%2Fb/preview");
    assert.equal(poseItem(POSE, "en").picture, "/facechain/poses/sitting%20front.png");
});

test("the search reads titles of both languages, tags and prompt", () => {
    for (const query of ["SILVER", "银色", "costume", "rim light", "light plate"]) assert.deepEqual(ids(query), ["armour"]);
});

test("every word of the search must be there", () => {
    assert.deepEqual(ids("silver sitting"), []);
});

test("an empty search shows everything in order", () => {
    assert.deepEqual(ids("  "), ["armour", "sitting front"]);
});
