"""Align Faces: photos -> upright face crops, and a verdict for every photo."""

import json
from typing import Any

from comfy_api.latest import io, ui
from comfy_execution.graph import ExecutionBlocker

from ..facechain.align import AlignOptions, Faceless, Repeats, align_faces
from ..facechain.contact_sheet import draw_contact_sheet
from ..facechain.crops import DEFAULT_MARGIN, LARGEST_MARGIN, CropPreset
from ..facechain.face_choice import SeveralFaces
from ..facechain.faces import FaceSet
from ..facechain.people import Person
from ..facechain.providers.face_landmarks import faces_from_landmarks
from ..facechain.report import faces_report
from ..facechain.verdicts import Limits
from ..facechain.warp import Outside
from . import host, sockets
from .identity import first_of, identity_of, seen_by
from .image_photos import photo_set_from
from .open_models import open_analyzer, open_quality_scorer
from .tensors import boxes_from_faces, image_from_array, image_from_arrays

FaceLandmarks = io.Custom("FACE_LANDMARKS")
"""The host's own link; it is declared inside of its MediaPipe nodes, not in `io`."""
NO_FACES = "Align Faces found no usable face, so it has no faces to pass on. Its report says why."


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
                sockets.Analyzer.Input("analyzer", optional=True, tooltip="Unconnected: the best that is installed."),
                sockets.Person.Input(
                    "person",
                    optional=True,
                    tooltip="Whom the photos should show; others are strangers. Needed for likeness.",
                ),
                io.Image.Input("reference", optional=True, tooltip="A picture of that person, instead."),
                FaceLandmarks.Input(
                    "face_landmarks",
                    optional=True,
                    tooltip="Of the same images, from Detect Face Landmarks (MediaPipe), instead of searching faces.",
                ),
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
                    tooltip="facechain: head and shoulders, the face 30 % of the side. ffhq, arcface: tighter. "
                    "margin: the face in the middle, with margin around it.",
                ),
                io.Float.Input(
                    "margin",
                    default=DEFAULT_MARGIN,
                    min=0.0,
                    max=LARGEST_MARGIN,
                    step=0.05,
                    advanced=True,
                    tooltip="For crop margin: space on each side of the face, as a share of its longer side.",
                ),
                io.Combo.Input(
                    "border",
                    options=Outside,
                    default=Outside.WHITE,
                    advanced=True,
                    tooltip="What a crop shows beyond its photo. white: best for training. replicate, mirror, blurred: "
                    "the photo goes on; mirror may show a second face.",
                ),
                io.Combo.Input(
                    "several_faces",
                    options=SeveralFaces,
                    default=SeveralFaces.DOMINANT,
                    tooltip="dominant: reject a photo unless one face has 4 times the area of the next. size: largest "
                    "first. position: left to right. likeness: most alike to the person or reference first.",
                ),
                io.Int.Input(
                    "face_number",
                    default=1,
                    min=1,
                    max=50,
                    advanced=True,
                    tooltip="Which face in that order; 1 is the first. Not used with dominant.",
                ),
                io.Combo.Input(
                    "faceless",
                    options=Faceless,
                    default=Faceless.SKIP,
                    advanced=True,
                    tooltip="A photo without a usable face. skip: leave it out and say why. keep: put the whole photo "
                    "in its place among the crops, not among the faces. error: stop.",
                ),
                io.Combo.Input(
                    "repeats",
                    options=Repeats,
                    default=Repeats.WARN,
                    advanced=True,
                    tooltip="Photos with almost the same picture. warn: use all and say so. reject: use the best one.",
                ),
                io.Float.Input(
                    "min_likeness",
                    default=0.5,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    advanced=True,
                    tooltip="Likeness to the person, else to the other photos, below which a face is a stranger's; "
                    "0: never.",
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
        margin: list[float],
        border: list[str],
        several_faces: list[str],
        face_number: list[int],
        faceless: list[str],
        repeats: list[str],
        min_likeness: list[float],
        analyzer: list[Any] | None = None,
        person: list[Person] | None = None,
        reference: list[Any] | None = None,
        face_landmarks: list[Any] | None = None,
    ) -> io.NodeOutput:
        models = open_analyzer(first_of(analyzer), seen_by=seen_by(person))
        is_known = person is not None or reference is not None
        options = AlignOptions(
            side_px=size[0],
            preset=CropPreset(crop[0]),
            margin=margin[0],
            outside=Outside(border[0]),
            several_faces=SeveralFaces(several_faces[0]),
            face_number=face_number[0],
            identity=identity_of(person, reference, models).embeddings if is_known else (),
            given=None if face_landmarks is None else faces_from_landmarks(face_landmarks),
            faceless=Faceless(faceless[0]),
            repeats=Repeats(repeats[0]),
            limits=Limits(likeness=min_likeness[0]),
        )
        scorer = open_quality_scorer()
        faces = align_faces(models, photo_set_from(photos), options, host.NodeProgress(), scorer)
        return _output(cls, faces, faces_report(faces, options.limits, models.calibration))


def _output(cls: type[io.ComfyNode], faces: FaceSet, report: dict[str, object]) -> io.NodeOutput:
    sheet = image_from_array(draw_contact_sheet(faces))
    return io.NodeOutput(
        faces if faces.faces else ExecutionBlocker(NO_FACES),
        image_from_arrays(faces.crops),
        sheet,
        boxes_from_faces(faces),
        json.dumps(report, ensure_ascii=False),
        ui={**ui.PreviewImage(sheet, cls=cls).as_dict(), "facechain": [report]},
    )
