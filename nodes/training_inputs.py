"""The inputs of Train Face LoRA. Later ones come last: saved workflows hold their values by place."""

from comfy_api.latest import io

from ..facechain.training.earlier_policy import Resume
from ..facechain.training.job import CHOICES
from ..facechain.training.session import IfNameExists
from . import host, sockets
from .recipe_inputs import FROM, count, number, option, recipe_inputs


def training_inputs() -> list[io.Input]:
    """All inputs, in the order of the node."""
    return [*_first_inputs(), *recipe_inputs(), *_place_inputs()]


def _first_inputs() -> list[io.Input]:
    """Those that every prompt must have."""
    return [
        sockets.Dataset.Input("dataset", tooltip="From Build Face Dataset."),
        io.Combo.Input(
            "base_checkpoint",
            options=host.checkpoint_names(),
            tooltip="SD 1.5 or SDXL checkpoint (safetensors) to train on; its family is read from it. Portraits work "
            "best with the same one.",
        ),
        count(
            "steps",
            f"Training steps. 0: {FROM}, mostly 200 per photo and at most 800. More than 1000 overfits a few photos.",
            most=20000,
            optional=False,
        ),
        io.Int.Input(
            "seed",
            default=42,
            min=0,
            max=2**63 - 1,
            control_after_generate=io.ControlAfterGenerate.fixed,
            tooltip="Another seed trains another LoRA; keep it fixed to find a finished training again.",
        ),
        io.Int.Input(
            "resolution",
            default=0,
            min=0,
            max=1024,
            step=64,
            advanced=True,
            tooltip="Side of the training crops in px. 0: 512 for SD 1.5, 1024 for SDXL; smaller is faster and worse.",
        ),
        count(
            "lora_rank",
            f"Capacity of the LoRA. 0: {FROM}. 16 holds a face; 4 is FaceChain's own choice.",
            most=128,
            optional=False,
        ),
        number(
            "lora_alpha",
            f"The LoRA acts with alpha / rank. 0: {FROM}, in proportion to the rank.",
            most=128.0,
            step=0.5,
            optional=False,
        ),
        number(
            "learning_rate",
            f"Size of a step. 0: {FROM}. Halve it when samples look burnt, double it when nothing changes.",
            most=0.1,
            step=1e-6,
            optional=False,
        ),
        count(
            "batch_size", f"Crops per step. 0: {FROM}. More needs more memory and fewer steps.", most=16, optional=False
        ),
        option(
            "precision",
            CHOICES["precision"],
            "auto: bf16 where the GPU has it, else fp16; fp32 on a CPU.",
            optional=False,
        ),
        io.Boolean.Input(
            "train_again",
            default=False,
            advanced=True,
            tooltip="Throws away a finished or stopped training of these very settings and starts from step 0.",
        ),
        count(
            "samples",
            "Portraits drawn of each of two prompts at each stop of the training, with their likeness. They decide "
            f"which weights are kept. -1: {FROM}; 0: none. Each takes seconds on a GPU and minutes on a CPU.",
            most=4,
            optional=False,
        ),
    ]


def _place_inputs() -> list[io.Input]:
    """Where and how it is trained, and what becomes of what is there already."""
    return [
        io.Int.Input(
            "devices",
            default=1,
            min=1,
            max=64,
            optional=True,
            advanced=True,
            tooltip="GPUs that share each batch; batch_size should be a multiple of it.",
        ),
        option(
            "gradient_checkpointing",
            CHOICES["gradient_checkpointing"],
            "Takes less memory and a third more time. auto: only when memory runs out.",
        ),
        option(
            "compute",
            CHOICES["compute"],
            "eager: as torch runs it. compile: faster steps on some GPUs; checked against eager before it is used.",
        ),
        option(
            "save_precision", CHOICES["save_precision"], "Of the numbers in the file. fp32 makes it twice as large."
        ),
        option(
            "if_name_exists",
            [choice.value for choice in IfNameExists],
            "When the library has a person of this name. new version: they get the new LoRA, and the earlier file "
            "stays until the next training. replace: earlier files are removed. error: nothing is trained.",
        ),
        option(
            "resume",
            [choice.value for choice in Resume],
            "When a training of these very settings was stopped. auto: it goes on. require: it goes on, and without "
            "one that is an error which names the settings that differ. never: as train_again.",
        ),
        sockets.Analyzer.Input(
            "analyzer",
            optional=True,
            tooltip="Judges the sample portraits. Unconnected: the one that saw the photos.",
        ),
    ]
