"""Load Base Checkpoint: the checkpoint that a person was trained on, or a chosen one -> MODEL, CLIP, VAE."""

from comfy_api.latest import io

from ..facechain.base_families import native_side
from ..facechain.people import Person
from . import host, sockets

PERSONS_OWN = "(the person's own)"


class LoadBaseCheckpoint(io.ComfyNode):
    """The model that portraits are drawn with."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadBaseCheckpoint",
            display_name="Load Base Checkpoint",
            category="FaceChain/portrait",
            description="Loads the checkpoint that the person was trained on, so that it is chosen once. "
            "Another checkpoint of the same family can be chosen instead.",
            search_aliases=["facechain", "load checkpoint", "base model"],
            inputs=[
                io.Combo.Input(
                    "checkpoint",
                    options=[PERSONS_OWN, *host.checkpoint_names()],
                    default=PERSONS_OWN,
                    tooltip="(the person's own): found in models/checkpoints by its content, however it is named. "
                    "Another one gives another look; likeness is best with the person's own.",
                ),
                sockets.Person.Input(
                    "person", optional=True, tooltip="Whose checkpoint. Not needed when one is chosen by name."
                ),
            ],
            outputs=[
                io.Model.Output("model"),
                io.Clip.Output("clip"),
                io.Vae.Output("vae"),
                io.Int.Output(
                    "portrait_side", tooltip="Side in px that this model draws best: 512 for SD 1.5, 1024 for SDXL."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, checkpoint: str) -> bool:
        """A checkpoint that was added after the page was loaded stays valid; a missing one fails with a message."""
        return True

    @classmethod
    def execute(cls, checkpoint: str, person: Person | None = None) -> io.NodeOutput:
        file = host.person_checkpoint(person) if checkpoint == PERSONS_OWN else host.checkpoint_path(checkpoint)
        model, clip, vae = host.load_checkpoint(file)
        return io.NodeOutput(model, clip, vae, native_side(host.base_family(model)))
