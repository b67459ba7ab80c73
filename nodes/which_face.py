"""The "which face" control, the same on every node that has it."""

from comfy_api.latest import io

from ..facechain.which_face import FaceOrder


def which_face_inputs(default: FaceOrder = FaceOrder.LIKENESS) -> list[io.Input]:
    """Inputs `which_face` and `face_number`."""
    return [
        io.Combo.Input(
            "which_face",
            options=FaceOrder,
            default=default,
            tooltip="likeness: most alike to the person first. size: largest first. position: left to right.",
        ),
        io.Int.Input(
            "face_number",
            default=1,
            min=1,
            max=50,
            # By likeness and by size the first face is nearly always meant, by position it is not.
            advanced=default is not FaceOrder.POSITION,
            tooltip="Which face in that order; 1 is the first.",
        ),
    ]
