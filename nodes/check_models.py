"""Check FaceChain Models: which models run on this installation, and what the others wait for."""

import json

from comfy_api.latest import io, ui

from ..facechain.models_sheet import draw_models_sheet
from ..facechain.providers.model_states import model_states
from ..facechain.providers.models_overview import models_overview, models_report
from ..facechain.providers.onnxruntime_installation import diagnose
from . import host
from .tensors import image_from_array


class CheckModels(io.ComfyNode):
    """A table of every model."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainCheckModels",
            display_name="Check FaceChain Models",
            category="FaceChain/tools",
            description="Shows for every model where it lies, its size, content and licence, which one runs now, and "
            "what to do for the others. Nothing is fetched or loaded.",
            search_aliases=["facechain", "doctor", "model check", "licence", "onnxruntime", "missing models"],
            is_output_node=True,
            inputs=[
                io.Boolean.Input(
                    "read_hashes",
                    default=False,
                    tooltip="Reads every model file to compare its sha256 with the published one: about a second for "
                    "each 500 MB, once per file. Off: only files up to 16 MB, and those read before.",
                ),
            ],
            outputs=[
                io.String.Output("report", tooltip="JSON, with every address and sha256."),
                io.Image.Output("table"),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, read_hashes: bool) -> float:
        """Never the same: files, licences and packages change without the graph."""
        return float("nan")

    @classmethod
    def execute(cls, read_hashes: bool) -> io.NodeOutput:
        locations, onnxruntime = host.model_locations(), diagnose()
        states = model_states(locations, hashes=read_hashes, progress=host.NodeProgress())
        report = models_report(states, locations, onnxruntime)
        table = image_from_array(draw_models_sheet(models_overview(states, locations, onnxruntime)))
        page = {**ui.PreviewImage(table, cls=cls).as_dict(), "facechain": [report]}
        return io.NodeOutput(json.dumps(report, ensure_ascii=False), table, ui=page)
