// @ts-check
// An element of ours on a node, in a way that both renderers draw and no workflow saves.

/**
 * @param {any} node
 * @param {string} name
 * @param {HTMLElement} element
 * @param {() => number} minHeight in px
 */
export const addElement = (node, name, element, minHeight) => {
    const options = { serialize: false, getMinHeight: minHeight, hideOnZoom: false };
    node.addDOMWidget(name, `facechain_${name}`, element, options).serialize = false;
};

/** @param {any} node @param {string} hook @param {(...given: any[]) => void} ours called after what is there already */
export const after = (node, hook, ours) => {
    const theirs = node[hook];
    node[hook] = function (...given) {
        const result = theirs?.apply(this, given);
        ours(...given);
        return result;
    };
};

/** @param {any} node makes it as high as its widgets need now; a user's larger size stays */
export const growToFit = (node) => {
    const [width, height] = node.computeSize();
    node.setSize([Math.max(node.size[0], width), Math.max(node.size[1], height)]);
    node.setDirtyCanvas?.(true, true);
};

/** @param {any} node makes it exactly as high as its widgets need now */
export const fitHeight = (node) => {
    node.setSize([node.size[0], node.computeSize()[1]]);
    node.setDirtyCanvas?.(true, true);
};

/** @param {any} node @param {string} name @returns {any} */
export const widgetOf = (node, name) => node.widgets.find((widget) => widget.name === name);
