"""Weights that may become the result of a training that still runs, and what the portraits of its stops showed.

`candidate-000200.safetensors` holds weights; `judgements.json`, written after it, every stop's judgement and the
hashes of the weights. Both are dropped when the training is finished.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load, save
from torch import Tensor

from ..errors import TrainingFailed
from ..stored_files import write_atomically
from .choosing import LAST, Chosen, Judgement, choose
from .job import TrainJob

JUDGEMENTS_FILE = "judgements.json"
logger = logging.getLogger(__name__)


class Candidates:
    """Those of one job, also of its earlier runs."""

    def __init__(self, job: TrainJob, folder: Path) -> None:
        self._how = job.choose
        self._folder = folder
        # The id is blind for some of these where likeness chooses nothing; compared they must be equal all the same.
        self._of = [job.id, job.samples, job.sample_steps, job.analyzer_id]
        self.judgements, self._hashes = self._read()

    def add(self, judgement: Judgement, weights: Callable[[], Mapping[str, Tensor]]) -> None:
        """`judgement` is kept, and what `weights` gives as long as it may be chosen.

        Raises TrainingFailed if the disk is full; everything kept before is untouched then.
        """
        judgements = sorted([*self.judgements, judgement], key=lambda stop: stop.step)
        chosen = choose(self._how, judgements, judgement.step)
        needed = () if chosen.how == LAST else chosen.steps
        hashes = {step: digest for step, digest in self._hashes.items() if step in needed}
        if judgement.step in needed:
            body = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights().items()})
            hashes[judgement.step] = hashlib.sha256(body).hexdigest()
            self._write(_file(self._folder, judgement.step), body)
        content = {"of": self._of, "judgements": [asdict(stop) for stop in judgements], "sha256": hashes}
        self._write(self._folder / JUDGEMENTS_FILE, json.dumps(content).encode())
        for step in self._hashes.keys() - hashes.keys():
            _file(self._folder, step).unlink(missing_ok=True)
        self.judgements, self._hashes = judgements, hashes

    def result(self, step: int, weights: Callable[[], Mapping[str, Tensor]]) -> tuple[Chosen, Mapping[str, Tensor]]:
        """What becomes the result of a training that ended after `step` with what `weights` gives."""
        chosen = choose(self._how, self.judgements, step)
        if chosen.how == LAST:
            return chosen, weights()
        kept = [self._weights(each) for each in chosen.steps]
        whole = [each for each in kept if each is not None]
        if len(whole) < len(kept):
            names = ", ".join(str(each) for each in chosen.steps)
            why = f"The weights kept of step {names} are damaged: the weights of the end are taken instead."
            return Chosen(LAST, (step,), why, chosen.judgements), weights()
        return chosen, whole[0] if len(whole) == 1 else _mean(whole)

    def _weights(self, step: int) -> dict[str, Tensor] | None:
        """The weights kept of `step`; None if they are damaged or gone."""
        try:
            body = _file(self._folder, step).read_bytes()
        except OSError as error:
            logger.warning("The candidate of step %d cannot be read: %s", step, error)
            return None
        return load(body) if hashlib.sha256(body).hexdigest() == self._hashes.get(step) else None

    def _read(self) -> tuple[list[Judgement], dict[int, str]]:
        """Judgements by step, and hashes of weights; empty if there are none, if they are damaged or of another job."""
        try:
            content = json.loads((self._folder / JUDGEMENTS_FILE).read_bytes())
            if content["of"] != self._of:
                return [], {}
            hashes = {int(step): str(digest) for step, digest in content["sha256"].items()}
            return [Judgement.from_json(stop) for stop in content["judgements"]], hashes
        except FileNotFoundError:
            return [], {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("%s is damaged (%s), portraits are judged from here on", JUDGEMENTS_FILE, error)
            return [], {}

    def _write(self, file: Path, body: bytes) -> None:
        try:
            write_atomically(file, body)
        except OSError as error:
            raise TrainingFailed(
                f"{file.name} ({len(body) / 1e6:.0f} MB) cannot be written: {error.strerror}. "
                "Make room on the disk and queue the same job again."
            ) from None


def drop_candidates(folder: Path) -> None:
    """Removes every candidate and judgement of a finished training."""
    for file in (folder / JUDGEMENTS_FILE, *folder.glob("candidate-*.safetensors")):
        file.unlink(missing_ok=True)


def _file(folder: Path, step: int) -> Path:
    return folder / f"candidate-{step:06d}.safetensors"


def _mean(candidates: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Of each weight. The halves of a LoRA are averaged, not their products: stops of one training lie close."""
    return {name: torch.stack([weights[name] for weights in candidates]).mean(0) for name in candidates[0]}
