"""Retouch Faces: skin without blemishes, pores and tone kept."""

from collections.abc import Sequence
from typing import Any

from comfy_api.latest import io, ui
from comfy_execution.graph import ExecutionBlocker

from ..facechain.before_after import draw_before_after
from ..facechain.faces import FaceSet
from ..facechain.geometry import ByteArray
from ..facechain.providers.catalog import ModelHandle
from ..facechain.retouch import DEFAULT_STRENGTH
from ..facechain.retouch_faces import RetouchedPicture, retouch_faces, retouch_masked, retouch_pictures
from ..facechain.retouch_options import DEFAULT_RESTORER_STRENGTH, RetouchOptions
from . import host, sockets
from .identity import first_of
from .open_models import open_analyzer, open_parser, open_restorer
from .tensors import arrays_from_images, arrays_from_masks, image_from_array

NO_FACES = "Retouch Faces was given images, so it has no faces to pass on. Use its output images."


class RetouchFaces(io.ComfyNode):
    """The same faces or images with even skin."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="FaceChainRetouchFaces",
            display_name="Retouch Faces",
            category="FaceChain/faces",
            description="Evens spots and blotches of the skin. Pores, wrinkles, moles and the tone of the skin stay; "
            "nothing is whitened.",
            search_aliases=["facechain", "retouch", "skin retouching", "blemish removal"],
            is_input_list=True,
            has_intermediate_output=True,
            inputs=[
                io.MultiType.Input(
                    "faces_or_images",
                    types=[sockets.Faces, io.Image],
                    tooltip="Faces from Align Faces or Parse Faces, or any images.",
                ),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="Where the skin of the images is, of their size. Unconnected: every face is found and "
                    "parsed. Not used with faces.",
                ),
                io.Float.Input(
                    "strength",
                    default=DEFAULT_STRENGTH,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="Share of the unevenness that goes. 0: nothing changes. 0.6: spots hardly show. 1: most.",
                ),
                sockets.Model.Input(
                    "restorer",
                    optional=True,
                    tooltip="A face restorer from Load Face Model: makes blurred or small faces sharp before their "
                    "skin is retouched. It invents what cannot be seen. Unconnected: none.",
                ),
                io.Float.Input(
                    "restorer_strength",
                    default=DEFAULT_RESTORER_STRENGTH,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    optional=True,
                    advanced=True,
                    tooltip="Share of what the restorer makes of each face. 0: nothing changes. 0.5: sharper, the "
                    "person stays. 1: all. Not used without a restorer.",
                ),
            ],
            outputs=[
                sockets.Faces.Output("faces", tooltip="With retouched crops; nothing when images were given."),
                io.Image.Output("images", is_output_list=True, tooltip="Retouched crops or images, in input order."),
                io.Image.Output("before_after"),
            ],
        )

    @classmethod
    def execute(
        cls,
        faces_or_images: list[Any],
        strength: list[float],
        mask: list[Any] | None = None,
        restorer: list[Any] | None = None,
        restorer_strength: list[float] | None = None,
    ) -> io.NodeOutput:
        given, progress = faces_or_images[0], host.NodeProgress()
        options = _options(strength[0], first_of(restorer), first_of(restorer_strength))
        if isinstance(given, FaceSet):
            retouched = retouch_faces(given, open_parser(), options, progress)
            return _output(cls, retouched.faces, retouched.pictures, options)
        images = arrays_from_images(faces_or_images)
        if mask is not None:
            analyzer = open_analyzer() if options.restorer else None
            pictures = retouch_masked(images, arrays_from_masks(mask), analyzer, options, progress)
        else:
            pictures = retouch_pictures(images, open_analyzer(), open_parser(), options, progress)
        return _output(cls, ExecutionBlocker(NO_FACES), pictures, options)


def _options(strength: float, restorer: ModelHandle | None, restorer_strength: float | None) -> RetouchOptions:
    share = DEFAULT_RESTORER_STRENGTH if restorer_strength is None else restorer_strength
    return RetouchOptions(strength, open_restorer(restorer) if restorer and share > 0 else None, share)


def _output(
    cls: type[io.ComfyNode],
    faces: FaceSet | ExecutionBlocker,
    pictures: Sequence[RetouchedPicture],
    options: RetouchOptions,
) -> io.NodeOutput:
    sheet: ByteArray = draw_before_after(pictures, options.strength)
    images = [image_from_array(picture.after) for picture in pictures]
    shown = image_from_array(sheet)
    report = {"pictures": len(pictures), **options.report()}
    page = {**ui.PreviewImage(shown, cls=cls).as_dict(), "facechain": [report]}
    return io.NodeOutput(faces, images, shown, ui=page)
