"""Parse Faces: hair, skin and so on of every crop, a mask for the training, and a new background."""

import json

from comfy_api.latest import io, ui

from ..facechain.backgrounds import Background
from ..facechain.faces import FaceSet
from ..facechain.kept_part import KeptPart
from ..facechain.parse_faces import (
    MOST_FEATHERED,
    MOST_GROWN,
    ParseOptions,
    parse_faces,
    parsed_pictures,
    parsing_report,
)
from ..facechain.providers.catalog import ModelHandle
from ..facechain.regions_sheet import draw_regions_sheet
from . import host, sockets
from .open_models import open_parser
from .tensors import image_from_array, image_from_arrays, mask_from_arrays


class ParseFaces(io.ComfyNode):
    """The same faces with regions and masks."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainParseFaces",
            display_name="Parse Faces",
            category="FaceChain/faces",
            description="Tells hair, skin, eyes, lips, neck, clothes and background apart in every crop. Training then "
            "looks at the kept part only, and the background can be replaced or made transparent.",
            search_aliases=["facechain", "parse", "face parsing", "segmentation", "matting", "head mask", "remove bg"],
            has_intermediate_output=True,
            inputs=[
                sockets.Faces.Input("faces", tooltip="From Align Faces or Retouch Faces."),
                io.Combo.Input(
                    "keep",
                    options=KeptPart,
                    default=KeptPart.HEAD,
                    tooltip="What training learns. head: face and hair, no clothes. person: with neck and clothes. "
                    "regions: those that are named below.",
                ),
                io.Combo.Input(
                    "background",
                    options=Background,
                    default=Background.KEPT,
                    tooltip="What is around the kept part. kept: the crops stay as they are, and the mask alone keeps "
                    "the rest out of training. white, black, blurred, color: replaced. transparent: the images get an "
                    "alpha channel, for Save Image; the faces stay as with kept.",
                ),
                io.String.Input(
                    "background_color",
                    default="#FFFFFF",
                    advanced=True,
                    tooltip="Colour for background color, as #RRGGBB, for example #438EDB.",
                ),
                io.String.Input(
                    "regions",
                    default="skin, brows, eyes, lips, mouth, glasses",
                    tooltip="For keep regions, with commas: background, skin, brows, eyes, lips, mouth, hair, neck, "
                    "clothes, glasses, hat. The default is the face without hair.",
                ),
                io.Float.Input(
                    "grow",
                    default=0.0,
                    min=-MOST_GROWN,
                    max=MOST_GROWN,
                    step=0.01,
                    advanced=True,
                    tooltip="How far the kept part reaches beyond its edge, as a share of the face; negative: it ends "
                    "inside. 0.05 is 8 px in a training crop of 512 px.",
                ),
                io.Float.Input(
                    "feather",
                    default=0.0,
                    min=0.0,
                    max=MOST_FEATHERED,
                    step=0.01,
                    advanced=True,
                    tooltip="Width over which the edge is blurred, as a share of the face. 0: hair stays as sharp as "
                    "it is.",
                ),
                sockets.Model.Input(
                    "parser",
                    optional=True,
                    tooltip="A face parser from Load Face Model. Unconnected: the best that is installed.",
                ),
            ],
            outputs=[
                sockets.Faces.Output("parsed_faces", display_name="faces"),
                io.Mask.Output("masks", tooltip="1 on the kept part, one per face."),
                io.Image.Output("images", tooltip="The crops, one per face; with alpha when transparent."),
                io.Image.Output("overlay", tooltip="The regions in colours over each crop."),
                io.String.Output("report", tooltip="JSON: what ran, and the share of each region."),
            ],
        )

    @classmethod
    def execute(
        cls,
        faces: FaceSet,
        keep: str,
        background: str,
        background_color: str,
        regions: str,
        grow: float,
        feather: float,
        parser: ModelHandle | None = None,
    ) -> io.NodeOutput:
        options = ParseOptions(KeptPart(keep), Background(background), background_color, regions, grow, feather)
        face_parser = open_parser(parser)
        parsed = parse_faces(faces, face_parser, options, host.NodeProgress())
        report = parsing_report(faces, parsed, options, face_parser)
        overlay = image_from_array(draw_regions_sheet(parsed))
        images = image_from_arrays(parsed_pictures(parsed, options))
        masks = mask_from_arrays([face.mask for face in parsed.faces if face.mask is not None])
        page = {**ui.PreviewImage(overlay, cls=cls).as_dict(), "facechain": [report]}
        text = json.dumps(report, ensure_ascii=False)
        return io.NodeOutput(parsed, masks, images, overlay, text, ui=page)
