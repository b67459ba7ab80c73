"""Where a training stops to draw portraits: they are judged, and the weights kept that may become the result."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from torch import Tensor

from ..errors import FaceChainError
from ..geometry import ByteArray
from ..stored_files import write_atomically
from .candidates import Candidates
from .choosing import Chosen, Judgement, objection
from .events import Event, SampleDrawn, Stage
from .job import TrainJob
from .sample_files import PLAIN, STYLED
from .sample_likeness import NO_FACE, Look, SampleJudge, open_judge
from .sample_portraits import Portrait, Sampler, png
from .samples import Manifest

STOPS = 4
"""Where the job names no distance: evenly over the training, its end included; the base model's come before them."""


class PortraitStops:
    """The stops of one training. They change no weight and no generator, so the training does not notice."""

    def __init__(
        self, job: TrainJob, folder: Path, manifest: Manifest, sampler: Sampler, emit: Callable[[Event], None]
    ) -> None:
        self._job, self._folder, self._manifest = job, folder, manifest
        self._sampler = sampler
        self._emit = emit
        self._candidates = Candidates(job, folder)

    def is_due(self, step: int) -> bool:
        """True before the first step, at every stop and at the end, unless these portraits were judged before."""
        if self._job.samples == 0 or any(stop.step == step for stop in self._candidates.judgements):
            return False
        if self._job.sample_every:
            return step % self._job.sample_every == 0 or step == self._job.steps
        return step * STOPS // self._job.steps > (step - 1) * STOPS // self._job.steps

    def hold(self, step: int, weights: Callable[[], Mapping[str, Tensor]]) -> None:
        """Draws, writes, judges and tells of the portraits after `step` steps; `weights` gives what the model wears.

        Nothing is judged or kept when the training is to end before all are drawn.
        """
        portraits = self._sampler.draw(step)
        looks = [self._show(portrait) for portrait in portraits]
        if portraits and self._judge is not None:
            stop = _judgement(portraits, looks)
            earlier = [one for one in self._candidates.judgements if one.step < step]
            self._candidates.add(replace(stop, objection=objection(stop, earlier)), weights)
        if portraits and step < self._job.steps:
            self._emit(Stage("training", f"Training {self._job.steps} steps"))

    def result(self, step: int, weights: Callable[[], Mapping[str, Tensor]]) -> tuple[Chosen, Mapping[str, Tensor]]:
        """What becomes the result of the training, which ended after `step` with what `weights` gives.

        A training that was stopped early ends between two stops, with weights that nobody saw: they are taken only
        where there is no likeness to choose by. Drawing more would keep a person waiting who asked for an end.
        """
        return self._candidates.result(step, weights)

    def _show(self, portrait: Portrait) -> Look:
        """What `portrait`, now a file, shows."""
        look = NO_FACE if self._judge is None else self._judge.look(portrait.picture)
        file = portrait.file
        write_atomically(self._folder / file.path, png(portrait.picture))
        self._emit(SampleDrawn(file.step, file.prompt, file.number, file.path, look.likeness, look.face_share))
        return look

    @cached_property
    def _judge(self) -> SampleJudge | None:
        """None if the job names no models, or the analyzer cannot be opened: the training matters more."""
        if self._job.models_folder is None:
            return None
        try:
            return open_judge(self._job, self._manifest)
        except FaceChainError as error:
            self._emit(Stage("not_judged", f"Portraits are not judged: {error}"))
            return None


def _judgement(portraits: Sequence[Portrait], looks: Sequence[Look]) -> Judgement:
    """What the portraits of one stop show; no objection yet."""
    seen = {
        prompt: [look for portrait, look in zip(portraits, looks, strict=True) if portrait.file.prompt == prompt]
        for prompt in (PLAIN, STYLED)
    }
    drawn = {(portrait.file.prompt, portrait.file.number): portrait.picture for portrait in portraits}
    pairs = [(drawn[PLAIN, number], drawn[STYLED, number]) for number in range(len(seen[PLAIN]))]
    return Judgement(
        step=portraits[0].file.step,
        plain=tuple(look.likeness for look in seen[PLAIN]),
        styled=tuple(look.likeness for look in seen[STYLED]),
        plain_shares=tuple(look.face_share for look in seen[PLAIN]),
        styled_shares=tuple(look.face_share for look in seen[STYLED]),
        difference=statistics.median(_difference(plain, styled) for plain, styled in pairs),
    )


def _difference(first: ByteArray, second: ByteArray) -> float:
    """Mean absolute difference of two pictures of one size, 0..1."""
    return float(np.abs(first.astype(np.float32) - second).mean() / 255)
