import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { portraitCaption, rankingFromOutput, rankingSummary, scaleText } from "../../js/lib/ranked_portraits.js";
import { TEXTS } from "../../js/lib/texts.js";

const file = (filename) => ({ filename, subfolder: "facechain", type: "temp" });
const KEPT = { index: 1, rank: 1, likeness: 0.826, raw: 0.384, metric: "euclidean", faces: 1, face_ratio: 0.4, kept: true, outcome: "kept", reason: "" };
const FACELESS = { ...KEPT, index: 0, rank: 2, likeness: null, raw: null, faces: 0, face_ratio: null, kept: false, outcome: "no_face", reason: "no face" };
const SCALE = { own: 0.312, border: 0.55, metric: "euclidean", measured: true, limited: false, photos: 8 };
const COUNTS = { kept: 1, beyond_keep: 0, below_threshold: 0, filtered: 0, no_face: 1 };
const REPORT = { keep: 4, threshold: 0.5, scale: SCALE, counts: COUNTS, warning: "", portraits: [KEPT, FACELESS] };
const OUTPUT = { facechain: [REPORT], portraits: [file("b.jpg"), file("a.jpg")], images: [file("sheet.png")] };

const shown = (changes) => ({ ...rankingFromOutput(OUTPUT), ...changes });
const caption = (changes, locale = "en") => portraitCaption({ ...KEPT, ...changes }, shown(), locale);

test("each portrait has the file that stands at its rank", () => {
    const { portraits } = rankingFromOutput(OUTPUT);
    assert.deepEqual(portraits.map(({ rank, image }) => [rank, image.filename]), [[1, "b.jpg"], [2, "a.jpg"]]);
});

test("outputs of other nodes and of earlier versions are no ranking", () => {
    assert.equal(rankingFromOutput(null), null);
    assert.equal(rankingFromOutput({ images: [] }), null);
    assert.equal(rankingFromOutput({ facechain: OUTPUT.facechain }), null);
    assert.equal(rankingFromOutput({ ...OUTPUT, facechain: [{ ...REPORT, counts: undefined }] }), null);
});

test("a caption has rank, likeness, the raw number and what became of it", () => {
    assert.equal(caption({}), "#1 · 83% · distance 0.38 · kept");
    assert.equal(caption({ metric: "cosine", raw: 0.519 }), "#1 · 83% · similarity 0.52 · kept");
    assert.equal(caption({ faces: 3 }), "#1 · 83% · distance 0.38 · kept · the most alike of 3 faces");
    assert.equal(caption(FACELESS), "#2 · dropped · no face");
    assert.equal(caption(FACELESS, "zh"), "第 2 名 · 淘汰 · 没有人脸");
});

test("a caption says why with the numbers of the rule", () => {
    const dropped = (outcome, changes = {}) => caption({ kept: false, outcome, ...changes }).split(" · ").at(-1);
    assert.equal(dropped("below_threshold"), "below 50%");
    assert.equal(dropped("beyond_keep"), "beyond the best 4");
    assert.equal(dropped("several_faces", { faces: 2 }), "2 faces instead of one");
    assert.equal(dropped("face_too_small", { face_ratio: 0.18 }), "face too small: 18% of the shorter side");
    assert.equal(dropped("face_too_large", { face_ratio: 0.71 }), "face too large: 71% of the shorter side");
    assert.equal(caption({ outcome: "kept_as_best" }), "#1 · 83% · distance 0.38 · kept · the best, though none qualifies");
});

test("the heading counts what was kept and what each rule removed", () => {
    const counts = { kept: 4, beyond_keep: 3, below_threshold: 1, filtered: 2, no_face: 0 };
    const many = shown({ counts, portraits: Array(10).fill(KEPT) });
    assert.equal(
        rankingSummary(many, "en"),
        "10 portraits: 4 kept · 3 beyond the best 4 · 1 below 50% · 2 dropped by the filter",
    );
    assert.equal(
        rankingSummary(many, "zh"),
        "10 张写真：保留 4 张 · 3 张不在最好的 4 张之内 · 1 张低于 50% · 2 张被过滤",
    );
    assert.equal(rankingSummary(shown({ counts: { ...counts, beyond_keep: 0, below_threshold: 0, filtered: 0, kept: 0 }, portraits: [KEPT] }), "en"), "1 portrait: 0 kept");
});

test("the scale says what one hundred percent means for this person", () => {
    const border = "50% = distance 0.55, the border to other people.";
    const scale = (changes) => scaleText(shown({ scale: { ...SCALE, ...changes } }), "en");
    assert.equal(scale({}), `100% = distance 0.31, measured from 8 own photos. ${border}`);
    assert.equal(scale({ measured: false }), `100% = distance 0.31, usual for this model: one photo only. ${border}`);
    assert.ok(scale({ limited: true }).startsWith("100% = distance 0.31, the limit of this model: the 8 own photos"));
    assert.ok(scaleText(shown(), "zh").startsWith("100% = 距离 0.31，由本人的 8 张照片测得。"));
});

test("every outcome of the server has words", () => {
    const source = readFileSync(new URL("../../facechain/ranking_values.py", import.meta.url), "utf-8");
    const codes = [...source.split("class Outcome(Enum)")[1].split("@dataclass")[0].matchAll(/= "(\w+)"/g)];
    assert.equal(codes.length, 8);
    for (const [, code] of codes) assert.ok(code === "kept" || `outcome_${code}` in TEXTS, code);
});
