"""Make ID Photo: a passport photo of each face, a sheet to print, and its measures."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.align import align_faces
from ..facechain.faces import FaceSet
from ..facechain.id_photo_colors import IdBackground, id_background_color
from ..facechain.id_photo_standards import STANDARDS, find_standard
from ..facechain.id_photos import ALIGNMENT, id_photos_report, make_id_photos
from . import host, sockets
from .identity import first_of
from .image_photos import photo_set_from_images
from .open_models import open_analyzer, open_parser
from .tensors import image_from_arrays


class MakeIdPhoto(io.ComfyNode):
    """One ID photo per face."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainMakeIdPhoto",
            display_name="Make ID Photo",
            category="FaceChain/portrait",
            description="Makes a passport photo: head height, eye line and print size as the standard wants them, on a "
            "plain background, and a sheet to print. Needs no diffusion.",
            search_aliases=["facechain", "id photo", "passport", "visa photo", "证件照"],
            is_input_list=True,
            is_output_node=True,
            inputs=[
                io.MultiType.Input(
                    "faces_or_images",
                    types=[sockets.Faces, io.Image],
                    tooltip="Photos of one person each, or faces from Align Faces with size 1024 and crop facechain.",
                ),
                io.Combo.Input(
                    "standard",
                    options=[standard.id for standard in STANDARDS],
                    default=STANDARDS[0].id,
                    tooltip="Print size and head position. icao_35x45: most countries. Ask your authority first.",
                ),
                io.Combo.Input(
                    "background",
                    options=IdBackground,
                    default=IdBackground.WHITE,
                    tooltip="Behind the person. Most authorities want white or light grey.",
                ),
                io.String.Input(
                    "custom_color",
                    default="#FFFFFF",
                    advanced=True,
                    tooltip="Colour as #RRGGBB, for background custom only.",
                ),
            ],
            outputs=[
                io.Image.Output("id_photos", tooltip="One per face, in print size at 300 dpi."),
                io.Image.Output("print_sheets", tooltip="One per face, 10 x 15 cm at 300 dpi, with cut marks."),
                io.Image.Output("guide", tooltip="Each ID photo with its measures and what to check."),
                io.String.Output("report"),
            ],
        )

    @classmethod
    def execute(
        cls, faces_or_images: list[Any], standard: list[str], background: list[str], custom_color: list[str]
    ) -> io.NodeOutput:
        faces, progress = _faces(faces_or_images), host.NodeProgress()
        color = id_background_color(IdBackground(background[0]), custom_color[0])
        finished = make_id_photos(faces, open_parser(), find_standard(standard[0]), color, progress)
        report = id_photos_report(finished, faces.verdicts)
        guide = image_from_arrays([one.guide for one in finished])
        page = {**ui.PreviewImage(guide, cls=cls).as_dict(), "facechain": [report]}
        return io.NodeOutput(
            image_from_arrays([one.photo.image for one in finished]),
            image_from_arrays([one.sheet for one in finished]),
            guide,
            json.dumps(report, ensure_ascii=False),
            ui=page,
        )


def _faces(faces_or_images: list[Any]) -> FaceSet:
    """The connected faces, or the largest face of each image, cut large enough for print."""
    given = first_of(faces_or_images)
    if isinstance(given, FaceSet):
        return given
    photos = photo_set_from_images(faces_or_images)
    return align_faces(open_analyzer(), photos, ALIGNMENT, host.NodeProgress())
