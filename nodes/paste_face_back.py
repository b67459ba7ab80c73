"""Paste Face Back: edited crops back into the photos that they were cut from."""

from typing import Any

from comfy_api.latest import io

from ..facechain.faces import FaceSet
from ..facechain.paste_face import CropArea, PasteBackOptions, paste_faces_back
from . import host, sockets
from .tensors import arrays_from_images, image_from_array, mask_from_arrays


class PasteFaceBack(io.ComfyNode):
    """The photos with edited faces."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainPasteFaceBack",
            display_name="Paste Face Back",
            category="FaceChain/faces",
            description="Puts edited crops of Align Faces back into their photos, turned and scaled as they were cut. "
            "What was not edited stays the photo's, bit by bit.",
            search_aliases=["facechain", "face-align", "paste back", "uncrop face", "inverse crop"],
            is_input_list=True,
            inputs=[
                sockets.Faces.Input(
                    "faces", tooltip="From Align Faces, or from a node after it; their photos are read again."
                ),
                io.Image.Input(
                    "crops",
                    tooltip="One edited crop per face, in the order of the faces. Of any size, not trimmed; best "
                    "of the size that Align Faces cut.",
                ),
                io.Float.Input(
                    "feather",
                    default=0.06,
                    min=0.0,
                    max=0.25,
                    step=0.01,
                    tooltip="Width of the seam as a share of the crop's side. Raise it if the seam shows.",
                ),
                io.Combo.Input(
                    "area",
                    options=CropArea,
                    default=CropArea.CROP,
                    tooltip="crop: all that was edited. face: only what lies in the part that Parse Faces kept, or in "
                    "the oval of a face that was not parsed.",
                ),
            ],
            outputs=[
                io.Image.Output("images", is_output_list=True, tooltip="Every photo once, upright, in its own size."),
                io.Mask.Output(
                    "masks", is_output_list=True, tooltip="Share of the edited crops, 0 where the photo stayed."
                ),
            ],
        )

    @classmethod
    def execute(cls, faces: list[FaceSet], crops: list[Any], feather: list[float], area: list[str]) -> io.NodeOutput:
        options = PasteBackOptions(feather[0], CropArea(area[0]))
        pasted = paste_faces_back(faces[0], arrays_from_images(crops), options, host.NodeProgress())
        photos = [(image_from_array(photo.image), mask_from_arrays([photo.mask])) for photo in pasted]
        return io.NodeOutput([image for image, _ in photos], [mask for _, mask in photos])
