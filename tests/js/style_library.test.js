import assert from "node:assert/strict";
import test from "node:test";
import { createStyleLibrary, isFaceChainStyle } from "../../js/lib/style_library.js";

const FILE = new File(["{}"], "beach.json");

/** A library whose server answers with `status` and `content`, and what it was asked. */
const asked = (status, content) => {
    const requests = [];
    const fetch = async (path, options) => {
        requests.push([options?.method ?? "GET", path, options?.body]);
        return new Response(JSON.stringify(content), { status });
    };
    return { library: createStyleLibrary({ fetch, url: (path) => path }), requests };
};

test("a file is sent with what to do at a clash, and with a family only where one was chosen", async () => {
    const { library, requests } = asked(200, { style: "beach" });
    await library.take(FILE, { clash: "ask", family: "" });
    await library.take(FILE, { clash: "keep both", family: "sdxl" });
    const sent = requests.map(([, path, form]) => [path, [...form.keys()], form.get("clash"), form.get("family")]);
    assert.deepEqual(sent, [
        ["/facechain/styles/import", ["clash", "file"], "ask", null],
        ["/facechain/styles/import", ["clash", "family", "file"], "keep both", "sdxl"],
    ]);
    assert.equal(requests[0][2].get("file").name, "beach.json");
});

test("an id that is taken asks what to do, all else fails in the server's words", async () => {
    assert.equal(await asked(409, { code: "style_exists", message: "No." }).library.take(FILE, { clash: "ask" }), null);
    const refusing = asked(400, { code: "style_unreadable", message: "It has 2 problems." }).library;
    await assert.rejects(refusing.take(FILE, { clash: "ask" }), /It has 2 problems\./);
    await assert.rejects(refusing.remove("beach"), /It has 2 problems\./);
});

test("a deletion names the style in its body", async () => {
    const { library, requests } = asked(200, { deleted: "a/b" });
    await library.remove("a/b");
    assert.deepEqual(requests, [["POST", "/facechain/styles/delete", '{"id":"a/b"}']]);
});

test("FaceChain's files are known by a field of theirs, and nothing else is taken for one", async () => {
    const answers = async (...contents) => Promise.all(contents.map((content) => isFaceChainStyle(new File([content], "x.json"))));
    assert.deepEqual(await answers('{"add_prompt_style": "x"}', '\uFEFF{"add_prompt_style": null}'), [true, true]);
    assert.deepEqual(await answers("", "{", "null", "7", '"add_prompt_style"', "[]", '{"prompt": "x"}'), Array(7).fill(false));
    assert.equal(await isFaceChainStyle(new File([`{"add_prompt_style": "${"x".repeat(300_000)}"}`], "x.json")), false);
});
