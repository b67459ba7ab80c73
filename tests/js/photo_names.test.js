import assert from "node:assert/strict";
import test from "node:test";
import { hexadecimal, namesFromValue, storedName, viewQuery, withNames, withoutName } from "../../js/lib/photo_names.js";

test("blank lines and repeated names are left out", () => {
    assert.deepEqual(namesFromValue("a.png\n\n  b.png \na.png\n"), ["a.png", "b.png"]);
});

test("an empty value has no names", () => {
    assert.deepEqual(namesFromValue(""), []);
});

test("added names come last and known ones are not repeated", () => {
    assert.equal(withNames("a.png", ["b.png", "a.png"]), "a.png\nb.png");
});

test("a removed name leaves the others in order", () => {
    assert.equal(withoutName("a.png\nb.png\nc.png", "b.png"), "a.png\nc.png");
});

test("an upload keeps only the ending of its own name", () => {
    assert.deepEqual(storedName("0123", "Holiday with Ann.JPG"), { subfolder: "facechain", file: "0123.jpg" });
});

test("a name without an ending becomes a PNG", () => {
    assert.equal(storedName("0123", "photo").file, "0123.png");
});

test("a thumbnail is asked for by folder and file", () => {
    const query = viewQuery("facechain/0123.jpg");
    assert.equal(query.get("filename"), "0123.jpg");
    assert.equal(query.get("subfolder"), "facechain");
    assert.equal(query.get("type"), "input");
});

test("bytes become two digits each", () => {
    assert.equal(hexadecimal(new Uint8Array([0, 15, 255])), "000fff");
});
