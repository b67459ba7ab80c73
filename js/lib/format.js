// @ts-check
// Numbers as people read them.
import { text } from "./texts.js";

/** @param {number} ratio 0..1 @returns {string} for example "83%" */
export const percent = (ratio) => `${Math.round(ratio * 100)}%`;

/** @param {number} loss @returns {string} three digits after the point, more for what would read as zero */
export const lossText = (loss) => (loss >= 0.001 || loss === 0 ? loss.toFixed(3) : loss.toPrecision(2));

/** @param {number} bytes @param {string} locale @returns {string} */
export const memoryText = (bytes, locale) => text("memory", locale, { gigabytes: (bytes / 1e9).toFixed(1) });

/** @param {number} duration in seconds @param {string} locale @returns {string} the two largest units */
export const durationText = (duration, locale) => {
    const seconds = Math.max(0, Math.round(duration));
    if (seconds < 60) return text("seconds", locale, { seconds });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return text("minutes", locale, { minutes, seconds: seconds % 60 });
    return text("hours", locale, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
};
