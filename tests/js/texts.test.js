import assert from "node:assert/strict";
import test from "node:test";
import { text, TEXTS } from "../../js/lib/texts.js";

const names = (words) => [...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("variants of Chinese read Chinese", () => {
    assert.equal(text("addPhotos", "zh-TW"), "添加照片…");
});

test("every other language reads English", () => {
    assert.equal(text("addPhotos", "fr"), "Add photos…");
});

test("values take the place of names in braces", () => {
    assert.equal(text("uploading", "en", { done: 2, total: 5 }), "Uploading 2 of 5");
});

test("every text is there in both languages, with the same values", () => {
    for (const [key, { en, zh }] of Object.entries(TEXTS)) {
        assert.ok(en && zh, key);
        assert.deepEqual(names(zh), names(en), key);
    }
});

test("every text has signs of its language, except numbers and units", () => {
    const spelledAlike = ["memory"];
    for (const [key, { en, zh }] of Object.entries(TEXTS)) {
        assert.ok(!/\p{Script=Han}/u.test(en), key);
        assert.ok(/\p{Script=Han}/u.test(zh) || spelledAlike.includes(key), key);
    }
});
