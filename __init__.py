"""FaceChain for ComfyUI: from a few photos of a person to ranked portraits, inside the node graph."""

from .nodes import FaceChainExtension

WEB_DIRECTORY = "./js"

__all__ = ["WEB_DIRECTORY", "comfy_entrypoint"]


async def comfy_entrypoint() -> FaceChainExtension:
    """The extension that ComfyUI registers."""
    return FaceChainExtension()
