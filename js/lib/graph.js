// @ts-check
// Nodes by the ids that the host uses for them, also inside of subgraphs.

/**
 * @param {any} rootGraph
 * @param {string} id as in events of a running prompt: "5", or "12:5" for node 5 inside of the subgraph node 12
 * @returns {any} null when there is no such node in this graph
 */
export const nodeOfExecution = (rootGraph, id) => {
    const parts = String(id).split(":");
    const inner = parts.pop();
    const graph = parts.reduce((outer, part) => outer?.getNodeById(part)?.subgraph, rootGraph);
    return graph?.getNodeById(inner) ?? null;
};

/**
 * @param {any} rootGraph
 * @param {string} id as in the outputs of a workflow: "5", or "<id of the subgraph>:5"
 * @returns {any} null when there is no such node in this graph
 */
export const nodeOfOutput = (rootGraph, id) => {
    const separator = id.lastIndexOf(":");
    const graph = separator < 0 ? rootGraph : rootGraph.subgraphs?.get(id.slice(0, separator));
    return graph?.getNodeById(id.slice(separator + 1)) ?? null;
};
