import assert from "node:assert/strict";
import test from "node:test";
import { EMPTY, MOST_POINTS, placement, smoothedCourse, withPoint } from "../../js/lib/loss_points.js";

const course = (steps) => Array.from({ length: steps }, (_, index) => [index + 1, 0.1]).reduce(withPoint, EMPTY);

test("few points are all kept", () => {
    assert.equal(course(MOST_POINTS).points.length, MOST_POINTS);
});

test("many points are thinned out evenly, the early ones as the late ones", () => {
    const { points, stride } = course(20000);
    assert.ok(points.length <= MOST_POINTS && points.length > MOST_POINTS / 2);
    const gaps = new Set(points.slice(1).map(([step], place) => step - points[place][0]));
    assert.deepEqual([...gaps], [stride]);
});

test("losses of single steps are smoothed over twenty", () => {
    const losses = Array.from({ length: 40 }, (_, index) => [index + 1, index % 2]);
    assert.deepEqual(smoothedCourse(losses).points.at(-1), [40, 0.5]);
    assert.deepEqual(smoothedCourse(losses).points[0], [1, 0]);
});

test("the largest loss lies at the top and the last step at the right", () => {
    const place = placement({ steps: 10, losses: [0.2, 0.4] }, { width: 100, height: 50 });
    assert.deepEqual(place([0, 0.4]), [0, 0]);
    assert.deepEqual(place([10, 0.2]), [100, 50]);
});

test("a curve without any range is still drawn inside of its frame", () => {
    const place = placement({ steps: 0, losses: [0.3] }, { width: 100, height: 50 });
    assert.deepEqual(place([0, 0.3]), [0, 50]);
});
