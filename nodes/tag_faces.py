"""Tag Faces: FACES -> FACES with captions of what was measured."""

import json

from comfy_api.latest import io, ui

from ..facechain.faces import FaceSet
from ..facechain.tag_faces import tag_faces
from ..facechain.tag_rules import TagRules
from ..facechain.tags_sheet import draw_tags_sheet
from . import host, sockets
from .open_models import open_gaze_estimator, open_parser
from .tensors import image_from_array


class TagFaces(io.ComfyNode):
    """The same faces with captions."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainTagFaces",
            display_name="Tag Faces",
            category="FaceChain/faces",
            description="Writes into each caption what is measured in the crop: framing, turn of the head, gaze, "
            "smile, tones, background and light. What a caption names, training does not take for part of the person.",
            search_aliases=["facechain", "tag", "caption", "tagger"],
            has_intermediate_output=True,
            inputs=[
                sockets.Faces.Input("faces", tooltip="From Align Faces, Parse Faces or Retouch Faces."),
                io.String.Input(
                    "leave_out",
                    default="",
                    tooltip="Words or kinds of tags that no caption shall have, between commas. hair_tone: the tone "
                    "of the hair becomes part of the person. Empty: all are kept.",
                ),
                io.String.Input(
                    "more_tags",
                    default="",
                    tooltip="Words at the end of every caption, between commas, for example glasses when all photos "
                    "show them and they shall not belong to the person.",
                ),
                io.String.Input(
                    "edits",
                    default="",
                    multiline=True,
                    tooltip="Captions by hand, one line per face: its number on the sheet, a colon, and the tags, for "
                    "example 2: soft smile, outdoors. They replace what was measured.",
                ),
            ],
            outputs=[
                sockets.Faces.Output("tagged_faces", display_name="faces"),
                io.String.Output(
                    "captions",
                    is_output_list=True,
                    tooltip="One per face. Build Face Dataset puts trigger word and subject before it.",
                ),
                io.Image.Output("tag_sheet", tooltip="Each crop with its tags and the numbers behind them."),
                io.String.Output("report", tooltip="JSON: captions, and each tag with its number and limits."),
            ],
        )

    @classmethod
    def execute(cls, faces: FaceSet, leave_out: str, more_tags: str, edits: str) -> io.NodeOutput:
        rules = TagRules(leave_out, more_tags, edits)
        tagged = tag_faces(faces, open_parser(), open_gaze_estimator(), rules, host.NodeProgress())
        sheet = image_from_array(draw_tags_sheet(tagged))
        report = tagged.report()
        page = {**ui.PreviewImage(sheet, cls=cls).as_dict(), "facechain": [report]}
        return io.NodeOutput(tagged.faces, tagged.captions, sheet, json.dumps(report, ensure_ascii=False), ui=page)
