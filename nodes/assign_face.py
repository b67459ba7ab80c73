"""Assign Face: a person for one face of a template."""

from comfy_api.latest import io

from ..facechain.assignments import Assignment
from ..facechain.people import Person
from ..facechain.which_face import FaceOrder
from . import sockets
from .which_face import which_face_inputs


class AssignFace(io.ComfyNode):
    """Earlier assignments, and one more."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainAssignFace",
            display_name="Assign Face",
            category="FaceChain/template",
            description="Says which face of a group photo a person gets. Chain one node per person, then connect "
            "Compose Group Photo.",
            search_aliases=["facechain", "template", "group photo", "multi person"],
            inputs=[
                sockets.Person.Input("person", tooltip="From Load Person or Train Face LoRA."),
                sockets.Assignments.Input(
                    "assignments", optional=True, tooltip="From another Assign Face; unconnected for the first person."
                ),
                *which_face_inputs(FaceOrder.POSITION),
            ],
            outputs=[sockets.Assignments.Output("more_assignments", display_name="assignments")],
        )

    @classmethod
    def execute(
        cls,
        person: Person,
        which_face: str,
        face_number: int,
        assignments: tuple[Assignment, ...] = (),
    ) -> io.NodeOutput:
        return io.NodeOutput((*assignments, Assignment(person, FaceOrder(which_face), face_number)))
