import assert from "node:assert/strict";
import test from "node:test";
import { durationText, lossText, memoryText, percent } from "../../js/lib/format.js";

test("a ratio becomes whole percents", () => {
    assert.equal(percent(0.826), "83%");
});

test("a duration has its two largest units", () => {
    assert.equal(durationText(44.6, "en"), "45 s");
    assert.equal(durationText(200, "en"), "3 min 20 s");
    assert.equal(durationText(3900, "en"), "1 h 5 min");
    assert.equal(durationText(3900, "zh"), "1 小时 5 分");
});

test("a duration is never below zero", () => {
    assert.equal(durationText(-3, "en"), "0 s");
});

test("59.7 seconds are a minute", () => {
    assert.equal(durationText(59.7, "en"), "1 min 0 s");
});

test("a tiny loss does not read as zero", () => {
    assert.equal(lossText(0.0912), "0.091");
    assert.equal(lossText(0.00042), "0.00042");
    assert.equal(lossText(0), "0.000");
});

test("memory is shown in gigabytes", () => {
    assert.equal(memoryText(5_240_000_000, "en"), "5.2 GB");
});
