"""Select Pose: pose id -> pose map for an OpenPose ControlNet."""

from comfy_api.latest import io, ui

from ..facechain.geometry import Size
from ..facechain.pose_frames import fit_frame, mirror_frame
from ..facechain.pose_keypoints import keypoints_from_frames
from ..facechain.pose_library import PoseLibrary
from ..facechain.pose_map import draw_pose_map
from . import host
from .tensors import image_from_array


class SelectPose(io.ComfyNode):
    """A pose from the pose library."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainSelectPose",
            display_name="Select Pose",
            category="FaceChain/portrait",
            description="Chooses an example pose, drawn as the pose map that an OpenPose ControlNet needs.",
            search_aliases=["facechain", "pose control", "openpose", "example pose"],
            inputs=[
                io.Combo.Input(
                    "pose",
                    options=PoseLibrary(host.pose_folders()).ids(),
                    tooltip="Bundled poses, and your own from models/facechain/poses; yours win where ids are equal.",
                ),
                io.Int.Input(
                    "width",
                    default=512,
                    min=64,
                    max=4096,
                    step=8,
                    tooltip="Width of the map in px; use that of the portrait.",
                ),
                io.Int.Input(
                    "height",
                    default=768,
                    min=64,
                    max=4096,
                    step=8,
                    tooltip="Height of the map in px; use that of the portrait. The bundled poses are drawn for "
                    "512x768; in other shapes they are scaled to fit and centred.",
                ),
                io.Boolean.Input("mirrored", default=False, tooltip="Swaps left and right."),
            ],
            outputs=[
                io.Image.Output("pose_map"),
                io.Custom("POSE_KEYPOINT").Output("keypoints"),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def validate_inputs(cls, pose: str) -> bool:
        """A pose that is added after the page was loaded stays valid; an unknown one fails with a message."""
        return True

    @classmethod
    def fingerprint_inputs(cls, pose: str, width: int, height: int, mirrored: bool) -> str:
        return repr(PoseLibrary(host.pose_folders()).load(pose))

    @classmethod
    def execute(cls, pose: str, width: int, height: int, mirrored: bool) -> io.NodeOutput:
        drawn = PoseLibrary(host.pose_folders()).load(pose).frame
        frame = fit_frame(mirror_frame(drawn) if mirrored else drawn, Size(width, height))
        pose_map = image_from_array(draw_pose_map(frame, frame.size))
        preview = ui.PreviewImage(pose_map, cls=cls).as_dict()
        return io.NodeOutput(pose_map, keypoints_from_frames([frame]), ui=preview)
