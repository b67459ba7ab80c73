"""Save Style: a STYLE under a name -> the style library."""

from typing import Any

from comfy_api.latest import io, ui

from ..facechain.named_style import StyleChanges, named_style
from ..facechain.style_file import STRONGEST, Style
from ..facechain.style_lora import locate_style_lora
from . import host, sockets
from .style_places import first_sights, library, seen_style, tell_pages
from .tensors import PicturesOfImages, image_from_arrays

FROM_STYLE = -1.0
_STRENGTH = {"default": FROM_STYLE, "min": FROM_STYLE, "max": STRONGEST, "step": 0.05, "optional": True}


class SaveStyle(io.ComfyNode):
    """A look that is kept in the style library."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainSaveStyle",
            display_name="Save Style",
            category="FaceChain/portrait",
            description="Keeps a look under a name in models/facechain/styles, for Select Style: its words, its "
            "strengths, which LoRA file it was made with, and a picture.",
            search_aliases=["facechain", "save style", "style library", "save preset"],
            inputs=[
                sockets.Style.Input("style", tooltip="From Select Style or Load Style LoRA."),
                io.String.Input(
                    "name", default="my style", tooltip="Shown in the gallery. The id and the file are named by it."
                ),
                io.Boolean.Input(
                    "overwrite",
                    default=False,
                    tooltip="On: a style of this name is replaced; in front of a bundled one yours is put.",
                ),
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="More words of the look, after those of the style. Say nothing about the person.",
                ),
                io.String.Input(
                    "negative_prompt",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="More words against what the look must not have.",
                ),
                io.Float.Input(
                    "style_strength", **_STRENGTH, tooltip="Strength of the style LoRA; -1 keeps the style's own."
                ),
                io.Float.Input(
                    "face_strength",
                    **_STRENGTH,
                    tooltip="Strength of the face LoRA beside it; -1 keeps the style's own.",
                ),
                io.String.Input(
                    "title_zh",
                    default="",
                    optional=True,
                    advanced=True,
                    tooltip="Name on a Chinese page; empty: the same name.",
                ),
                io.Image.Input(
                    "preview",
                    optional=True,
                    tooltip="The first picture is shown in the gallery, at most 512 px. It shows the person: "
                    "choose one that may be seen.",
                ),
            ],
            outputs=[sockets.Style.Output("saved_style", display_name="style")],
            is_output_node=True,
            is_input_list=True,
        )

    @classmethod
    def fingerprint_inputs(cls, **_inputs: object) -> int:
        """A style that was deleted since is saved again."""
        return library().deletion_count()

    @classmethod
    def execute(
        cls,
        style: list[Style],
        name: list[str],
        overwrite: list[bool],
        preview: list[Any] | None = None,
        **words: list[Any],
    ) -> io.NodeOutput:
        file = locate_style_lora(style[0], host.lora_folders()).file
        sha256 = first_sights().sha256(file) if file else None
        kept = named_style(style[0], StyleChanges(name[0], **_said(words)), sha256)
        pictures = PicturesOfImages(preview or [])[:1]
        saved = library().save(kept, *pictures, overwrite=overwrite[0])
        tell_pages({"style": saved.id})
        notes = library().notes_on(saved.id)
        host.show_text(" ".join([f'Saved as "{saved.id}".', *notes]))
        page = {"style": saved.id, "title": saved.title.en, "notes": notes}
        shown = ui.PreviewImage(image_from_arrays(pictures), cls=cls).as_dict() if pictures else {}
        return io.NodeOutput(seen_style(saved), ui={"facechain": [page], **shown})


def _said(words: dict[str, list[Any]]) -> dict[str, Any]:
    """The first of each list; a strength below zero says nothing."""
    first = {key: values[0] for key, values in words.items()}
    return {key: None if isinstance(value, int | float) and value < 0 else value for key, value in first.items()}
