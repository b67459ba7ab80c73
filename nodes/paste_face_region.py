"""Paste Face Region: a redrawn region back into its template."""

from typing import Any

from comfy_api.latest import io

from ..facechain.paste_region import PasteArea, PasteOptions, paste_region
from ..facechain.template_region import TemplateRegion
from . import sockets
from .tensors import arrays_from_images, image_from_array, mask_from_arrays


class PasteFaceRegion(io.ComfyNode):
    """The template with one face redrawn."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainPasteFaceRegion",
            display_name="Paste Face Region",
            category="FaceChain/template",
            description="Puts a redrawn region back into its template with a soft seam. Other faces, and everything "
            "that was not redrawn, stay as they were, bit by bit.",
            search_aliases=["facechain", "template", "paste back", "stitch face"],
            inputs=[
                io.Image.Input(
                    "template", tooltip="The picture that the region was cut from, or the result of an earlier paste."
                ),
                io.Image.Input("redrawn", tooltip="The region after redrawing: square, best of the region's own size."),
                sockets.Region.Input("region", tooltip="From Crop Face Region."),
                io.Float.Input(
                    "feather",
                    default=0.04,
                    min=0.0,
                    max=0.25,
                    step=0.01,
                    tooltip="Width of the seam as a share of the region's side. Raise it if the seam shows.",
                ),
                io.Combo.Input(
                    "area",
                    options=PasteArea,
                    default=PasteArea.MASK,
                    advanced=True,
                    tooltip="mask: what changed inside the mask. region: all that changed, hair and shoulders too.",
                ),
            ],
            outputs=[
                io.Image.Output("pasted"),
                io.Mask.Output("pasted_mask", tooltip="Share of the redrawn picture, 0 where the template stayed."),
            ],
        )

    @classmethod
    def execute(cls, template: Any, redrawn: Any, region: TemplateRegion, feather: float, area: str) -> io.NodeOutput:
        (target, *_), (picture, *_) = arrays_from_images(template), arrays_from_images(redrawn)
        pasted = paste_region(target, picture, region, PasteOptions(feather, PasteArea(area)))
        return io.NodeOutput(image_from_array(pasted.image), mask_from_arrays([pasted.mask]))
