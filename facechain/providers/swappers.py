"""The face swappers of the catalogue.

Tested by contract: the published weights were never run in this extension's own tests.
"""

from __future__ import annotations

from . import swapper_models as models
from .arcface import VALUES
from .arcface_swapper import ArcFaceSwapper, MappedSwapper
from .picture_network import PictureContract

_SMALL = PictureContract(128, black=0, source_values=VALUES)
_LARGE = PictureContract(256, black=0, source_values=VALUES)


class InSwapper(MappedSwapper):
    """InsightFace's."""

    id = "inswapper_128"
    file = models.INSWAPPER
    contract = _SMALL


class InSwapperHalf(InSwapper):
    """The same with weights of half the precision and size."""

    id = "inswapper_128_fp16"
    file = models.INSWAPPER_FP16


class ReSwapper128(InSwapper):
    """A free re-implementation of InSwapper, with weights of its own."""

    id = "reswapper_128"
    file = models.RESWAPPER_128


class ReSwapper256(MappedSwapper):
    """The same for larger faces."""

    id = "reswapper_256"
    file = models.RESWAPPER_256
    contract = _LARGE


class HyperSwapA(ArcFaceSwapper):
    """FaceFusion's, which takes ArcFace's embeddings as they are and says what of the crop is face."""

    id = "hyperswap_1a_256"
    file = models.HYPERSWAP_1A
    contract = PictureContract(256, black=-1, source_values=VALUES, gives_mask=True)


class HyperSwapB(HyperSwapA):
    """The same with other weights."""

    id = "hyperswap_1b_256"
    file = models.HYPERSWAP_1B


class HyperSwapC(HyperSwapA):
    """The same with other weights."""

    id = "hyperswap_1c_256"
    file = models.HYPERSWAP_1C
