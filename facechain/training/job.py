"""A training run as one value: whatever is not in it does not influence the result."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InvalidSetting

JOB_FILE = "job.json"
SCHEMA = 1
TRAINER_VERSION = 2
"""Goes into the job's id: raise it when the same settings begin to give other weights."""

STEPS_PER_PHOTO = 200
MOST_DEFAULT_STEPS = 800
"""FaceChain's rule, min(200 x photos, 800); beyond it a face from few photos is overfitted."""

WHERE_NOT_WHAT = frozenset(
    {
        *("schema", "dataset_folder", "base_checkpoint", "tokenizer_folder", "warm_start", "models_folder"),
        *("device", "devices", "save_every", "gradient_checkpointing", "compute"),
    }
)
"""Fields that say where and how, not what: they leave the job's id alone."""

SAMPLING = frozenset({"samples", "sample_every", "sample_steps", "analyzer_id"})
"""Fields that matter only where portraits decide which weights are kept."""

NO_SHA256 = ""
"""Where there is no file."""

CHOICES = {
    "family": ("sd15", "sdxl"),
    "prediction": ("epsilon", "v_prediction"),
    "lora_targets": ("attention", "kohya", "kohya_conv"),
    "lr_scheduler": ("cosine", "constant"),
    "choose": ("best_likeness", "average_best", "last"),
    "gradient_checkpointing": ("auto", "on", "off"),
    "compute": ("eager", "compile"),
    "precision": ("auto", "fp32", "bf16", "fp16"),
    "device": ("auto", "cpu", "cuda"),
    "save_precision": ("fp16", "fp32"),
}

RANGES: dict[str, tuple[float, float]] = {
    "resolution": (64, 2048),
    "steps": (1, 100_000),
    "batch_size": (1, 64),
    "seed": (0, 2**63 - 1),
    "lora_rank": (1, 320),
    "lora_alpha": (0.001, 1024),
    "lora_dropout": (0, 0.9),
    "learning_rate": (1e-8, 1),
    "text_encoder_learning_rate": (0, 1),
    "gradient_accumulation": (1, 64),
    "warmup": (0, 100_000),
    "weight_decay": (0, 1),
    "gradient_clip": (0.001, 1e6),
    "min_snr_gamma": (0, 1000),
    "noise_offset": (0, 1),
    "ema_decay": (0, 0.99999),
    "caption_dropout": (0, 1),
    "clip_skip": (1, 12),
    "mask_face_weight": (0, 100),
    "mask_background_weight": (0, 100),
    "validate_every": (1, 100_000),
    "save_every": (1, 100_000),
    "samples": (0, 16),
    "sample_every": (0, 100_000),
    "sample_steps": (1, 100),
    "devices": (1, 64),
}
"""Lowest and highest value of every number, both allowed."""


def default_steps(photo_count: int) -> int:
    """Training steps for so many photos, at batch size 1."""
    return min(STEPS_PER_PHOTO * max(photo_count, 1), MOST_DEFAULT_STEPS)


