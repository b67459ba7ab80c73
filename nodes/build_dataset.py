"""Build Face Dataset: FACES and a name -> DATASET."""

from comfy_api.latest import io

from ..facechain.dataset import Dataset, build_dataset
from ..facechain.faces import FaceSet
from ..facechain.people import SUBJECTS, Subject
from . import host, sockets


class BuildFaceDataset(io.ComfyNode):
    """The training set of one person."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainBuildDataset",
            display_name="Build Face Dataset",
            category="FaceChain/training",
            description="Collects the accepted crops with their captions under a person's name.",
            search_aliases=["facechain", "dataset", "caption", "trigger word"],
            inputs=[
                sockets.Faces.Input("faces", tooltip="From Align Faces."),
                io.String.Input(
                    "person_name",
                    default="person1",
                    tooltip="Shown in Load Person. Training again under the same name replaces the person.",
                ),
                io.String.Input(
                    "trigger_word",
                    default="fcsks",
                    tooltip="The word that will stand for this person in prompts. Choose one that means nothing else.",
                ),
                io.Combo.Input(
                    "subject",
                    options=list(SUBJECTS),
                    default="person",
                    tooltip="What captions and prompts call the person. No model guesses it; you say it.",
                ),
                io.Int.Input(
                    "held_out",
                    default=0,
                    min=0,
                    max=5,
                    advanced=True,
                    tooltip="Crops kept out of training to measure its loss on. 0: all are trained on.",
                ),
            ],
            outputs=[sockets.Dataset.Output("dataset")],
        )

    @classmethod
    def execute(
        cls, faces: FaceSet, person_name: str, trigger_word: str, subject: Subject, held_out: int
    ) -> io.NodeOutput:
        dataset: Dataset = build_dataset(
            faces,
            host.private_folder("datasets"),
            person_name=person_name,
            trigger_word=trigger_word,
            subject=subject,
            held_out_count=held_out,
        )
        return io.NodeOutput(dataset)
