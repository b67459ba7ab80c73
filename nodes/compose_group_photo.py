"""Compose Group Photo: every assigned person in one template."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.assignments import Assignment
from ..facechain.group_photo import compose_group_photo
from ..facechain.likeness_table import draw_likeness_table
from . import host, sockets
from .identity import identity_of, seen_by
from .open_models import open_analyzer
from .tensors import arrays_from_images, image_from_array, mask_from_arrays


class ComposeGroupPhoto(io.ComfyNode):
    """A template with several persons."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainComposeGroupPhoto",
            display_name="Compose Group Photo",
            category="FaceChain/template",
            description="Fuses every assigned person onto their face of a template, each without touching another "
            "face, and measures every face against every person. Draws nothing new: no checkpoint is needed.",
            search_aliases=["facechain", "template", "group photo", "multi person", "fuse"],
            has_intermediate_output=True,
            inputs=[
                io.Image.Input(
                    "template",
                    tooltip="A picture with at least as many faces as persons, or one whose faces were redrawn before. "
                    "Of several pictures the first counts.",
                ),
                sockets.Assignments.Input("assignments", tooltip="From Assign Face, one per person."),
                sockets.Analyzer.Input(
                    "analyzer", optional=True, tooltip="Unconnected: the person's, else the best that is installed."
                ),
            ],
            outputs=[
                io.Image.Output("group_photo"),
                io.Image.Output("overlay", tooltip="The group photo with all faces numbered and persons named."),
                io.Image.Output("likeness_table", tooltip="Every placed face compared with every person."),
                io.String.Output("report"),
                io.Mask.Output("mask", tooltip="Where the persons are, 0..1; use it to redraw the seams."),
            ],
        )

    @classmethod
    def execute(cls, template: Any, assignments: tuple[Assignment, ...], analyzer: Any = None) -> io.NodeOutput:
        models = open_analyzer(analyzer, seen_by=seen_by([assignment.person for assignment in assignments]))
        identities = [identity_of([assignment.person], None, models) for assignment in assignments]
        picture = arrays_from_images(template)[0]
        group = compose_group_photo(picture, assignments, identities, models, host.NodeProgress())
        overlay, table = image_from_array(group.overlay), image_from_array(draw_likeness_table(group))
        report = group.report()
        return io.NodeOutput(
            image_from_array(group.image),
            overlay,
            table,
            json.dumps(report, ensure_ascii=False),
            mask_from_arrays([group.mask]),
            ui={**ui.PreviewImage(table, cls=cls).as_dict(), "facechain": [report]},
        )
