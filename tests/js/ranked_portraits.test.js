import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { portraitCaption, rankingFromOutput } from "../../js/lib/ranked_portraits.js";
import { TEXTS } from "../../js/lib/texts.js";

const file = (filename) => ({ filename, subfolder: "", type: "temp" });
const KEPT = { index: 1, rank: 1, likeness: 0.826, kept: true, outcome: "kept", reason: "" };
const FACELESS = { index: 0, rank: 2, likeness: null, kept: false, outcome: "no_face", reason: "no face" };
const OUTPUT = {
    facechain: [{ warning: "", portraits: [KEPT, FACELESS] }],
    portraits: [file("b.png"), file("a.png")],
    images: [file("sheet.png")],
};

test("each portrait has the file that stands at its rank", () => {
    const { portraits } = rankingFromOutput(OUTPUT);
    assert.deepEqual(portraits.map(({ rank, image }) => [rank, image.filename]), [[1, "b.png"], [2, "a.png"]]);
});

test("outputs of other nodes and of earlier versions are no ranking", () => {
    assert.equal(rankingFromOutput(null), null);
    assert.equal(rankingFromOutput({ images: [] }), null);
    assert.equal(rankingFromOutput({ facechain: OUTPUT.facechain }), null);
});

test("a caption has rank, likeness and what became of it", () => {
    const [kept, faceless] = rankingFromOutput(OUTPUT).portraits;
    assert.equal(portraitCaption(kept, "en"), "#1 · 83% alike · kept");
    assert.equal(portraitCaption(faceless, "en"), "#2 · dropped · no face");
    assert.equal(portraitCaption(faceless, "zh"), "第 2 名 · 淘汰 · 没有人脸");
});

test("every outcome of the server has words", () => {
    const source = readFileSync(new URL("../../facechain/ranking_values.py", import.meta.url), "utf-8");
    const codes = [...source.split("class Outcome(Enum)")[1].split("@dataclass")[0].matchAll(/= "(\w+)"/g)];
    assert.equal(codes.length, 5);
    for (const [, code] of codes) assert.ok(code === "kept" || `outcome_${code}` in TEXTS, code);
});
