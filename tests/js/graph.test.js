import assert from "node:assert/strict";
import test from "node:test";
import { nodeOfExecution, nodeOfOutput } from "../../js/lib/graph.js";

const graph = (nodes, subgraphs) => ({ subgraphs, getNodeById: (id) => nodes[id] ?? null });
const inner = graph({ 5: { title: "inner" } });
const root = graph({ 5: { title: "outer" }, 12: { title: "box", subgraph: inner } }, new Map([["ab-cd", inner]]));

test("a node of the root graph is found by its number", () => {
    assert.equal(nodeOfExecution(root, "5").title, "outer");
    assert.equal(nodeOfOutput(root, "5").title, "outer");
});

test("a node inside of a subgraph is found by its path in an event", () => {
    assert.equal(nodeOfExecution(root, "12:5").title, "inner");
});

test("a node inside of a subgraph is found by the subgraph's id in an output", () => {
    assert.equal(nodeOfOutput(root, "ab-cd:5").title, "inner");
});

test("a node of another workflow is not found", () => {
    for (const id of ["7", "5:5", "99:5"]) assert.equal(nodeOfExecution(root, id), null);
    for (const id of ["7", "ef:5"]) assert.equal(nodeOfOutput(root, id), null);
});
