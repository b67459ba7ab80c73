import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { TEXTS } from "../../js/lib/texts.js";
import { namesInFolder, verdictOf, withListing, withReport } from "../../js/lib/verdicts.js";

const BLURRED = { code: "blurred", reason: "The face is blurred.", advice: "Hold still." };
const ACCEPTED = { code: "accepted", reason: "", advice: "" };
const DIGEST = "0123456789abcdef".repeat(4);
const JUDGED = [
    { ...BLURRED, sha256: "aaaa", likeness: 0.5 },
    { ...ACCEPTED, sha256: DIGEST.slice(0, 16) },
];
const verdicts = withReport(new Map(), JUDGED);
const listing = (folder, ...pairs) => ({ folder, photos: pairs.map(([name, sha256]) => ({ name, sha256 })) });

test("a photo is matched by its content, whatever its name", () => {
    assert.deepEqual(verdictOf("holiday.jpg", new Map([["holiday.jpg", "aaaa"]]), verdicts), BLURRED);
});

test("an upload is matched before its node has run, since its name is its hash", () => {
    assert.deepEqual(verdictOf(`facechain/${DIGEST}.png`, new Map(), verdicts), ACCEPTED);
});

test("a photo that nobody has judged has no verdict", () => {
    assert.equal(verdictOf("new.jpg", new Map([["new.jpg", "bbbb"]]), verdicts), null);
    assert.equal(verdictOf("other.jpg", new Map(), verdicts), null);
});

test("a file without a hash could not be read", () => {
    assert.equal(verdictOf("gone.jpg", new Map([["gone.jpg", ""]]), new Map()).code, "unreadable");
});

test("a newer report replaces the verdicts of its photos and keeps the others", () => {
    const newer = withReport(verdicts, [{ ...ACCEPTED, sha256: "aaaa" }]);
    assert.equal(newer.get("aaaa").code, "accepted");
    assert.equal(newer.get(DIGEST.slice(0, 16)).code, "accepted");
    assert.equal(verdicts.get("aaaa").code, "blurred");
});

test("a newer listing forgets what is no longer in its folder and keeps other folders", () => {
    const first = listing("ana", ["ana/a.jpg", "1"], ["ana/b.jpg", "2"], ["bob/a.jpg", "3"]);
    const hashes = withListing(withListing(new Map(), first), listing("ana", ["ana/b.jpg", "4"]));
    assert.deepEqual([...hashes].sort(), [["ana/b.jpg", "4"], ["bob/a.jpg", "3"]]);
});

test("a listing of single photos forgets nothing of their folder", () => {
    const first = listing("ana", ["ana/a.jpg", "1"], ["ana/b.jpg", "2"]);
    const hashes = withListing(withListing(new Map(), first), listing("(none)", ["ana/b.jpg", "4"]));
    assert.deepEqual([...hashes].sort(), [["ana/a.jpg", "1"], ["ana/b.jpg", "4"]]);
});

test("photos of the chosen folder are found, but not those of the list or of folders inside", () => {
    const names = ["a.jpg", "ana/b.jpg", "ana/c.jpg", "ana/x/d.jpg"];
    const hashes = new Map(names.map((name) => [name, "1"]));
    assert.deepEqual(namesInFolder(hashes, "ana", ["a.jpg", "ana/b.jpg"]), ["ana/c.jpg"]);
    assert.deepEqual(namesInFolder(hashes, "(none)", []), []);
});

test("every code of the server has a word", () => {
    const source = readFileSync(new URL("../../facechain/faces.py", import.meta.url), "utf-8");
    const codes = [...source.split("class Rejection(Enum)")[1].split("@dataclass")[0].matchAll(/= "(\w+)"/g)];
    assert.equal(codes.length, 11);
    for (const [, code] of codes) assert.ok(`verdict_${code}` in TEXTS, code);
});
