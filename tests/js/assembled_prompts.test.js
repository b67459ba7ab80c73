import assert from "node:assert/strict";
import test from "node:test";
import { loraLine, promptsFromOutput } from "../../js/lib/assembled_prompts.js";

const LORA = { file: "look.safetensors", strength: 0.35, of: "style" };
const PROMPTS = { positive: "fcana, a woman", negative: "blurry", notes: ["A note."], loras: [LORA] };

test("the prompts of the last of several runs are shown", () => {
    const output = { facechain: [{ ...PROMPTS, positive: "first" }, PROMPTS] };
    assert.deepEqual(promptsFromOutput(output), PROMPTS);
});

test("outputs of other nodes are no prompts", () => {
    for (const output of [null, {}, { facechain: [] }, { facechain: [{ portraits: [] }] }]) {
        assert.equal(promptsFromOutput(output), null);
    }
});

test("outputs of an earlier version have no LoRAs and are shown", () => {
    const { loras, ...earlier } = PROMPTS;
    assert.deepEqual(promptsFromOutput({ facechain: [earlier] }), { ...earlier, loras: [] });
});

test("a LoRA says whose it is and how strong", () => {
    assert.equal(loraLine(LORA, "en"), "style LoRA look.safetensors at 0.35");
    assert.equal(loraLine({ ...LORA, of: "person", strength: 0.9500000001 }, "en"), "face LoRA look.safetensors at 0.95");
    assert.equal(loraLine(LORA, "zh"), "风格 LoRA look.safetensors，强度 0.35");
});
