"""Names of a LoRA's layers as kohya writes them: the one spelling that every program reads in full."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import UnreadableCheckpoint

METADATA_KEY = "lora_adapter_metadata"
"""Where diffusers keeps the settings of peft, as JSON with names such as "unet.lora_alpha"."""

_PREFIXES = {"unet": "lora_unet_", "text_encoder": "lora_te1_", "text_encoder_2": "lora_te2_"}
_ENDINGS = {
    "lora_down.weight": ("lora_down.weight", "lora_A.weight", "lora_A.default.weight", "lora.down.weight"),
    "lora_up.weight": ("lora_up.weight", "lora_B.weight", "lora_B.default.weight", "lora.up.weight"),
    "alpha": ("alpha",),
}
"""kohya's ending, and those that peft and diffusers have for the same tensor."""
_OLD_ENDINGS = re.compile(r"(?:_lora|\.lora_linear_layer)\.(?=(?:down|up)\.weight$)")
"""As diffusers wrote before it used peft; FaceChain still does."""
_PARTS = re.compile(
    r"(?:base_model\.model\.)?(?:(?P<part>unet|text_encoder_2|text_encoder)\.)?"
    r"(?P<layer>(?:down_blocks|mid_block|up_blocks|conv_in|conv_out|time_embedding|add_embedding|text_model|encoder)"
    r"(?:\.\w+)*)"
)
_CHECKPOINT_PARTS = re.compile(r"diffusion_model\.(?P<layer>\w+(?:\.\w+)*)")
"""ComfyUI's own way: names of the checkpoint's modules."""


def kohya_name(name: str) -> str:
    """`name` of a tensor of a LoRA file in kohya's spelling; as it is when it belongs to no known layer.

    Reads peft's and diffusers' names, those of FaceChain, and ComfyUI's own, for U-Nets and CLIP.
    """
    spelled = _OLD_ENDINGS.sub(".lora.", name)
    for ending, theirs in _ENDINGS.items():
        for each in theirs:
            if spelled.endswith(f".{each}") and (layer := _kohya_layer(spelled.removesuffix(f".{each}"))):
                return f"{layer}.{ending}"
    return name


def peft_alphas(names: Iterable[str], metadata: Mapping[str, str]) -> dict[str, float]:
    """The alpha of each layer in kohya's spelling, where the settings of peft in `metadata` tell it.

    Without it a layer acts with its full strength, which is what peft's own default means.
    Raises UnreadableCheckpoint if the settings are no JSON object.
    """
    settings = _settings(metadata)
    alphas: dict[str, float] = {}
    for name in names:
        layer, _, ending = kohya_name(name).partition(".")
        part, _, module = name.partition(".")
        special: dict[str, float] = settings.get(f"{part}.alpha_pattern") or {}
        fitting = (value for key, value in special.items() if f".{module}".partition(".lora_")[0].endswith(f".{key}"))
        alpha = next(fitting, settings.get(f"{part}.lora_alpha"))
        if ending == "lora_down.weight" and alpha is not None:
            alphas[layer] = float(alpha)
    return alphas


def _settings(metadata: Mapping[str, str]) -> dict[str, Any]:
    try:
        settings = json.loads(metadata.get(METADATA_KEY, "{}"))
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise UnreadableCheckpoint(
            f"The LoRA's settings ({METADATA_KEY}) are no JSON object, so its strength is unknown. "
            "Choose another file, or export it again."
        )
    return settings


def _kohya_layer(layer: str) -> str | None:
    if checkpoint := _CHECKPOINT_PARTS.fullmatch(layer):
        return f"{_PREFIXES['unet']}{checkpoint['layer'].replace('.', '_')}"
    parts = _PARTS.fullmatch(layer)
    if parts is None:
        return None
    module = parts["layer"].replace(".processor.", ".")
    if module.endswith(".to_out"):
        module += ".0"  # the processor's single layer is the first one of a list elsewhere
    is_text = module.startswith(("text_model.", "encoder."))
    if module.startswith("encoder."):
        module = f"text_model.{module}"  # transformers 5 leaves the level out
    part = parts["part"] or ("text_encoder" if is_text else "unet")
    return f"{_PREFIXES[part]}{module.replace('.', '_')}"
