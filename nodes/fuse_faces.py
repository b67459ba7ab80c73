"""Fuse Faces: the person's face onto the face in each picture."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.fuse_pictures import FuseOptions, FusionNetworks, WithoutFace, fuse_pictures
from ..facechain.fusion_sheet import draw_fusion_sheet
from ..facechain.fusion_target import SpectaclesOf
from ..facechain.people import Person
from ..facechain.providers.catalog import ModelHandle
from ..facechain.which_face import FaceOrder
from . import host, sockets
from .identity import first_of, identity_of, seen_by
from .open_models import open_analyzer, open_parser, open_restorer, open_swapper
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
            "colour: with a face swapper if one is there, else without any network. A picture that would not become "
            "more like the person stays unchanged, and the report says why.",
            search_aliases=["facechain", "fuse", "face swap", "face fusion", "faceswap", "inswapper", "restore face"],
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
                    "person: as in the reference; those in the picture are painted over. A face swapper can do the "
                    "first only.",
                ),
                sockets.Model.Input(
                    "swapper",
                    optional=True,
                    tooltip="A face swapper from Load Face Model. Unconnected: the best that is installed, else the "
                    "fusion that needs none.",
                ),
                sockets.Model.Input(
                    "restorer",
                    optional=True,
                    tooltip="A face restorer from Load Face Model: sharpens the fused face. Unconnected: none.",
                ),
                sockets.Model.Input(
                    "parser",
                    optional=True,
                    tooltip="A face parser from Load Face Model, which sees hair and spectacles. Unconnected: the best "
                    "that is installed when a swapper runs, else none.",
                ),
                io.Float.Input(
                    "blend",
                    default=1.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    optional=True,
                    tooltip="Share of the fused face in the result. 1: all. 0.5: half of the picture shows through. 0: "
                    "the picture as it is.",
                ),
                io.Float.Input(
                    "restorer_strength",
                    default=0.5,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    optional=True,
                    advanced=True,
                    tooltip="How much of the restorer's face is taken. Much of it looks polished, and less like the "
                    "person.",
                ),
                io.Boolean.Input(
                    "keep_hair_and_glasses",
                    default=True,
                    optional=True,
                    advanced=True,
                    tooltip="What the parser sees over the face stays before it: hair, hat, hand, the frame of "
                    "spectacles.",
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
        swapper: list[ModelHandle] | None = None,
        restorer: list[ModelHandle] | None = None,
        parser: list[ModelHandle] | None = None,
        blend: list[float] | None = None,
        restorer_strength: list[float] | None = None,
        keep_hair_and_glasses: list[bool] | None = None,
    ) -> io.NodeOutput:
        options = FuseOptions(
            FaceOrder(which_face[0]),
            face_number[0],
            WithoutFace(without_face[0]),
            SpectaclesOf((spectacles or [SpectaclesOf.TARGET.value])[0]),
            blend=(blend or [1.0])[0],
            restorer_strength=(restorer_strength or [0.5])[0],
            keep_covering=(keep_hair_and_glasses or [True])[0],
        )
        targets = arrays_from_images(target)
        models = open_analyzer(first_of(analyzer), seen_by=seen_by(person))
        identity = identity_of(person, reference, models)
        networks = _networks(first_of(swapper), first_of(restorer), first_of(parser), options)
        fused = fuse_pictures(targets, identity, models, options, host.NodeProgress(), networks)
        report, sheet = fused.report(), image_from_array(draw_fusion_sheet(targets, fused))
        return io.NodeOutput(
            [image_from_array(picture.image) for picture in fused.pictures],
            [mask_from_arrays([picture.mask]) for picture in fused.pictures],
            json.dumps(report, ensure_ascii=False),
            sheet,
            ui={**ui.PreviewImage(sheet, cls=cls).as_dict(), "facechain": [report]},
        )


def _networks(
    swapper: ModelHandle | None, restorer: ModelHandle | None, parser: ModelHandle | None, options: FuseOptions
) -> FusionNetworks:
    swaps = open_swapper(swapper)
    # The mesh sees for itself what covers a face; a parser helps it only where somebody wants that.
    looks = options.keep_covering and (swaps is not None or parser is not None)
    return FusionNetworks(
        swaps,
        None if restorer is None else open_restorer(restorer),
        open_parser(parser) if looks else None,
    )
