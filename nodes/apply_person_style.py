"""Apply Person and Style: MODEL and CLIP with both LoRAs, and the prompts that go with them."""

from typing import Any

from comfy_api.latest import io

from ..facechain.people import Person
from ..facechain.portrait_plan import Strengths, plan_portrait
from ..facechain.prompts import PromptAdditions
from ..facechain.style_file import Style
from . import host, sockets

FROM_STYLE = -1.0


class ApplyPersonStyle(io.ComfyNode):
    """A model that draws this person in this style."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainApplyPersonStyle",
            display_name="Apply Person and Style",
            category="FaceChain/portrait",
            description="Patches the style LoRA, then the face LoRA, and writes the prompts: trigger word, subject, "
            "what most photos of the person share, style, your additions.",
            search_aliases=["facechain", "style LoRA", "face LoRA", "prompt"],
            inputs=[
                io.Model.Input("model", tooltip="From the checkpoint that the person was trained on, or one like it."),
                io.Clip.Input("clip", tooltip="From the same checkpoint."),
                sockets.Person.Input("person", optional=True, tooltip="Unconnected: the style alone."),
                sockets.Style.Input("style", optional=True, tooltip="Unconnected: the person alone."),
                io.Float.Input(
                    "style_strength",
                    default=FROM_STYLE,
                    min=FROM_STYLE,
                    max=2.0,
                    step=0.05,
                    tooltip="Strength of the style LoRA; -1 takes the style's own, 0 leaves it out. More style costs "
                    "likeness.",
                ),
                io.Float.Input(
                    "face_strength",
                    default=FROM_STYLE,
                    min=FROM_STYLE,
                    max=2.0,
                    step=0.05,
                    tooltip="Strength of the face LoRA; -1 takes the style's own (0.95 without one), 0 leaves it out.",
                ),
                io.String.Input(
                    "more_positive",
                    default="",
                    multiline=True,
                    tooltip="Words to add at the end of the prompt, for example: outdoors, soft smile.",
                ),
                io.String.Input(
                    "more_negative",
                    default="",
                    multiline=True,
                    tooltip="Words to add to what is unwanted. A word of the person or of the style, for example "
                    "glasses, is taken out of the prompt.",
                ),
            ],
            outputs=[
                io.Model.Output("patched_model", display_name="model"),
                io.Clip.Output("patched_clip", display_name="clip"),
                io.String.Output("positive"),
                io.String.Output("negative"),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def execute(
        cls,
        model: Any,
        clip: Any,
        style_strength: float,
        face_strength: float,
        more_positive: str,
        more_negative: str,
        person: Person | None = None,
        style: Style | None = None,
    ) -> io.NodeOutput:
        plan = plan_portrait(
            person,
            style,
            strengths=Strengths(*(None if value < 0 else value for value in (style_strength, face_strength))),
            additions=PromptAdditions(more_positive, more_negative),
            family=host.base_family(model),
            lora_folders=host.lora_folders(),
        )
        for lora in plan.loras:
            model, clip = host.apply_lora(model, clip, lora.file, lora.strength)
        prompts = plan.prompts
        page = {
            "positive": prompts.positive,
            "negative": prompts.negative,
            "notes": list(plan.notes),
            "loras": [{"file": use.file.name, "strength": use.strength, "of": use.of} for use in plan.loras],
        }
        return io.NodeOutput(model, clip, prompts.positive, prompts.negative, ui={"facechain": [page]})
