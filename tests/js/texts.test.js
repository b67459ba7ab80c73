import assert from "node:assert/strict";
import test from "node:test";
import { text } from "../../js/lib/texts.js";

test("variants of Chinese read Chinese", () => {
    assert.equal(text("addPhotos", "zh-TW"), "添加照片…");
});

test("every other language reads English", () => {
    assert.equal(text("addPhotos", "fr"), "Add photos…");
});

test("values take the place of names in braces", () => {
    assert.equal(text("uploading", "en", { done: 2, total: 5 }), "Uploading 2 of 5");
});
