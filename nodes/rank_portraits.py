"""Rank Portraits: pictures in the order of their likeness to the person."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.people import Person
from ..facechain.ranking import rank_portraits
from ..facechain.ranking_options import PortraitFilter, RankOptions
from ..facechain.ranking_report import report_ranking
from ..facechain.ranking_sheet import draw_ranking_sheet
from . import host, sockets
from .identity import first_of, identity_of, seen_by
from .open_models import open_analyzer
from .page_previews import stored_preview
from .tensors import PicturesOfImages, image_from_array


class RankPortraits(io.ComfyNode):
    """The most alike pictures first."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainRankPortraits",
            display_name="Rank Portraits",
            category="FaceChain/portrait",
            description="Sorts pictures by likeness to the person, says the number and why a picture was dropped. "
            "Never returns nothing: without a picture that qualifies the best one is kept and marked.",
            search_aliases=["facechain", "rank", "similarity", "face similarity"],
            is_input_list=True,
            is_output_node=True,
            inputs=[
                io.Image.Input("images", tooltip="Pictures of any size."),
                sockets.Person.Input("person", optional=True, tooltip="Who to compare with. Or connect a reference."),
                io.Image.Input("reference", optional=True, tooltip="A picture of the face to compare with, instead."),
                sockets.Analyzer.Input(
                    "analyzer", optional=True, tooltip="Unconnected: the person's, else the best that is installed."
                ),
                io.Int.Input(
                    "keep",
                    default=4,
                    min=1,
                    max=100,
                    tooltip="Pictures to pass on, best first. Make more than you keep, for example 8 for 4.",
                ),
                io.Float.Input(
                    "threshold",
                    default=0.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="Likeness below which a picture is dropped. 1: as alike as the person's own photos are to "
                    "each other; 0.5: the border to other people; 0 drops nobody.",
                ),
                io.Combo.Input(
                    "filter",
                    options=[choice.value for choice in PortraitFilter],
                    default=PortraitFilter.NONE.value,
                    optional=True,
                    tooltip="facechain: as FaceChain does, drop pictures without exactly one face, and faces below "
                    "23 or above 59 percent of the picture's shorter side. none: likeness alone decides.",
                ),
            ],
            outputs=[
                io.Image.Output("ranked", is_output_list=True),
                io.Float.Output(
                    "likeness",
                    is_output_list=True,
                    tooltip="0..1, of each picture passed on; 1: as alike as the person's own photos.",
                ),
                io.Image.Output("sheet"),
                io.String.Output("report"),
            ],
        )

    @classmethod
    def execute(
        cls,
        images: list[Any],
        keep: list[int],
        threshold: list[float],
        person: list[Person] | None = None,
        reference: list[Any] | None = None,
        analyzer: list[Any] | None = None,
        filter: list[str] | None = None,
    ) -> io.NodeOutput:
        models = open_analyzer(first_of(analyzer), seen_by=seen_by(person))
        pictures = PicturesOfImages(images)
        options = RankOptions(keep[0], threshold[0], PortraitFilter(first_of(filter) or PortraitFilter.NONE))
        ranking = rank_portraits(pictures, identity_of(person, reference, models), models, options, host.NodeProgress())
        report = report_ranking(ranking)
        sheet = image_from_array(draw_ranking_sheet(ranking, pictures))
        page = {
            **ui.PreviewImage(sheet, cls=cls).as_dict(),
            "facechain": [report],
            "portraits": [stored_preview(pictures[entry.index]) for entry in ranking.portraits],
        }
        return io.NodeOutput(
            [image_from_array(pictures[entry.index]) for entry in ranking.kept],
            [entry.likeness or 0.0 for entry in ranking.kept],
            sheet,
            json.dumps(report, ensure_ascii=False),
            ui=page,
        )
