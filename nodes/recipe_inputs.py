"""The inputs of Train Face LoRA that a preset fills, and how such inputs are made."""

from collections.abc import Iterable

from comfy_api.latest import io

from ..facechain.training.job import CHOICES
from ..facechain.training.preset import DEFAULT, FROM_PRESET, preset_ids
from . import host

NO_LORA = "(none)"
FROM = "as the preset has it"


def recipe_inputs() -> list[io.Input]:
    """The preset, and what of it a person may change."""
    return [
        io.Combo.Input(
            "preset",
            options=preset_ids(),
            default=DEFAULT,
            optional=True,
            tooltip="The recipe. best_likeness: keeps the weights whose samples are most alike. facechain_2023: "
            "FaceChain's own. kohya_default: what sd-scripts do unasked. quick_look: 150 steps, to see whether photos "
            "and checkpoint go together. What is set in the folded inputs wins over it.",
        ),
        choice(
            "lora_targets",
            "Layers that learn. attention: as FaceChain. kohya: every linear layer of the transformers. kohya_conv: "
            "the 3x3 convolutions too.",
        ),
        number("lora_dropout", f"Share of the values dropped on their way into the LoRA. -1: {FROM}.", most=0.9),
        number(
            "text_encoder_learning_rate",
            f"Size of a step for the text encoders. 0: they do not learn. -1: {FROM}. Half of the other is usual.",
            most=0.1,
            step=1e-6,
        ),
        count("gradient_accumulation", f"Batches per step: a larger batch in the same memory. 0: {FROM}.", most=64),
        number("noise_offset", f"Lets pictures become darker and lighter as a whole. -1: {FROM}; 0.05 is usual."),
        number(
            "min_snr_gamma",
            f"Steps with little noise count at most this signal-to-noise ratio. 0: off. -1: {FROM}; 5 is usual.",
            most=100.0,
            step=0.5,
        ),
        number(
            "ema_decay",
            f"Keeps the average of the weights over about 1 / (1 - decay) steps. 0: the last ones. -1: {FROM}.",
            most=0.9999,
            step=1e-4,
        ),
        number("caption_dropout", f"Share of crops shown with an empty caption, 0 to 1. -1: {FROM}."),
        count(
            "clip_skip",
            f"1: the text encoder's last layer. 2: the one before it, for anime checkpoints. 0: {FROM}. SDXL has one "
            "choice only.",
            most=12,
        ),
        count("warmup", f"Steps in which the learning rate rises from 0. -1: {FROM}.", most=10000),
        choice("lr_scheduler", "How the learning rate goes on: falling as half a cosine, or constant."),
        io.Combo.Input(
            "warm_start",
            options=[NO_LORA, *host.lora_names()],
            default=NO_LORA,
            optional=True,
            advanced=True,
            tooltip="LoRA in models/loras to begin with. It needs the same family, rank and layers.",
        ),
        count(
            "sample_every",
            f"Steps between two stops for sample portraits. 0: a quarter of the training. -1: {FROM}.",
            most=20000,
        ),
        choice(
            "choose",
            "Which weights are kept. best_likeness: of the stop whose portraits are most alike and still follow the "
            "prompt. average_best: the mean of the three best. last: the end's.",
        ),
    ]


def choice(name: str, tooltip: str) -> io.Input:
    """A folded choice that the preset makes unless a person does."""
    preset = str(FROM_PRESET[name])
    return option(name, [preset, *CHOICES[name]], f"{tooltip} {preset}: {FROM}.")


def option(name: str, options: Iterable[str], tooltip: str, *, optional: bool = True) -> io.Input:
    """A folded choice whose first option is the default."""
    listed = list(options)
    return io.Combo.Input(name, options=listed, default=listed[0], optional=optional, advanced=True, tooltip=tooltip)


def count(name: str, tooltip: str, *, most: int, optional: bool = True) -> io.Input:
    """A folded whole number whose lowest value, the default, leaves it to the preset."""
    low = int(FROM_PRESET[name])
    return io.Int.Input(name, default=low, min=low, max=most, optional=optional, advanced=True, tooltip=tooltip)


def number(name: str, tooltip: str, *, most: float = 1.0, step: float = 0.01, optional: bool = True) -> io.Input:
    """A folded number whose lowest value, the default, leaves it to the preset."""
    low = float(FROM_PRESET[name])
    return io.Float.Input(
        name,
        default=low,
        min=low,
        max=most,
        step=step,
        round=False,  # 1e-6 and 0.9995 would become 0 and 1
        optional=optional,
        advanced=True,
        tooltip=tooltip,
    )
