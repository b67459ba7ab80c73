"""Load Portrait Photos: names or a folder of the host's input -> PHOTOS and pictures to look at."""

from pathlib import Path

from comfy_api.latest import io

from ..facechain.photo_listing import photo_listing
from ..facechain.photos import PhotoSet, picture_files, reference_photos
from ..facechain.previews import photo_previews
from . import host, sockets
from .tensors import image_from_array

NO_FOLDER = "(none)"
PREVIEW_SIDE_PX = 1024
"""Twenty pictures of this size are 190 MB as IMAGE; the full photos stay on disk until they are needed."""


class LoadPortraitPhotos(io.ComfyNode):
    """Photos of one person, by reference."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainLoadPhotos",
            display_name="Load Portrait Photos",
            category="FaceChain/people",
            description="Loads 3 to 20 photos of one person from ComfyUI's input folder.",
            search_aliases=["facechain", "upload photos", "dataset", "face photos"],
            has_intermediate_output=True,
            inputs=[
                io.String.Input(
                    "photos",
                    multiline=True,
                    default="",
                    tooltip="One photo per line, as a name inside ComfyUI's input folder. Uploads fill this in.",
                ),
                io.Combo.Input(
                    "folder",
                    options=[NO_FOLDER, *host.input_folders()],
                    default=NO_FOLDER,
                    tooltip="A subfolder of ComfyUI's input folder; all of its pictures are added after the list.",
                ),
            ],
            outputs=[
                sockets.Photos.Output("photo_set", display_name="photos"),
                io.Image.Output("images", is_output_list=True, tooltip="Upright pictures, long side at most 1024 px."),
            ],
        )

    @classmethod
    def validate_inputs(cls, folder: str) -> bool:
        """A folder that was made after the page was loaded stays valid."""
        return True

    @classmethod
    def fingerprint_inputs(cls, photos: str, folder: str) -> str:
        return "|".join(photo.sha256 for photo in _photo_set(photos, folder).photos)

    @classmethod
    def execute(cls, photos: str, folder: str) -> io.NodeOutput:
        photo_set = _photo_set(photos, folder)
        previews = photo_previews(photo_set, PREVIEW_SIDE_PX, host.NodeProgress())
        listing = photo_listing(_files(photos, folder), photo_set)
        images = [image_from_array(preview) for preview in previews]
        return io.NodeOutput(photo_set, images, ui={"facechain": [{"folder": folder, "photos": listing}]})


def _photo_set(photos: str, folder: str) -> PhotoSet:
    return reference_photos(_files(photos, folder).values())


def _files(photos: str, folder: str) -> dict[str, Path]:
    """Every chosen file by its name below the host's input folder; those of the list first."""
    names = [line.strip() for line in photos.splitlines() if line.strip()]
    files = {name: host.input_path(name) for name in names}
    if folder != NO_FOLDER:
        files |= {f"{folder}/{file.name}": file for file in picture_files(host.input_path(folder))}
    return files
