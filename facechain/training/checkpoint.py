"""The finished LoRA as a file that every loader reads: kohya's names, true alpha, known metadata.

diffusers' own writer drops alpha and uses names of which ComfyUI reads only a part. The file holds
no date and no path: equal jobs give equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ..errors import TrainingFailed
from ..stored_files import write_atomically
from .families import Family
from .job import TrainJob
from .samples import Manifest

DTYPES = {"fp16": torch.float16, "fp32": torch.float32}
STORED_NAMES = {torch.float16: "F16", torch.float32: "F32"}
LEGACY_HASH_START, LEGACY_HASH_BYTES = 0x100000, 0x10000
"""The part of the file that older user interfaces hash; kohya's sshs_legacy_hash."""


def export_lora(
    path: Path, weights: Mapping[str, Tensor], job: TrainJob, manifest: Manifest, family: Family, *, steps: int
) -> str:
    """sha256 of the LoRA, now at `path`. `weights`: "<part>.<layer>.down" and "....up" -> values.

    Raises TrainingFailed if a weight is not finite in the job's precision, or the disk is full.
    """
    tensors = kohya_tensors(weights, job, family)
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise TrainingFailed(
                f"{name} is not finite in {job.save_precision}. Lower the learning rate, or save in fp32."
            )
    metadata = lora_metadata(job, manifest, family, steps=steps)
    content = serialise(tensors, {**metadata, **_hashes(tensors, metadata)})
    try:
        write_atomically(path, content)
    except OSError as error:
        raise TrainingFailed(
            f"The LoRA ({len(content) / 1e6:.0f} MB) cannot be written: {error.strerror}. "
            "Make room on the disk and queue the same job again."
        ) from None
    return hashlib.sha256(content).hexdigest()


def kohya_tensors(weights: Mapping[str, Tensor], job: TrainJob, family: Family) -> dict[str, Tensor]:
    """`<lora name>.lora_down.weight`, `.lora_up.weight` and `.alpha`, on the CPU."""
    tensors = {}
    for name, value in weights.items():
        layer, _, half = name.rpartition(".")
        lora = family.kohya_name(*layer.split(".", 1))
        stored = value.detach().cpu().to(DTYPES[job.save_precision]).contiguous()
        tensors[f"{lora}.lora_{half}.weight"] = stored
        tensors[f"{lora}.alpha"] = torch.tensor(float(job.lora_alpha))
    return tensors


def lora_metadata(job: TrainJob, manifest: Manifest, family: Family, *, steps: int) -> dict[str, str]:
    """What user interfaces show: names of kohya (ss_) and of the model specification."""
    trained = [sample for sample in manifest.samples if not sample.held_out]
    tags = Counter(tag.strip() for sample in trained for tag in sample.caption.split(","))
    repeats = sum(sample.repeats for sample in trained)
    return {
        **family.METADATA,
        "modelspec.prediction_type": job.prediction,
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(job.lora_rank),
        "ss_network_alpha": str(job.lora_alpha),
        "ss_network_args": json.dumps(_convolutions(job)),
        "ss_network_dropout": str(job.lora_dropout or None),
        "ss_output_name": job.output_name,
        "ss_sd_model_name": job.base_checkpoint.name,
        "ss_new_sd_model_hash": job.base_sha256,
        "ss_learning_rate": str(job.learning_rate),
        "ss_unet_lr": str(job.learning_rate),
        "ss_text_encoder_lr": str(job.text_encoder_learning_rate or None),
        "ss_optimizer": f"torch.optim.AdamW(weight_decay={job.weight_decay})",
        "ss_lr_scheduler": job.lr_scheduler,
        "ss_lr_warmup_steps": str(job.warmup),
        "ss_max_train_steps": str(job.steps),
        "ss_steps": str(steps),
        "ss_batch_size_per_device": str(job.batch_size),
        "ss_gradient_accumulation_steps": str(job.gradient_accumulation),
        "ss_resolution": f"({job.resolution}, {job.resolution})",
        "ss_num_train_images": str(repeats),
        "ss_num_reg_images": "0",
        "ss_clip_skip": str(job.clip_skip),
        "ss_seed": str(job.seed),
        "ss_mixed_precision": job.precision,
        "ss_min_snr_gamma": str(job.min_snr_gamma),
        "ss_noise_offset": str(job.noise_offset or None),
        "ss_caption_dropout_rate": str(job.caption_dropout),
        "ss_max_grad_norm": str(job.gradient_clip),
        "ss_tag_frequency": json.dumps({job.output_name: dict(sorted(tags.items()))}),
        "ss_dataset_dirs": json.dumps({job.output_name: {"n_repeats": 1, "img_count": len(trained)}}),
        "ss_training_comment": f"trigger word: {manifest.trigger_word}",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.title": job.output_name,
        "modelspec.resolution": f"{job.resolution}x{job.resolution}",
        "modelspec.trigger_phrase": manifest.trigger_word,
        "modelspec.usage_hint": f'Write "{manifest.trigger_word} {manifest.subject}" in the prompt.',
        "modelspec.tags": f"face, {manifest.subject}",
    }


def _convolutions(job: TrainJob) -> dict[str, str]:
    """How kohya says that the 3x3 convolutions learned too."""
    if job.lora_targets != "kohya_conv":
        return {}
    return {"conv_dim": str(job.lora_rank), "conv_alpha": str(job.lora_alpha)}


def serialise(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """A safetensors file. Unlike the library's, its bytes depend on nothing but the arguments:
    the library writes metadata in a random order.
    """
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0]))
    header: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    parts = []
    offset = 0
    for name, tensor in ordered:
        part = tensor.numpy().tobytes()
        header[name] = {
            "dtype": STORED_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(part)],
        }
        parts.append(part)
        offset += len(part)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # tensors begin at a multiple of 8 bytes
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def _hashes(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> dict[str, str]:
    """Hashes of the tensors alone: they stay when someone edits the metadata."""
    kohya_only = {name: value for name, value in metadata.items() if name.startswith("ss_")}
    content = serialise(tensors, kohya_only)
    (length,) = struct.unpack("<Q", content[:8])
    body = hashlib.sha256(content[8 + length :]).hexdigest()
    legacy = content[LEGACY_HASH_START : LEGACY_HASH_START + LEGACY_HASH_BYTES]
    return {
        "sshs_model_hash": body,
        "sshs_legacy_hash": hashlib.sha256(legacy).hexdigest()[:8],
        "modelspec.hash_sha256": f"0x{body}",
    }
