import assert from "node:assert/strict";
import test from "node:test";
import { answerOf, viewPath } from "../../js/lib/page.js";

test("an answer is its JSON", async () => {
    assert.deepEqual(await answerOf(Response.json({ job: "a" })), { job: "a" });
});

test("a refusal is said in the server's words", async () => {
    const refusal = Response.json({ code: "x", message: "There is no training." }, { status: 404 });
    await assert.rejects(answerOf(refusal), /There is no training\./);
});

test("a refusal without words is said by its number", async () => {
    await assert.rejects(answerOf(new Response("<html>", { status: 502, statusText: "Bad Gateway" })), /502 Bad Gateway/);
});

test("a stored picture is asked for by folder and file, small or whole", () => {
    const image = { filename: "a b.png", subfolder: "x", type: "temp" };
    assert.equal(viewPath(image), "/view?filename=a+b.png&subfolder=x&type=temp");
    assert.equal(viewPath(image, "webp;80"), "/view?filename=a+b.png&subfolder=x&type=temp&preview=webp%3B80");
});
