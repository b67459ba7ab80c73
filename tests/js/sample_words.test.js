import assert from "node:assert/strict";
import test from "node:test";
import { sampleWords } from "../../js/lib/sample_words.js";

test("a sample portrait is named by its step, its prompt and its likeness", () => {
    assert.deepEqual(sampleWords({ step: 200, prompt: "plain", likeness: 0.826 }, "en"), ["step 200", "plain", "83% alike"]);
    assert.deepEqual(sampleWords({ step: 0, prompt: "styled", likeness: 0 }, "zh"), ["第 0 步", "风格化", "相似度 0%"]);
});

test("a sample portrait without a face has no likeness", () => {
    assert.deepEqual(sampleWords({ step: 0, prompt: "styled", likeness: null }, "en"), ["step 0", "in a style"]);
});
