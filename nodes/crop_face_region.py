"""Crop Face Region: one face of a template as a square picture to redraw, with its mask."""

from typing import Any

from comfy_api.latest import io, ui

from ..facechain.crop_face_region import crop_face_region
from ..facechain.people import Person
from ..facechain.template_region import RegionOptions
from ..facechain.which_face import FaceOrder, WhichFace
from . import sockets
from .identity import identity_of, seen_by
from .open_models import open_analyzer
from .tensors import arrays_from_images, image_from_array, mask_from_arrays
from .which_face import which_face_inputs


class CropFaceRegion(io.ComfyNode):
    """The square around one face."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainCropFaceRegion",
            display_name="Crop Face Region",
            category="FaceChain/template",
            description="Cuts the square around one face out of a template, scaled for redrawing, with a mask of the "
            "face and its surroundings. Other faces are never in the mask.",
            search_aliases=["facechain", "template", "inpaint face", "crop face"],
            has_intermediate_output=True,
            inputs=[
                io.Image.Input("template", tooltip="A picture with one or more faces; of several the first counts."),
                sockets.Person.Input("person", optional=True, tooltip="Only to choose the face by likeness."),
                sockets.Analyzer.Input(
                    "analyzer", optional=True, tooltip="Unconnected: the person's, else the best that is installed."
                ),
                *which_face_inputs(FaceOrder.POSITION),
                io.Int.Input(
                    "region_px",
                    default=512,
                    min=64,
                    max=2048,
                    step=8,
                    tooltip="Side of the region in px, as the checkpoint draws best: 512 for SD 1.5, 1024 for SDXL.",
                ),
                io.Float.Input(
                    "face_ratio",
                    default=0.45,
                    min=0.1,
                    max=0.9,
                    step=0.05,
                    advanced=True,
                    tooltip="Share of the region's side that the face takes. Less shows more of what is around it.",
                ),
                io.Float.Input(
                    "mask_growth",
                    default=0.06,
                    min=0.0,
                    max=0.5,
                    step=0.01,
                    advanced=True,
                    tooltip="How far the mask reaches beyond the face, as a share of its size; more below the eyes.",
                ),
            ],
            outputs=[
                io.Image.Output("region_image"),
                io.Mask.Output("region_mask"),
                sockets.Region.Output("region", tooltip="Where it was cut; for Paste Face Region."),
                io.Image.Output("overlay", tooltip="The template with all faces numbered and this one marked."),
            ],
        )

    @classmethod
    def execute(
        cls,
        template: Any,
        which_face: str,
        face_number: int,
        region_px: int,
        face_ratio: float,
        mask_growth: float,
        person: Person | None = None,
        analyzer: Any = None,
    ) -> io.NodeOutput:
        models = open_analyzer(analyzer, seen_by=seen_by([person] if person else None))
        known = identity_of([person], None, models).embeddings if person else ()
        which = WhichFace(FaceOrder(which_face), face_number, known)
        options = RegionOptions(face_ratio, region_px, mask_growth)
        cropped = crop_face_region(arrays_from_images(template)[0], models, which, options)
        overlay = image_from_array(cropped.overlay)
        return io.NodeOutput(
            image_from_array(cropped.region.picture),
            mask_from_arrays([cropped.region.mask]),
            cropped.region,
            overlay,
            ui={**ui.PreviewImage(overlay, cls=cls).as_dict(), "facechain": [cropped.report()]},
        )
