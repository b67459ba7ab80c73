"""Rank Portraits: pictures in the order of their likeness to the person."""

import json
from typing import Any

from comfy_api.latest import io, ui

from ..facechain.geometry import ByteArray
from ..facechain.people import Person
from ..facechain.ranking import rank_portraits
from ..facechain.ranking_sheet import draw_ranking_sheet
from . import host, sockets
from .identity import first_of, identity_of, seen_by
from .open_models import open_analyzer
from .tensors import arrays_from_images, image_from_array


class RankPortraits(io.ComfyNode):
    """The most alike pictures first."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainRankPortraits",
            display_name="Rank Portraits",
            category="FaceChain/portrait",
            description="Sorts pictures by likeness to the person, says the number and why a picture was dropped. "
            "Never returns nothing: without a picture above the threshold the best one is kept and marked.",
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
                io.Int.Input("keep", default=6, min=1, max=100, tooltip="Pictures to pass on, best first."),
                io.Float.Input(
                    "threshold",
                    default=0.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="Likeness below which a picture is dropped, 0..1; 0.5: as likely the same person as not.",
                ),
            ],
            outputs=[
                io.Image.Output("ranked", is_output_list=True),
                io.Float.Output("likeness", is_output_list=True, tooltip="0..1, of each picture passed on."),
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
    ) -> io.NodeOutput:
        models = open_analyzer(first_of(analyzer), seen_by=seen_by(person))
        pictures = arrays_from_images(images)
        identity = identity_of(person, reference, models)
        ranking = rank_portraits(
            pictures, identity.embeddings, models, keep=keep[0], threshold=threshold[0], progress=host.NodeProgress()
        )
        report = ranking.report()
        sheet = image_from_array(draw_ranking_sheet(ranking, pictures))
        page = {
            **ui.PreviewImage(sheet, cls=cls).as_dict(),
            "facechain": [report],
            "portraits": [_preview(cls, pictures[entry.index]) for entry in ranking.portraits],
        }
        return io.NodeOutput(
            [image_from_array(pictures[entry.index]) for entry in ranking.kept],
            [entry.likeness or 0.0 for entry in ranking.kept],
            sheet,
            json.dumps(report, ensure_ascii=False),
            ui=page,
        )


def _preview(node: type[io.ComfyNode], picture: ByteArray) -> ui.SavedResult:
    """Where the page finds `picture`: filename, subfolder and type for the host's /view."""
    return ui.PreviewImage(image_from_array(picture), cls=node).values[0]
