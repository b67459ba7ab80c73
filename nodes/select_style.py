"""Select Style: style id -> STYLE."""

from comfy_api.latest import io

from ..facechain.styles import StyleCatalog
from . import host, sockets
from .style_places import found_style, style_state


class SelectStyle(io.ComfyNode):
    """A look from the style library."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainSelectStyle",
            display_name="Select Style",
            category="FaceChain/portrait",
            description="Chooses a look: its prompt, its strengths and, where its file is installed, its LoRA.",
            search_aliases=["facechain", "load style lora", "style"],
            inputs=[
                io.Combo.Input(
                    "style",
                    options=StyleCatalog(host.style_folders()).ids(),
                    tooltip="Bundled styles, and your own from models/facechain/styles; yours win where ids are equal.",
                ),
            ],
            outputs=[sockets.Style.Output("selected_style", display_name="style")],
        )

    @classmethod
    def validate_inputs(cls, style: str) -> bool:
        """A style that is added after the page was loaded stays valid; an unknown one fails with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, style: str) -> str:
        return style_state(style)

    @classmethod
    def execute(cls, style: str) -> io.NodeOutput:
        return io.NodeOutput(found_style(style))
