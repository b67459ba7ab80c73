// @ts-check
// What Apply Person and Style tells of its last run.
import { text } from "./texts.js";

/** @typedef {{ file: string, strength: number, of: "style" | "person" }} UsedLora */
/** @typedef {{ positive: string, negative: string, notes: string[], loras: UsedLora[] }} AssembledPrompts */

/** @param {any} output of the node @returns {AssembledPrompts | null} null when it is no such output; the last of several */
export const promptsFromOutput = (output) => {
    const prompts = output?.facechain?.at(-1);
    if (typeof prompts?.positive !== "string" || typeof prompts.negative !== "string") return null;
    return { ...prompts, notes: prompts.notes ?? [], loras: prompts.loras ?? [] };
};

/** @param {UsedLora} lora @param {string} locale @returns {string} for example "style LoRA look.safetensors at 0.35" */
export const loraLine = ({ file, strength, of }, locale) =>
    text(of === "style" ? "usedStyleLora" : "usedFaceLora", locale, { file, strength: Number(strength.toFixed(3)) });