@dataclass(frozen=True, slots=True)
class TrainJob:
    """Everything that a training run needs, checked on creation. Equal after a trip through JSON.

    Raises InvalidSetting naming the first setting out of range.
    """

    dataset_folder: Path
    dataset_sha256: str
    base_checkpoint: Path
    base_sha256: str
    tokenizer_folder: Path
    """A CLIP tokenizer: vocab.json and merges.txt."""
    output_name: str
    """Title in the LoRA's metadata; never a photo's name."""
    steps: int
    family: str = "sd15"
    prediction: str = "epsilon"
    """What the base model answers: the noise, or the velocity of v-prediction."""
    resolution: int = 512
    """Side of the square training crops in pixels; a multiple of 64."""
    batch_size: int = 1
    seed: int = 0
    lora_rank: int = 16
    lora_alpha: float = 8.0
    """The LoRA's effect is scaled by alpha / rank."""
    lora_targets: str = "kohya"
    """attention: q, k, v and out, as FaceChain. kohya: every linear layer of the transformers. kohya_conv: the 3x3
    convolutions too."""
    lora_dropout: float = 0.0
    """Share of the values that are dropped on their way into the LoRA."""
    warm_start: Path | None = None
    """A LoRA to begin with, of the same family, rank and targets."""
    warm_start_sha256: str = NO_SHA256
    learning_rate: float = 1e-4
    text_encoder_learning_rate: float = 0.0
    """0: the text encoders do not learn, and captions are encoded once."""
    lr_scheduler: str = "cosine"
    warmup: int = 0
    """Steps in which the learning rate rises from 0."""
    weight_decay: float = 0.01
    gradient_accumulation: int = 1
    """Batches whose gradients are summed for one step of the optimiser."""
    gradient_clip: float = 1.0
    """Largest norm of the whole gradient."""
    min_snr_gamma: float = 5.0
    """Steps with little noise count at most this signal-to-noise ratio; 0 turns it off."""
    noise_offset: float = 0.0
    """Share of a constant per channel in the noise, which lets pictures become darker and lighter as a whole."""
    ema_decay: float = 0.99
    """The result is the average of the weights over about 1 / (1 - decay) steps; 0: the last."""
    caption_dropout: float = 0.0
    """Share of draws that see the empty caption."""
    clip_skip: int = 1
    """1: the text encoder's last layer; 2: the one before it. SDXL always takes the one before it."""
    mask_face_weight: float = 1.0
    mask_background_weight: float = 0.1
    """What an error counts where the mask is 255, and where it is 0; normalised to a mean of 1."""
    precision: str = "auto"
    """auto: bf16 where the GPU has it, else fp16; fp32 on a CPU. Weights that learn are fp32."""
    save_precision: str = "fp16"
    validate_every: int = 100
    save_every: int = 100
    """Steps between two saved states; a state is saved every 60 seconds in any case."""
    samples: int = 0
    """Portraits of each of the two prompts, drawn at each stop of the training; 0 draws none."""
    sample_every: int = 0
    """Steps between two stops; 0: a quarter of the training."""
    sample_steps: int = 20
    """Denoising steps of such a portrait."""
    choose: str = "best_likeness"
    """Which weights become the result. best_likeness: those at the stop whose portraits are most alike to the person,
    as far as they still follow the prompt. average_best: the mean of the three best. last: the end's."""
    analyzer_id: str = "embedded"
    """Catalogue id of the face analyzer that judges the portraits."""
    models_folder: Path | None = None
    """Where the analyzer's files are; None: portraits are not judged."""
    device: str = "auto"
    devices: int = 1
    """Processes that share each batch, one per GPU, started by accelerate."""
    gradient_checkpointing: str = "auto"
    """auto: off until memory runs out. It computes activations twice instead of keeping them."""
    compute: str = "eager"
    """compile is checked against eager before it is used, and left out where their gradients differ."""
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        for name in ("dataset_folder", "base_checkpoint", "tokenizer_folder", "warm_start", "models_folder"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, Path(getattr(self, name)))
        types = {field.name: field.type for field in fields(self)}
        for name, kind in types.items():
            if kind == "float" and type(getattr(self, name)) is int:  # 8 and 8.0 are one job
                object.__setattr__(self, name, float(getattr(self, name)))
        for name, allowed in CHOICES.items():
            _check_choice(name, getattr(self, name), allowed)
        for name, (low, high) in RANGES.items():
            _check_number(name, getattr(self, name), low, high, whole=types[name] == "int")
        known = ("dataset_sha256", "base_sha256", *(["warm_start_sha256"] if self.warm_start else []))
        for name in known:
            _check_sha256(name, getattr(self, name))
        self._check_the_rest()

    def _check_the_rest(self) -> None:
        if self.schema != SCHEMA:
            raise InvalidSetting(f"The job has schema {self.schema}, this version reads {SCHEMA}. Queue it again.")
        if self.resolution % 64:
            raise InvalidSetting(f"resolution is {self.resolution}. Choose a multiple of 64.")
        if self.warmup >= self.steps:
            raise InvalidSetting(f"warmup is {self.warmup} of {self.steps} steps. Make it shorter than the training.")
        if not isinstance(self.output_name, str) or not self.output_name.strip():
            raise InvalidSetting("output_name is empty. Give the person a name.")
        if self.mask_face_weight == self.mask_background_weight == 0:
            raise InvalidSetting("Both mask weights are 0. Make one of them larger.")

    @property
    def id(self) -> str:
        """sha256 over everything that influences the result; not over paths or devices."""
        unimportant = WHERE_NOT_WHAT | (SAMPLING if self.choose == "last" else frozenset())
        what = {name: value for name, value in asdict(self).items() if name not in unimportant}
        text = json.dumps({"trainer": TRAINER_VERSION, **what}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> str:
        """One JSON object, fields in the order above."""
        return json.dumps(asdict(self), indent=1, default=str)

    @classmethod
    def from_json(cls, text: str) -> TrainJob:
        """The job that `to_json` wrote. Raises InvalidSetting if it is none."""
        try:
            settings = json.loads(text)
        except ValueError as error:
            raise InvalidSetting(f"The job is not JSON ({error}). Queue it again.") from None
        known = {field.name for field in fields(cls)}
        if not isinstance(settings, dict):
            raise InvalidSetting("The job is no JSON object. Queue it again.")
        if unknown := sorted(set(settings) - known):
            raise InvalidSetting(f"The job has unknown settings ({', '.join(unknown)}). Queue it again.")
        try:
            return cls(**settings)
        except TypeError as error:
            raise InvalidSetting(f"The job is incomplete ({error}). Queue it again.") from None


def _check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidSetting(f"{name} is {value!r}. Choose one of {', '.join(allowed)}.")


def _check_number(name: str, value: object, low: float, high: float, *, whole: bool) -> None:
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not low <= number <= high or (whole and not isinstance(value, int)):  # NaN fails the first
        kind = "a whole number" if whole else "a number"
        raise InvalidSetting(f"{name} is {value!r}. Choose {kind} from {low:g} to {high:g}.")


def _check_sha256(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise InvalidSetting(f"{name} is {value!r}. Give 64 lower-case hexadecimal digits.")
