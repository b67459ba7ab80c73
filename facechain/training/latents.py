"""Everything about the dataset that does not change during training, computed once.

The VAE is 63 % of an uncached step at 512 pixels. Mean and variance are kept, not one sample: so
every step draws afresh. The cache lies in the job folder until the training is finished.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.modeling_outputs import AutoencoderKLOutput
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ..errors import DatasetUnreadable
from ..stored_files import write_atomically
from .conditioning import Conditioning
from .device import release_freed_memory
from .families import family_of
from .job import TrainJob
from .samples import Manifest, Sample

CACHE_FILE = "cache.safetensors"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cache:
    """All samples, in the manifest's order. Float32."""

    mean: Tensor
    """(N, 4, H, W): the VAE's mean, scaled for the U-Net."""
    deviation: Tensor
    """(N, 4, H, W): its standard deviation, scaled alike."""
    weight: Tensor
    """(N, 1, H, W): what an error counts at each place; mean 1 per sample."""
    tokens: Tensor
    """(N + 1 + prompts, 77, width): the encoded captions, the empty one, and the prompts of the sample portraits."""
    pooled: Tensor
    """(N + 1 + prompts, width), of width 0 where the family pools nothing."""

    def to(self, device: torch.device) -> Cache:
        """The same on `device`."""
        return Cache(*(getattr(self, name).to(device) for name in self.__slots__))

    def captions(self, indices: Sequence[int | None]) -> Conditioning:
        """The captions of samples by index; None stands for the empty caption."""
        empty = len(self.mean)
        return self._texts().rows([empty if index is None else index for index in indices])

    def prompt(self, number: int) -> Conditioning:
        """Prompt `number` of the sample portraits, behind the empty one: two rows, as guidance needs them."""
        empty = len(self.mean)
        return self._texts().rows([empty, empty + 1 + number])

    def _texts(self) -> Conditioning:
        return Conditioning(self.tokens, self.pooled if self.pooled.shape[1] else None)


def load_or_build_cache(
    job: TrainJob,
    manifest: Manifest,
    folder: Path,
    device: torch.device,
    on_sample: Callable[[int], None],
) -> Cache:
    """The job's cache on `device`: from `folder` if it lies there, whole and of this job.

    Calls `on_sample` with the index of every sample before it is computed.
    """
    path = folder / CACHE_FILE
    cache = _read(path, job.id)
    if cache is None:
        cache = build_cache(job, manifest, device, on_sample)
        tensors = {name: getattr(cache, name).contiguous() for name in Cache.__slots__}
        body = save(tensors, {"of": json.dumps([job.id, _digest(tensors)])})
        write_atomically(path, body)
        release_freed_memory(device)
    return cache.to(device)


def build_cache(job: TrainJob, manifest: Manifest, device: torch.device, on_sample: Callable[[int], None]) -> Cache:
    """The cache, computed on `device`, returned on the CPU."""
    family = family_of(job.family)
    vae = family.load_vae(job.base_checkpoint)
    vae.to(device)  # type: ignore[arg-type]  # diffusers wraps the method and loses its type
    moments = []
    for index, sample in enumerate(manifest.samples):
        on_sample(index)
        moments.append(_encode(vae, _pixels(sample, job.resolution), device))
    del vae
    mean = torch.stack([mean for mean, _ in moments]) * family.LATENT_SCALE
    deviation = torch.stack([deviation for _, deviation in moments]) * family.LATENT_SCALE
    weight = torch.stack([_weight(sample, job, mean.shape[-1]) for sample in manifest.samples])
    # The portraits' prompts also where none are drawn: the same batch gives the same bits.
    captions = [*(sample.caption for sample in manifest.samples), "", *manifest.portrait_prompts]
    text = encode_captions(job, captions, device)
    pooled = torch.zeros(len(captions), 0) if text.pooled is None else text.pooled
    return Cache(mean, deviation, weight, text.tokens, pooled)


@torch.no_grad()
def encode_captions(job: TrainJob, captions: Sequence[str], device: torch.device) -> Conditioning:
    """The captions as the base model's own text encoders see them; computed on `device`, float32 on the CPU."""
    load = family_of(job.family).load_text_encoders
    encoders = load(job.base_checkpoint, job.tokenizer_folder, clip_skip=job.clip_skip)
    for module in encoders.modules.values():
        nn.Module.to(module, device)  # transformers wraps the method and loses its type
    return encoders(captions).to(torch.device("cpu"), torch.float32)


def mask_weight(mask: Tensor, job: TrainJob) -> Tensor:
    """What an error counts, from a mask of 0..1: between the job's two weights, mean 1."""
    low, high = job.mask_background_weight, job.mask_face_weight
    weight = low + (high - low) * mask
    mean = weight.mean()
    return weight / mean if mean > 0 else torch.ones_like(weight)


def _weight(sample: Sample, job: TrainJob, size: int) -> Tensor:
    """(1, size, size); 1 everywhere for a sample without a mask."""
    if sample.mask is None:
        return torch.ones(1, size, size)
    mask = torch.from_numpy(_decode(sample.mask, "L", job.resolution)).float() / 255
    small = interpolate(mask[None, None], size=(size, size), mode="area")[0]
    return mask_weight(small, job)


def _pixels(sample: Sample, resolution: int) -> Tensor:
    """(1, 3, resolution, resolution) in -1..1."""
    pixels = torch.from_numpy(_decode(sample.image, "RGB", resolution)).float()
    return pixels.permute(2, 0, 1)[None] / 127.5 - 1


def _decode(path: Path, mode: str, resolution: int) -> np.ndarray:
    """The crop, scaled down to the training's resolution where it is larger."""
    try:
        with Image.open(path) as image:
            crop = image.convert(mode)
    except OSError as error:
        raise DatasetUnreadable(
            f"{path.name} in the dataset cannot be decoded ({error}). Build the dataset again."
        ) from None
    if crop.width != crop.height or crop.width < resolution:
        raise DatasetUnreadable(
            f"{path.name} in the dataset is {crop.width}x{crop.height} pixels, the job "
            f"wants {resolution}x{resolution}. Align the faces at that size, or lower the resolution."
        )
    return np.array(crop.resize((resolution, resolution), Image.Resampling.LANCZOS))


@torch.no_grad()
def _encode(vae: AutoencoderKL, pixels: Tensor, device: torch.device) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the latents, (4, H, W) each, on the CPU."""
    encoded = vae.encode(pixels.to(device))
    assert isinstance(encoded, AutoencoderKLOutput)
    distribution = encoded.latent_dist
    return distribution.mean[0].float().cpu(), distribution.std[0].float().cpu()


def _read(path: Path, job_id: str) -> Cache | None:
    """The cache in the file; None if there is none, if it is damaged, or of another job."""
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in Cache.__slots__}
            of = (file.metadata() or {}).get("of")
    except (SafetensorError, OSError) as error:
        logger.warning("The latent cache is damaged and is computed again: %s", error)
        return None
    return Cache(**tensors) if of == json.dumps([job_id, _digest(tensors)]) else None


def _digest(tensors: dict[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in Cache.__slots__:
        digest.update(tensors[name].numpy().tobytes())
    return digest.hexdigest()
