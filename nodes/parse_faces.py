"""Parse Faces: hair, skin and so on of every crop, a mask for the training, and a new background."""

from comfy_api.latest import io, ui

from ..facechain.backgrounds import Background
from ..facechain.faces import FaceSet
from ..facechain.parse_faces import KeptPart, ParseOptions, parse_faces, parsing_report
from ..facechain.regions_sheet import draw_regions_sheet
from . import host, sockets
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
            "looks at the kept part only, and the background can be replaced.",
            search_aliases=["facechain", "parse", "face parsing", "segmentation", "matting", "head mask"],
            has_intermediate_output=True,
            inputs=[
                sockets.Faces.Input("faces", tooltip="From Align Faces or Retouch Faces."),
                io.Combo.Input(
                    "keep",
                    options=KeptPart,
                    default=KeptPart.HEAD,
                    tooltip="What training learns. head: face and hair, no clothes. person: with neck and clothes.",
                ),
                io.Combo.Input(
                    "background",
                    options=Background,
                    default=Background.KEPT,
                    tooltip="What is around the kept part. kept: the crops stay as they are, and the mask alone keeps "
                    "the rest out of training. white, black, blurred, color: replaced.",
                ),
                io.String.Input(
                    "background_color",
                    default="#FFFFFF",
                    advanced=True,
                    tooltip="Colour for background color, as #RRGGBB, for example #438EDB.",
                ),
            ],
            outputs=[
                sockets.Faces.Output("parsed_faces", display_name="faces"),
                io.Mask.Output("masks", tooltip="1 on the kept part, one per face."),
                io.Image.Output("images", tooltip="The crops, one per face."),
                io.Image.Output("overlay", tooltip="The regions in colours over each crop."),
            ],
        )

    @classmethod
    def execute(cls, faces: FaceSet, keep: str, background: str, background_color: str) -> io.NodeOutput:
        options = ParseOptions(KeptPart(keep), Background(background), background_color)
        parsed = parse_faces(faces, host.open_parser(), options, host.NodeProgress())
        overlay = image_from_array(draw_regions_sheet(parsed))
        page = {**ui.PreviewImage(overlay, cls=cls).as_dict(), "facechain": [parsing_report(parsed, options)]}
        images = image_from_arrays([face.crop for face in parsed.faces])
        masks = mask_from_arrays([face.mask for face in parsed.faces if face.mask is not None])
        return io.NodeOutput(parsed, masks, images, overlay, ui=page)
