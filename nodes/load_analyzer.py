"""Load Face Analyzer: catalogue id -> handle."""

from comfy_api.latest import io

from ..facechain.providers.catalog import AUTO, model_ids
from ..facechain.providers.model_entry import Role
from . import host, sockets


class LoadFaceAnalyzer(io.ComfyNode):
    """Which models find faces and tell people apart."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadFaceAnalyzer",
            display_name="Load Face Analyzer",
            category="FaceChain/faces",
            description="Chooses the models that find faces and tell people apart. Without it nodes choose themselves.",
            search_aliases=["facechain", "face detection", "face recognition", "insightface"],
            inputs=[
                io.Combo.Input(
                    "analyzer",
                    options=[AUTO, *model_ids(Role.ANALYZER)],
                    tooltip="auto: the best that is installed. embedded: BlazeFace, a 468-point mesh and dlib's "
                    "identity network; runs anywhere, free for any use. yunet_sface: OpenCV's, free for any use. "
                    "buffalo_l, antelopev2: InsightFace's, not for commercial use, to be accepted once. "
                    "insightface: the same through that library.",
                ),
            ],
            outputs=[sockets.Analyzer.Output("face_analyzer", display_name="analyzer")],
        )

    @classmethod
    def validate_inputs(cls, analyzer: str) -> bool:
        """The id of another version stays valid in a shared graph; an unknown one fails with a message."""
        return True

    @classmethod
    def execute(cls, analyzer: str) -> io.NodeOutput:
        handle = host.model_handle(Role.ANALYZER, analyzer)
        handle.entry()  # an unknown id must fail here, where it was chosen
        return io.NodeOutput(handle)
