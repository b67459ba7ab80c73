"""Estimate Pose: pictures or keypoints -> pose maps for an OpenPose ControlNet, and bodies for a depth model."""

from typing import Any

from comfy_api.latest import io, ui
from comfy_execution.graph import ExecutionBlocker

from ..facechain.errors import InvalidSetting, NoFaceFound
from ..facechain.estimate_poses import estimate_poses
from ..facechain.geometry import ByteArray, Size
from ..facechain.headless_body import headless_bodies
from ..facechain.pose_frames import fit_frame, fit_picture
from ..facechain.pose_keypoints import frames_from_keypoints, keypoints_from_frames
from ..facechain.pose_map import draw_pose_maps, draw_pose_overlay
from ..facechain.pose_parts import HeadUse, PoseParts
from ..facechain.pose_report import poses_report
from ..facechain.providers.catalog import ModelHandle
from . import host, sockets
from .open_models import open_analyzer, open_parser, open_pose_estimator
from .tensors import arrays_from_images, image_from_arrays

_NO_PICTURES = "Keypoints alone show no body. Connect images instead of keypoints to get a picture for a depth model."
_HEAD_KEPT = "No picture without heads is made while head is kept. Set head of Estimate Pose to pose_only or left_out."


class EstimatePose(io.ComfyNode):
    """The poses of people."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainEstimatePose",
            display_name="Estimate Pose",
            category="FaceChain/portrait",
            description="Draws how the people in a picture stand, as the pose map that an OpenPose ControlNet needs. "
            "Body and head; hands and face with an estimator that sees them. Also cuts out the body without its head, "
            "for a depth model.",
            search_aliases=["facechain", "pose control", "openpose", "dwpose", "skeleton", "hands", "depth"],
            inputs=[
                io.Image.Input(
                    "images",
                    optional=True,
                    tooltip="Pictures of people whose faces are visible; one map per picture. Or connect keypoints.",
                ),
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
                    "estimator",
                    optional=True,
                    tooltip="From Load Face Model. Unconnected: the best that is installed. dwpose sees hands and "
                    "faces, the embedded one does not.",
                ),
                io.Custom("POSE_KEYPOINT").Input(
                    "keypoints",
                    optional=True,
                    tooltip="Poses that another node estimated or edited. They are drawn, nothing is estimated. "
                    "Instead of images.",
                ),
                io.Boolean.Input(
                    "hands", default=True, optional=True, tooltip="Draws the fingers, where the estimator sees them."
                ),
                io.Boolean.Input(
                    "face",
                    default=False,
                    optional=True,
                    tooltip="Draws the points of the face, where the estimator sees them: the portrait then has the "
                    "same expression and shape of face. Off, as in FaceChain, it keeps those of the person.",
                ),
                io.Combo.Input(
                    "head",
                    options=HeadUse,
                    default=HeadUse.KEPT,
                    optional=True,
                    tooltip="kept: the head is in the map, and body is not made. pose_only: in the map, not in body; "
                    "this is FaceChain's way with depth. left_out: in neither, so that the head may look anywhere.",
                ),
            ],
            outputs=[
                io.Image.Output("pose_map"),
                io.Custom("POSE_KEYPOINT").Output(
                    "pose_keypoints", display_name="keypoints", tooltip="All that is seen, drawn or not."
                ),
                io.Image.Output("overlay", tooltip="The map over the pictures; with keypoints the map alone."),
                io.Image.Output(
                    "body",
                    tooltip="The people without face, hair and hat, on black, in the size of the map: for a depth "
                    "model. It takes some seconds, so it is made only with head pose_only or left_out. There is none "
                    "with keypoints, and none of a picture without a face; nodes behind it then say so.",
                ),
            ],
            has_intermediate_output=True,
        )

    @classmethod
    def execute(
        cls,
        width: int,
        height: int,
        images: Any = None,
        estimator: ModelHandle | None = None,
        keypoints: Any = None,
        hands: bool = True,
        face: bool = False,
        head: str = HeadUse.KEPT.value,
    ) -> io.NodeOutput:
        if (images is None) == (keypoints is None):
            raise InvalidSetting("Connect either images or keypoints, not both and not none.")
        use = HeadUse(head)
        parts = PoseParts(hands=hands, face=face, head=use is not HeadUse.LEFT_OUT)
        pictures = [] if images is None else arrays_from_images(images)
        if images is None:
            seen_by, frames = "", frames_from_keypoints(keypoints)
        else:
            opened = open_pose_estimator(estimator)
            seen_by, frames = opened.id, estimate_poses(pictures, opened, host.NodeProgress())
        size = Size(width or frames[0].size.width, height or frames[0].size.height)
        pose_map = image_from_arrays(draw_pose_maps(frames, size, parts))
        overlays = [draw_pose_overlay(picture, frame, parts) for picture, frame in zip(pictures, frames, strict=False)]
        overlay = image_from_arrays(overlays) if overlays else pose_map
        body = _body(pictures, size, use)
        no_body = (body.message or "") if isinstance(body, ExecutionBlocker) else ""
        report = poses_report(frames, estimator=seen_by, no_body=no_body)
        page = {**ui.PreviewImage(overlay, cls=cls).as_dict(), "facechain": [report]}
        fitted = keypoints_from_frames([fit_frame(frame, size) for frame in frames])
        return io.NodeOutput(pose_map, fitted, overlay, body, ui=page)


def _body(pictures: list[ByteArray], size: Size, use: HeadUse) -> Any:
    """IMAGE of the people without heads, or the words for nodes behind it."""
    if not pictures:
        return ExecutionBlocker(_NO_PICTURES)
    if use is HeadUse.KEPT:
        return ExecutionBlocker(_HEAD_KEPT)
    try:
        bodies = headless_bodies(pictures, open_analyzer(), open_parser(), host.NodeProgress())
    except NoFaceFound as error:
        return ExecutionBlocker(str(error))
    return image_from_arrays([fit_picture(body, size) for body in bodies])
