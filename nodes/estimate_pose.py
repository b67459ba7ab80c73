"""Estimate Pose: pictures -> pose maps for an OpenPose ControlNet."""

from typing import Any

from comfy_api.latest import io, ui

from ..facechain.estimate_poses import estimate_poses
from ..facechain.geometry import Size
from ..facechain.pose_frames import fit_frame
from ..facechain.pose_keypoints import keypoints_from_frames
from ..facechain.pose_map import draw_pose_map, draw_pose_overlay
from . import host, sockets
from .open_models import open_pose_estimator
from .tensors import arrays_from_images, image_from_arrays


class EstimatePose(io.ComfyNode):
    """The poses of people in pictures."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainEstimatePose",
            display_name="Estimate Pose",
            category="FaceChain/portrait",
            description="Draws how the people in a picture stand, as the pose map that an OpenPose ControlNet needs. "
            "Body and head, no fingers.",
            search_aliases=["facechain", "pose control", "openpose", "skeleton"],
            inputs=[
                io.Image.Input("images", tooltip="Pictures of people whose faces are visible; one map per picture."),
                io.Int.Input(
                    "width",
                    default=0,
                    min=0,
                    max=4096,
                    step=8,
                    tooltip="Width of the map in px; use that of the portrait. 0: as wide as the picture.",
                ),
                io.Int.Input(
                    "height",
                    default=0,
                    min=0,
                    max=4096,
                    step=8,
                    tooltip="Height of the map in px; use that of the portrait. 0: as high as the picture. "
                    "The pose is scaled to fit and centred, never stretched.",
                ),
                sockets.Model.Input(
                    "estimator", optional=True, tooltip="From Load Face Model. Unconnected: the best that is installed."
                ),
            ],
            outputs=[
                io.Image.Output("pose_map"),
                io.Custom("POSE_KEYPOINT").Output("keypoints"),
                io.Image.Output("overlay"),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def execute(cls, images: Any, width: int, height: int, estimator: Any = None) -> io.NodeOutput:
        pictures = arrays_from_images(images)
        frames = estimate_poses(pictures, open_pose_estimator(estimator), host.NodeProgress())
        size = Size(width or frames[0].size.width, height or frames[0].size.height)
        overlays = [draw_pose_overlay(picture, frame) for picture, frame in zip(pictures, frames, strict=True)]
        overlay = image_from_arrays(overlays)
        people = [len(frame.poses) for frame in frames]
        return io.NodeOutput(
            image_from_arrays([draw_pose_map(frame, size) for frame in frames]),
            keypoints_from_frames([fit_frame(frame, size) for frame in frames]),
            overlay,
            ui={**ui.PreviewImage(overlay, cls=cls).as_dict(), "facechain": [{"people": people}]},
        )
