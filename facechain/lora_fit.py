"""Whether every layer of a LoRA has a place in a model: hosts only log what they leave out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .base_families import FAMILY_TITLES
from .errors import WrongBaseModel
from .lora_file import lora_family

Shape = tuple[int, ...]
_NO_LAYER = "bundle_emb."
"""Beginning of the text embeddings that some files bring along."""


@dataclass(frozen=True, slots=True)
class ModelPlaces:
    """What a MODEL and its CLIP can take."""

    family: str
    """"sd15", "sdxl" or the host's name for it."""
    shapes: Mapping[str, Shape | None]
    """Shape of the weight by the layer's name in kohya's spelling; None where it is part of a larger one."""


def require_fit(lora_name: str, tensors: Mapping[str, Shape], places: ModelPlaces) -> None:
    """Nothing, if every layer of the LoRA whose tensors have these shapes is in the model, in its size.

    `tensors` are named in kohya's spelling. Raises WrongBaseModel, which names both families.
    """
    family = lora_family(tensors)
    titles = FAMILY_TITLES | {"": "an unknown family"}
    found = titles.get(places.family, places.family)
    if family and family != places.family:
        raise WrongBaseModel(
            f"The LoRA {lora_name} is made for {titles[family]}, but the connected MODEL is {found}. "
            f"Load an {titles[family]} checkpoint, or choose another LoRA."
        )
    layers = {name.partition(".")[0] for name in tensors if not name.startswith(_NO_LAYER)}
    strange = sorted(layer for layer in layers if not _fits(layer, tensors, places))
    if strange or not layers:
        raise WrongBaseModel(
            f"{len(strange)} of {len(layers)} layers of the LoRA {lora_name}, made for {titles[family]}, do not fit "
            f"the connected MODEL and CLIP of {found}{f', the first is {strange[0]}' if strange else ''}. "
            "Load the checkpoint that the LoRA was trained on, or choose another LoRA."
        )


def _fits(layer: str, tensors: Mapping[str, Shape], places: ModelPlaces) -> bool:
    if layer not in places.shapes:
        return False
    place = places.shapes[layer]
    down, up = (tensors.get(f"{layer}.lora_{end}.weight") for end in ("down", "up"))
    # Other kinds of adapters, and those with a middle layer, have sizes of their own.
    if place is None or down is None or up is None or f"{layer}.lora_mid.weight" in tensors:
        return True
    return up[0] == place[0] and math.prod(down[1:]) == math.prod(place[1:])
