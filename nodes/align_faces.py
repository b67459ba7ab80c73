"""Align Faces: photos -> upright face crops, and a verdict for every photo."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.align import AlignOptions, align_faces
from ..facechain.contact_sheet import draw_contact_sheet
from ..facechain.crops import CropPreset
from ..facechain.face_choice import FaceChoice
from ..facechain.photos import PhotoSet
from ..facechain.report import faces_report
from ..facechain.verdicts import Limits
from . import host, sockets
from .image_photos import photo_set_from_images
from .tensors import boxes_from_faces, image_from_array, image_from_arrays


class AlignFaces(io.ComfyNode):
    """One upright crop per accepted photo."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainAlignFaces",
            display_name="Align Faces",
            category="FaceChain/faces",
            description="Finds the person in each photo, turns and cuts the face upright, and says of every photo "
            "whether it is good for training and why not.",
            search_aliases=["facechain", "face-align", "face crop", "face detection"],
            is_input_list=True,
            has_intermediate_output=True,
            inputs=[
                io.MultiType.Input(
                    "photos", types=[sockets.Photos, io.Image], tooltip="From Load Portrait Photos, or any images."
                ),
                sockets.Analyzer.Input("analyzer", optional=True, tooltip="Unconnected: the embedded models."),
                io.Int.Input(
                    "size",
                    default=512,
                    min=112,
                    max=1024,
                    step=8,
                    tooltip="Side of the crops in px; 512 for SD 1.5 training.",
                ),
                io.Combo.Input(
                    "crop",
                    options=CropPreset,
                    default=CropPreset.FACECHAIN,
                    tooltip="facechain: head and shoulders, the face 30 % of the side. ffhq, arcface: tighter.",
                ),
                io.Combo.Input(
                    "several_faces",
                    options=FaceChoice,
                    default=FaceChoice.DOMINANT,
                    advanced=True,
                    tooltip="dominant: reject a photo unless one face has 4 times the area of the next. "
                    "largest, leftmost, rightmost: always take that face.",
                ),
                io.Float.Input(
                    "min_likeness",
                    default=0.5,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    advanced=True,
                    tooltip="Median likeness to the other photos below which a face is a stranger's; 0: never.",
                ),
            ],
            outputs=[
                sockets.Faces.Output("faces"),
                io.Image.Output("crops"),
                io.Image.Output("contact_sheet"),
                io.BoundingBox.Output("boxes"),
                io.String.Output("report"),
            ],
        )

    @classmethod
    def execute(
        cls,
        photos: list[Any],
        size: list[int],
        crop: list[str],
        several_faces: list[str],
        min_likeness: list[float],
        analyzer: list[Any] | None = None,
    ) -> io.NodeOutput:
        photo_set = photos[0] if isinstance(photos[0], PhotoSet) else photo_set_from_images(photos)
        options = AlignOptions(
            side_px=size[0],
            preset=CropPreset(crop[0]),
            choice=FaceChoice(several_faces[0]),
            limits=Limits(likeness=min_likeness[0]),
        )
        faces = align_faces(host.open_analyzer(analyzer), photo_set, options, host.NodeProgress())
        report = faces_report(faces)
        sheet = image_from_array(draw_contact_sheet(faces))
        page = {**ui.PreviewImage(sheet, cls=cls).as_dict(), "facechain": [report]}
        crops = image_from_arrays([face.crop for face in faces.faces])
        text = json.dumps(report, ensure_ascii=False)
        return io.NodeOutput(faces, crops, sheet, boxes_from_faces(faces), text, ui=page)
