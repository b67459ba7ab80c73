"""The base model with the LoRA inside, on the device where it learns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .adapter import UNET, inject_adapter
from .conditioning import Conditioning
from .device import BASE_DTYPES
from .draws import seed_of
from .families import TextEncoders, family_of
from .few_pixels import multiply_where_pixels_are_few
from .job import TrainJob
from .latents import Cache
from .samples import Manifest
from .warm_start import warm_weights


class LearningModel:
    """U-Net and, where they learn too, text encoders."""

    def __init__(self, job: TrainJob, manifest: Manifest, cache: Cache, precision: str) -> None:
        """Loads the models onto the device of `cache`."""
        self._cache = cache
        self._captions = [*(sample.caption for sample in manifest.samples), "", *manifest.portrait_prompts]
        self._dtype = BASE_DTYPES[precision]
        self.device = cache.mean.device
        self.family = family_of(job.family)
        self.unet = self.family.load_unet(job.base_checkpoint, self._dtype)
        self._encoders = self._load_encoders(job) if job.text_encoder_learning_rate else None
        modules = {UNET: self.unet, **(self._encoders.modules if self._encoders else {})}
        for module in modules.values():
            nn.Module.to(module, self.device, self._dtype)  # transformers wraps the method and loses its type
        if self.device.type == "cpu":
            multiply_where_pixels_are_few(self.unet)
        self.adapter = inject_adapter(modules, job, self._dtype)
        if job.warm_start is not None:
            self.adapter.assign(warm_weights(job.warm_start, self.adapter.weights, job, self.family))
        self._dropouts = [part for module in modules.values() for part in _lora_dropouts(module)]

    def predict(self, noisy: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """What the model answers to `noisy` (B, 4, H, W) at `timesteps` (B,)."""
        told = conditioning.to(self.device, self._dtype)
        return self.family.predict(self.unet, noisy.to(self._dtype), timesteps, told)

    def encode(self, indices: Sequence[int | None]) -> Conditioning:
        """The captions of samples by index, None for the empty one; encoded anew where the text encoders learn."""
        if self._encoders is None:
            return self._cache.captions(indices)
        empty = len(self._cache.mean)
        return self._encoders([self._captions[empty if index is None else index] for index in indices])

    def prompt(self, number: int) -> Conditioning:
        """Prompt `number` of the sample portraits, behind the empty one."""
        if self._encoders is None:
            return self._cache.prompt(number)
        empty = len(self._cache.mean)
        return self._encoders([self._captions[empty], self._captions[empty + 1 + number]])

    def recompute_activations(self) -> None:
        """From now on activations are computed twice instead of kept: a third slower, much smaller."""
        self.unet.enable_gradient_checkpointing()  # type: ignore[operator]  # of diffusers' models

    @contextmanager
    def learning(self, *key: object) -> Iterator[None]:
        """Inside, the LoRA's dropout is at work, drawn from `key` alone."""
        if not self._dropouts:
            yield
            return
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(seed_of(*key))
            for dropout in self._dropouts:
                dropout.train()
            try:
                yield
            finally:
                for dropout in self._dropouts:
                    dropout.eval()

    def _load_encoders(self, job: TrainJob) -> TextEncoders:
        load = self.family.load_text_encoders
        return load(job.base_checkpoint, job.tokenizer_folder, clip_skip=job.clip_skip)


def _lora_dropouts(module: nn.Module) -> list[nn.Module]:
    return [part for name, part in module.named_modules() if ".lora_dropout." in name and isinstance(part, nn.Dropout)]
