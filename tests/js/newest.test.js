import assert from "node:assert/strict";
import test from "node:test";
import { takingNewest } from "../../js/lib/newest.js";

const questions = () => {
    const open = [];
    return { open, ask: () => new Promise((resolve, reject) => open.push({ resolve, reject })) };
};

test("an answer that comes after that of a later question is returned and not taken", async () => {
    const { open, ask } = questions();
    const taken = [];
    const load = takingNewest(ask, (answer) => taken.push(answer));
    const [first, second] = [load(), load()];
    open[1].resolve("new");
    assert.equal(await second, "new");
    open[0].resolve("old");
    assert.equal(await first, "old");
    assert.deepEqual(taken, ["new"]);
});

test("answers in order are taken once no later one is waited for", async () => {
    const { open, ask } = questions();
    const taken = [];
    const load = takingNewest(ask, (answer) => taken.push(answer));
    for (const answer of ["first", "second"]) {
        const asked = load();
        open.at(-1).resolve(answer);
        await asked;
    }
    assert.deepEqual(taken, ["first", "second"]);
});

test("a failure reaches who asked, and takes nothing", async () => {
    const { open, ask } = questions();
    const load = takingNewest(ask, () => assert.fail("there is no answer"));
    const asked = load();
    open[0].reject(new Error("the server is gone"));
    await assert.rejects(asked, /the server is gone/);
});
