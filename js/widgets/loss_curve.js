// @ts-check
// The losses of a training as a small picture: one line, validation points, and where it began.
import { lossText } from "../lib/format.js";
import { placement } from "../lib/loss_points.js";
import { text } from "../lib/texts.js";
import { build } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const FRAME = { width: 320, height: 84 };
const POINT_RADIUS = 3.5;

/** @param {import("../lib/training_state.js").TrainingState} state @param {string} locale @returns {HTMLElement} */
export const buildLossCurve = (state, locale) => {
    const figure = build("figure", "facechain-curve");
    figure.append(drawing(state, locale), legend(state, locale));
    return figure;
};

const drawing = ({ losses: { points }, validations, baseline, total, loss }, locale) => {
    const start = baseline === null ? [] : [baseline];
    const visible = [...points, ...validations].map(([, value]) => value).concat(start);
    const place = placement({ steps: total, losses: visible }, FRAME);
    const picture = shape("svg", "facechain-curve-picture", {
        viewBox: `${-POINT_RADIUS} ${-POINT_RADIUS} ${FRAME.width + 2 * POINT_RADIUS} ${FRAME.height + 2 * POINT_RADIUS}`,
        role: "img",
        "aria-label": text("lossCurve", locale, { step: total, loss: lossText(loss ?? visible.at(-1) ?? 0) }),
    });
    for (const value of start) {
        const [, y] = place([0, value]);
        picture.append(shape("line", "facechain-curve-baseline", { x1: 0, x2: FRAME.width, y1: y, y2: y }));
    }
    picture.append(shape("polyline", "facechain-curve-loss", { points: points.map(place).join(" ") }));
    for (const [cx, cy] of validations.map(place)) {
        picture.append(shape("circle", "facechain-curve-validation", { cx, cy, r: POINT_RADIUS }));
    }
    return picture;
};

const legend = ({ losses, loss, validations, baseline }, locale) => {
    const caption = build("figcaption", "facechain-curve-legend");
    const add = (kind, key, value) => {
        const entry = build("span", `facechain-curve-key facechain-curve-key-${kind}`, text(key, locale));
        entry.append(" ", lossText(value));
        caption.append(entry);
    };
    const newest = loss ?? losses.points.at(-1)?.[1];
    if (newest !== undefined) add("loss", "lossSmoothed", newest);
    if (validations.length) add("validation", "lossValidation", validations.at(-1)[1]);
    if (baseline !== null) add("baseline", "lossBaseline", baseline);
    return caption;
};

/** @param {string} tag @param {string} className @param {Record<string, string | number>} attributes */
const shape = (tag, className, attributes) => {
    const element = document.createElementNS(SVG, tag);
    element.setAttribute("class", className);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    return element;
};
