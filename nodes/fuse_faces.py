"""Fuse Faces: the person's face onto the face in each picture."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.fuse_pictures import FuseOptions, WithoutFace, fuse_pictures
from ..facechain.fusion_sheet import draw_fusion_sheet
from ..facechain.fusion_target import SpectaclesOf
from ..facechain.people import Person
from ..facechain.which_face import FaceOrder
from . import host, sockets
from .identity import first_of, identity_of, seen_by
from .open_models import open_analyzer
from .tensors import arrays_from_images, image_from_array, mask_from_arrays
from .which_face import which_face_inputs


class FuseFaces(io.ComfyNode):
    """Pictures with the person's face."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainFuseFaces",
            display_name="Fuse Faces",
            category="FaceChain/portrait",
            description="Lays the person's features onto a face in the picture, which keeps its shape, light and "
            "colour. A picture in which the features would move stays unchanged, and the report says why.",
            search_aliases=["facechain", "fuse", "face swap", "face fusion"],
            is_input_list=True,
            inputs=[
                io.Image.Input("target", tooltip="Pictures to change; every picture keeps its size."),
                sockets.Person.Input("person", optional=True, tooltip="Whose face. Or connect a reference picture."),
                io.Image.Input("reference", optional=True, tooltip="A picture of the face to lay in, instead."),
                sockets.Analyzer.Input(
                    "analyzer", optional=True, tooltip="Unconnected: the person's, else the best that is installed."
                ),
                *which_face_inputs(),
                io.Combo.Input(
                    "without_face",
                    options=WithoutFace,
                    default=WithoutFace.KEEP,
                    advanced=True,
                    tooltip="keep: a picture without a face goes on unchanged and the report says so. error: stop.",
                ),
                io.Combo.Input(
                    "spectacles",
                    options=SpectaclesOf,
                    default=SpectaclesOf.TARGET,
                    optional=True,
                    advanced=True,
                    tooltip="Whose spectacles, or none. target: as in the picture, the person's eyes behind them. "
                    "person: as in the reference; those in the picture are painted over.",
                ),
            ],
            outputs=[
                io.Image.Output("images", is_output_list=True),
                io.Mask.Output("masks", is_output_list=True),
                io.String.Output("report"),
                io.Image.Output("comparison", tooltip="Every face before and after, with likeness."),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def execute(
        cls,
        target: list[Any],
        which_face: list[str],
        face_number: list[int],
        without_face: list[str],
        person: list[Person] | None = None,
        reference: list[Any] | None = None,
        analyzer: list[Any] | None = None,
        spectacles: list[str] | None = None,
    ) -> io.NodeOutput:
        models = open_analyzer(first_of(analyzer), seen_by=seen_by(person))
        identity = identity_of(person, reference, models)
        worn = SpectaclesOf((spectacles or [SpectaclesOf.TARGET.value])[0])
        options = FuseOptions(FaceOrder(which_face[0]), face_number[0], WithoutFace(without_face[0]), worn)
        targets = arrays_from_images(target)
        fused = fuse_pictures(targets, identity, models, options, host.NodeProgress())
        report, sheet = fused.report(), image_from_array(draw_fusion_sheet(targets, fused))
        return io.NodeOutput(
            [image_from_array(picture.image) for picture in fused.pictures],
            [mask_from_arrays([picture.mask]) for picture in fused.pictures],
            json.dumps(report, ensure_ascii=False),
            sheet,
            ui={**ui.PreviewImage(sheet, cls=cls).as_dict(), "facechain": [report]},
        )
