"""Which model family a checkpoint belongs to, told from the header of its file in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..base_families import FAMILY_TITLES
from ..errors import UnreadableCheckpoint, WrongBaseModel
from ..safetensors_header import read_header

TITLES = {
    **FAMILY_TITLES,
    "sd2": "Stable Diffusion 2",
    "sdxl-refiner": "the SDXL refiner",
    "sd3": "Stable Diffusion 3",
    "flux": "Flux",
    "lora": "a LoRA, not a checkpoint",
    "unknown": "no model that FaceChain knows",
}
VARIANT_TITLES = {
    "inpaint": "a {} inpainting model (9 input channels)",
    "edit": "a {} InstructPix2Pix model (8 input channels)",
}

UNET = "model.diffusion_model."
FAMILY_BY_CONTEXT = {768: "sd15", 1024: "sd2", 1280: "sdxl-refiner", 2048: "sdxl"}
"""Width of the text that the U-Net's cross-attention reads."""
V_PREDICTION_KEY = "v_pred"
"""An empty tensor by which SDXL checkpoints of v-prediction say so; ComfyUI looks for it too."""
TEXT_ENCODERS = (("cond_stage_model.",), ("conditioner.embedders.0.", "conditioner.embedders.1."))
"""Beginnings of their names: SD 1.5 has one, SDXL two."""
VARIANT_BY_INPUTS = {4: "{}", 8: "{}-edit", 9: "{}-inpaint"}


@dataclass(frozen=True, slots=True)
class BaseModel:
    """What a checkpoint is."""

    family: str
    """A key of TITLES, or one with "-inpaint" or "-edit" behind it."""
    has_vae: bool
    has_text_encoder: bool
    prediction: str
    """"epsilon" or "v_prediction"; SD 1.5 files do not say it and count as "epsilon"."""
    is_random: bool
    """True for the checkpoints with random weights that demo and tests use."""

    @property
    def title(self) -> str:
        """The family in words."""
        family, _, variant = self.family.rpartition("-")
        return VARIANT_TITLES[variant].format(TITLES[family]) if variant in VARIANT_TITLES else TITLES[self.family]


def require_family(checkpoint: Path, *families: str) -> BaseModel:
    """The checkpoint's description, if it is a complete one of one of `families` ("sd15", "sdxl").

    Raises UnreadableCheckpoint for missing, truncated and pickled files and for ones without VAE
    or text encoder; WrongBaseModel, naming what it is and what is needed, for any other model.
    """
    model = describe_checkpoint(checkpoint)
    if model.family not in families:
        needed = " or ".join(TITLES[family] for family in families)
        raise WrongBaseModel(
            f"{checkpoint.name} is {model.title}, but {needed} is needed. Choose a {needed} checkpoint."
        )
    lacking = [part for part, there in (("VAE", model.has_vae), ("text encoder", model.has_text_encoder)) if not there]
    if lacking:
        raise UnreadableCheckpoint(
            f"{checkpoint.name} has no {' and no '.join(lacking)}. "
            "Choose a full checkpoint: U-Net, VAE and text encoder in one file."
        )
    return model


def describe_checkpoint(checkpoint: Path) -> BaseModel:
    """Family and parts of the file. Raises UnreadableCheckpoint if its header cannot be trusted."""
    header = read_header(checkpoint)
    names = header.shapes
    return BaseModel(
        family=_family(header.shapes),
        has_vae="first_stage_model.encoder.conv_in.weight" in names,
        has_text_encoder=any(all(_has(names, prefix) for prefix in together) for together in TEXT_ENCODERS),
        prediction="v_prediction" if V_PREDICTION_KEY in names else "epsilon",
        is_random=header.metadata.get("facechain.random") == "true",
    )


def _has(names: Iterable[str], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)


def _family(shapes: dict[str, tuple[int, ...]]) -> str:
    """Key of TITLES that the names and shapes belong to."""
    if any(".lora_down." in name or ".lora_A." in name for name in shapes):
        return "lora"
    if any(name.removeprefix(UNET).startswith("double_blocks.") for name in shapes):
        return "flux"
    if any(name.removeprefix(UNET).startswith("joint_blocks.") for name in shapes):
        return "sd3"
    first = shapes.get(f"{UNET}input_blocks.0.0.weight")
    context = next((s[1] for n, s in shapes.items() if n.endswith("attn2.to_k.weight")), 0)
    if first is None or len(first) != 4 or context not in FAMILY_BY_CONTEXT:
        return "unknown"
    return VARIANT_BY_INPUTS.get(first[1], "unknown").format(FAMILY_BY_CONTEXT[context])
