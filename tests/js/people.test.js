import assert from "node:assert/strict";
import test from "node:test";
import { deletionLines, isArchive, otherName, personItem, sizeText, valueAfter } from "../../js/lib/people_items.js";
import { createPeopleLibrary } from "../../js/lib/people_library.js";

const ANNA = {
    slug: "anna maria",
    display_name: "Anna Maria",
    base_family: "sd15",
    created: "2024-05-06T12:00:00+00:00",
    bytes: 41_400_000,
    problem: "",
};

test("a row has name, family, day and size", () => {
    assert.deepEqual(personItem(ANNA, "en"), {
        slug: "anna maria",
        name: "Anna Maria",
        detail: "SD 1.5 · May 6, 2024 · 41 MB",
        problem: "",
        picture: "/facechain/people/anna%20maria/reference.png",
    });
    assert.equal(personItem(ANNA, "zh").detail, "SD 1.5 · 2024年5月6日 · 41 MB");
});

test("of a damaged person only the size is told, and no picture is asked for", () => {
    const damaged = { ...ANNA, base_family: "", created: "", problem: "person.json cannot be read." };
    const item = personItem(damaged, "en");
    assert.deepEqual([item.detail, item.problem, item.picture], ["41 MB", "person.json cannot be read.", ""]);
});

test("sizes are told as precisely as they matter", () => {
    assert.deepEqual([0, 40_000, 1_260_000, 41_400_000].map(sizeText), ["0.1 MB", "0.1 MB", "1.3 MB", "41 MB"]);
});

test("a deletion tells every kind of which there is something", () => {
    const none = { count: 0, bytes: 0 };
    const taken = { loras: { count: 2, bytes: 80e6 }, references: none, datasets: none, trainings: none, photos: { count: 5, bytes: 12e6 } };
    assert.deepEqual(deletionLines(taken, "en"), [
        "LoRA versions: 2 (80 MB)",
        "uploaded photos that nobody else was made of: 5 (12 MB)",
    ]);
    assert.equal(deletionLines(taken, "zh").length, 2);
});

test("a node follows a rename of its own person and nothing else", () => {
    const renamed = { person: "bea", renamed_from: "anna" };
    assert.equal(valueAfter("anna", renamed), "bea");
    assert.equal(valueAfter("carl", renamed), "carl");
    assert.equal(valueAfter("anna", { deleted: "anna" }), "anna");
    assert.equal(valueAfter("anna", { person: "bea" }), "anna");
});

test("an export is known by its ending, and gives another name to begin with", () => {
    assert.deepEqual(["anna.person.zip", "ANNA.ZIP", "anna.png", "zip"].map(isArchive), [true, true, false, false]);
    assert.equal(otherName("anna.person.zip"), "anna 2");
    assert.equal(otherName("anna.person (1).zip"), "anna 2");
    assert.equal(otherName("holiday.zip"), "holiday 2");
});

/** A library whose server answers with `status` and `content`, and what it was asked. */
const asked = (status, content) => {
    const requests = [];
    const fetch = async (path, options) => {
        requests.push([options?.method ?? "GET", path, options?.body]);
        return new Response(JSON.stringify(content), { status });
    };
    return { library: createPeopleLibrary({ fetch }), requests };
};

test("names are encoded in paths and plain in bodies", async () => {
    const { library, requests } = asked(200, { person: "bea" });
    await library.traces("a/b");
    assert.equal(await library.rename("a/b", "Bea"), "bea");
    await library.remove("a/b");
    assert.deepEqual(requests, [
        ["GET", "/facechain/people/a%2Fb/traces", undefined],
        ["POST", "/facechain/people/rename", '{"slug":"a/b","name":"Bea"}'],
        ["POST", "/facechain/people/delete", '{"slug":"a/b"}'],
    ]);
});

test("a file is sent without its own name, and with a person's only where one was given", async () => {
    const { library, requests } = asked(200, { person: "bea", display_name: "Bea" });
    await library.take(new File(["zip"], "secret holiday.zip"), "");
    await library.take(new File(["zip"], "secret holiday.zip"), "Bea");
    const fields = requests.map(([, , form]) => [...form.keys()]);
    assert.deepEqual(fields, [["file"], ["name", "file"]]);
    assert.equal(requests[0][2].get("file").name, "upload.person.zip");
});

test("a name that is taken asks for another one, all else fails in the server's words", async () => {
    const file = new File(["zip"], "anna.person.zip");
    assert.equal(await asked(409, { code: "person_exists", message: "No." }).library.take(file, ""), null);
    const refusing = asked(400, { code: "person_unreadable", message: "It is damaged." }).library;
    await assert.rejects(refusing.take(file, ""), /It is damaged\./);
    await assert.rejects(refusing.exported("anna"), /It is damaged\./);
});
