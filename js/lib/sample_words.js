// @ts-check
// What is said of one sample portrait of a training.
import { percent } from "./format.js";
import { text } from "./texts.js";

/**
 * @param {Pick<import("./training_state.js").Sample, "step" | "prompt" | "likeness">} sample
 * @param {string} locale
 * @returns {string[]} after which step, what was asked for, and how alike to the person where there is a face
 */
export const sampleWords = ({ step, prompt, likeness }, locale) => {
    const words = [text("sampleAt", locale, { step }), text(`sample_${prompt}`, locale)];
    return likeness === null ? words : [...words, text("alike", locale, { percent: percent(likeness) })];
};
