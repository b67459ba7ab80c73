"""Load Style LoRA: any LoRA file and a few words -> STYLE."""

from typing import Any

from comfy_api.latest import io

from ..facechain.style_file import STRONGEST
from ..facechain.style_from_lora import StyleWords, style_from_lora
from . import host, sockets

_STRENGTH = {"min": 0.0, "max": STRONGEST, "step": 0.05}


class LoadStyleLora(io.ComfyNode):
    """A look made of a LoRA of the host."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadStyleLora",
            display_name="Load Style LoRA",
            category="FaceChain/portrait",
            description="Makes a look of any style LoRA in models/loras: the file, a prompt and two strengths. "
            "For the bundled looks use Select Style.",
            search_aliases=["facechain", "load style lora", "style", "lora"],
            inputs=[
                io.Combo.Input(
                    "lora",
                    options=host.lora_names(),
                    tooltip="A LoRA for SD 1.5 or SDXL (safetensors) from models/loras. Its family is read from it.",
                ),
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    tooltip="Words of the look. A trigger phrase that the file names itself comes before them.",
                ),
                io.String.Input(
                    "negative_prompt",
                    default="",
                    multiline=True,
                    tooltip="What the look must not have; empty: the usual words against bad pictures.",
                ),
                io.Float.Input(
                    "style_strength",
                    default=0.6,
                    **_STRENGTH,
                    tooltip="Strength of this LoRA, 0 to 2. Less keeps more of the person; 0.25 to 0.75 is usual.",
                ),
                io.Float.Input(
                    "face_strength",
                    default=0.95,
                    **_STRENGTH,
                    tooltip="Strength of the face LoRA beside it, 0 to 2.",
                ),
            ],
            outputs=[sockets.Style.Output("loaded_style", display_name="style")],
        )

    @classmethod
    def validate_inputs(cls, lora: str) -> bool:
        """A LoRA that was added after the page was loaded stays valid; a missing one fails with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, lora: str, **_words: object) -> str:
        state = host.lora_path(lora).stat()
        return f"{state.st_size}|{state.st_mtime_ns}"

    @classmethod
    def execute(cls, lora: str, **words: Any) -> io.NodeOutput:
        return io.NodeOutput(style_from_lora(host.lora_path(lora), StyleWords(**words)))
