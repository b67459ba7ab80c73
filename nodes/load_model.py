"""Load Face Model: role and catalogue id -> handle."""

from comfy_api.latest import io

from ..facechain.providers.model_choices import chosen_model, model_choices
from . import host, sockets


class LoadFaceModel(io.ComfyNode):
    """Which model does one job."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadFaceModel",
            display_name="Load Face Model",
            category="FaceChain/tools",
            description="Chooses the model for one job, for example face parsing. Without it nodes choose themselves; "
            "a face restorer runs only when one is connected.",
            search_aliases=["facechain", "model", "parser", "pose", "bisenet", "inswapper", "swapper", "gfpgan"],
            inputs=[
                io.Combo.Input(
                    "model",
                    options=model_choices(),
                    default="face parser: embedded",
                    tooltip="Job and model; connect it to the input of that job. embedded: runs anywhere, free for any "
                    "use. selfie_multiclass, gfpgan and restoreformer: free for any use. bisenet, gpen and all face "
                    "swappers: for research, not for commercial use. segformer: licence unknown. Those for research "
                    "and those with unknown licence are to be accepted once. none: do it without a network.",
                ),
            ],
            outputs=[sockets.Model.Output("face_model", display_name="model")],
        )

    @classmethod
    def validate_inputs(cls, model: str) -> bool:
        """A model of another version stays valid in a shared graph; an unknown one fails with a message."""
        return True

    @classmethod
    def execute(cls, model: str) -> io.NodeOutput:
        return io.NodeOutput(host.model_handle(*chosen_model(model)))
