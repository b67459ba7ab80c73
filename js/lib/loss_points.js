// @ts-check
// Losses of a training as points, few enough to draw and smooth enough to read.

/** @typedef {[step: number, loss: number]} Point */

/**
 * @typedef {object} Course
 * @property {Point[]} points
 * @property {number} stride only steps that are a multiple of it are kept
 */

/** The curve is about this many pixels wide; more points would only cost time. */
export const MOST_POINTS = 400;
/** As the training itself smooths the losses that it reports. */
const SMOOTHED_OVER = 20;

/** @type {Readonly<Course>} */
export const EMPTY = Object.freeze({ points: [], stride: 1 });

/** @param {Course} course @param {Point} point @returns {Course} evenly thinned out to at most `MOST_POINTS` */
export const withPoint = ({ points, stride }, point) => {
    if (point[0] % stride !== 0) return { points, stride };
    const longer = [...points, point];
    if (longer.length <= MOST_POINTS) return { points: longer, stride };
    return { points: longer.filter(([step]) => step % (2 * stride) === 0), stride: 2 * stride };
};

/** @param {Point[]} losses of single steps @returns {Course} their running mean */
export const smoothedCourse = (losses) =>
    losses
        .map(([step], place) => {
            const recent = losses.slice(Math.max(0, place + 1 - SMOOTHED_OVER), place + 1);
            return /** @type {Point} */ ([step, recent.reduce((sum, [, loss]) => sum + loss, 0) / recent.length]);
        })
        .reduce(withPoint, EMPTY);

/**
 * @param {{ steps: number, losses: number[] }} shown the last step, and every loss that must be visible
 * @param {{ width: number, height: number }} frame in px
 * @returns {(point: Point) => [x: number, y: number]} from a point to its place, y down
 */
export const placement = ({ steps, losses }, { width, height }) => {
    const low = Math.min(...losses);
    const range = Math.max(...losses) - low || 1;
    return ([step, loss]) => [(step / Math.max(steps, 1)) * width, height - ((loss - low) / range) * height];
};
