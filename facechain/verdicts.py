"""Which faces are good enough to train on, and what their owner reads when one is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .errors import InvalidSetting
from .faces import Quality, Rejection
from .photos import PhotoRef


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a photo is refused."""

    eye_distance_px: float = 32.0
    """At least. Half of what fills a 512 px crop: the crop is enlarged twice, which still shows the iris."""
    sharpness: float = 40.0
    """At least. A face in focus measures 95 to 1500, blurred by 2 % of its width, or moved by 10 %, 2 to 30."""
    brightness: float = 0.10
    """At least. The darkest skin in indoor light measures 0.15."""
    glare: float = 0.90
    """Brightness at most."""
    clipped_ratio: float = 0.35
    """At most; black hair, a beard or sunglasses over the face reach 0.2."""
    yaw_deg: float = 45.0
    """At most, to either side; beyond, the nose covers the far eye."""
    pitch_deg: float = 35.0
    """At most, up or down. A calm frontal face measures -10 to 0."""
    covered_ratio: float = 0.25
    """At most. Real faces in every light, bearded or with spectacles, reach 0.18, which is one eye in the
    dark; both eyes hidden are 0.34, a hidden mouth 0.46."""
    presence: float = 0.8
    """At least, where a mesh tells. The same faces measure 0.985 to 1, half of a face 0.5 to 1."""
    likeness: float = 0.5
    """Median to the other photos, at least; 0.5 is where the model cannot tell."""

    def __post_init__(self) -> None:
        if not 0 <= self.likeness <= 1:
            raise InvalidSetting(f"Minimum likeness {self.likeness} is not between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a photo is refused."""

    rejection: Rejection
    reason: str
    """One sentence with the number."""
    advice: str
    """One sentence."""


def judge_quality(quality: Quality, limits: Limits) -> Finding | None:
    """The first limit that `quality` breaks, or None.

    In this order because one fault causes the next: a black photo has no edges, in a turned face the
    eyes are close together, and in a blurred one no mouth can be seen.
    """
    findings = (check(quality, limits) for check in _CHECKS)
    return next((finding for finding in findings if finding), None)


def unreadable(photo: PhotoRef) -> Finding:
    """`photo` cannot be decoded."""
    return Finding(Rejection.UNREADABLE, photo.problem, photo.advice)


def no_face() -> Finding:
    """There is nobody in the photo."""
    advice = "Use a photo in which the face is large, lit and not covered."
    return Finding(Rejection.NO_FACE, "No face was found.", advice)


def several_faces(count: int, ratio: float, needed: float) -> Finding:
    """`count` faces, of which the largest has only `ratio` times the area of the next."""
    times = math.floor(ratio * 10) / 10
    reason = f"There are {count} faces; the largest is {times} times the next, {needed:.0f} needed."
    return Finding(Rejection.SEVERAL_FACES, reason, "Crop the photo to one person.")


def stranger(likeness: float, limits: Limits, to: str = "the other photos") -> Finding:
    """The face is like `to` only by `likeness`."""
    alike = _percent(likeness, limits.likeness)
    reason = f"This seems to be another person: {alike} alike to {to}, {limits.likeness:.0%} needed."
    return Finding(Rejection.STRANGER, reason, "Leave it out; if it is the same person, lower the minimum likeness.")


def near_duplicate(number: int) -> str:
    """Remark on an accepted photo that shows the same as photo `number`."""
    return f"Almost the same picture as photo {number}; it adds little."


def repeat_rejected(number: int) -> Finding:
    """The photo shows the same as photo `number`, and repeats are refused."""
    reason = f"This is almost the same picture as photo {number}."
    return Finding(Rejection.DUPLICATE, reason, "Use a photo of another moment instead.")


def _too_small(quality: Quality, limits: Limits) -> Finding | None:
    if quality.eye_distance_px >= limits.eye_distance_px:
        return None
    distance = _number(quality.eye_distance_px, limits.eye_distance_px)
    reason = f"The face is small: {distance} px between the eyes, {limits.eye_distance_px:.0f} needed."
    return Finding(Rejection.TOO_SMALL, reason, "Use a closer photo, or the original instead of a sent copy.")


def _too_dark(quality: Quality, limits: Limits) -> Finding | None:
    advice = "Use a photo with light on the face."
    if quality.brightness < limits.brightness:
        light = _percent(quality.brightness, limits.brightness)
        reason = f"The face is dark: brightness {light}, {limits.brightness:.0%} needed."
        return Finding(Rejection.TOO_DARK, reason, advice)
    if quality.clipped_ratio > limits.clipped_ratio and quality.brightness < 0.5:
        return Finding(Rejection.TOO_DARK, f"{quality.clipped_ratio:.0%} of the face is black.", advice)
    return None


def _too_bright(quality: Quality, limits: Limits) -> Finding | None:
    advice = "Use a photo without flash or direct sun on the face."
    if quality.brightness > limits.glare:
        light = _percent(quality.brightness, limits.glare)
        reason = f"The face is burnt out: brightness {light}, at most {limits.glare:.0%} is fine."
        return Finding(Rejection.TOO_BRIGHT, reason, advice)
    if quality.clipped_ratio > limits.clipped_ratio and quality.brightness >= 0.5:
        return Finding(Rejection.TOO_BRIGHT, f"{quality.clipped_ratio:.0%} of the face is white.", advice)
    return None


def _blurred(quality: Quality, limits: Limits) -> Finding | None:
    if quality.sharpness >= limits.sharpness:
        return None
    sharpness = _number(quality.sharpness, limits.sharpness)
    reason = f"The face is blurred: sharpness {sharpness}, {limits.sharpness:.0f} needed."
    return Finding(Rejection.BLURRED, reason, "Use a photo with the focus on the face, held still.")


def _turned_away(quality: Quality, limits: Limits) -> Finding | None:
    advice = "Use a photo that looks towards the camera."
    if abs(quality.yaw_deg) > limits.yaw_deg:
        turn = _number(abs(quality.yaw_deg), limits.yaw_deg)
        reason = f"The face is turned {turn}° to the side, up to {limits.yaw_deg:.0f}° is fine."
        return Finding(Rejection.TURNED_AWAY, reason, advice)
    if abs(quality.pitch_deg) > limits.pitch_deg:
        way = "up" if quality.pitch_deg > 0 else "down"
        turn = _number(abs(quality.pitch_deg), limits.pitch_deg)
        reason = f"The face looks {turn}° {way}, up to {limits.pitch_deg:.0f}° is fine."
        return Finding(Rejection.TURNED_AWAY, reason, advice)
    return None


def _occluded(quality: Quality, limits: Limits) -> Finding | None:
    advice = "Use a photo without mask, dark glasses, hand or hair over the face."
    if quality.covered_ratio > limits.covered_ratio:
        covered = _percent(quality.covered_ratio, limits.covered_ratio)
        reason = f"About {covered} of the face seems to be covered, at most {limits.covered_ratio:.0%} is fine."
        return Finding(Rejection.OCCLUDED, reason, advice)
    if quality.presence is not None and quality.presence < limits.presence:
        certainty = _percent(quality.presence, limits.presence)
        reason = f"The face is covered or cut off: {certainty} certain that it is one, {limits.presence:.0%} needed."
        return Finding(Rejection.OCCLUDED, reason, advice)
    return None


def _percent(ratio: float, limit: float) -> str:
    return _number(ratio * 100, limit * 100) + "%"


def _number(value: float, limit: float) -> str:
    """`value` in whole numbers, or with decimals where those would read as if it met the limit."""
    decimals = next((count for count in (0, 1) if f"{value:.{count}f}" != f"{limit:.{count}f}"), 2)
    return f"{value:.{decimals}f}"


_Check = Callable[[Quality, Limits], Finding | None]
_CHECKS: tuple[_Check, ...] = (_too_dark, _too_bright, _turned_away, _too_small, _blurred, _occluded)
