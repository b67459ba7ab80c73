"""Files that are pickles, whatever they are called."""

from __future__ import annotations

from ..errors import ModelUnavailable
from .model_files import FoundFile

_ZIP = b"PK\x03\x04"
"""Of the archive that torch.save writes around a pickle."""
_PROTOCOLS = tuple(bytes([0x80, version]) for version in (2, 3, 4, 5))
"""First bytes of a bare pickle."""
_HEADER_AT = 8
"""Where a safetensors file has its "{", after a length that may be any bytes."""


def refuse_pickle(found: FoundFile) -> None:
    """Nothing for a file that is no pickle.

    Raises ModelUnavailable for one, as .pth, .pt, .ckpt and .bin files are: reading it may run code that is in it.
    """
    with found.path.open("rb") as file:
        beginning = file.read(_HEADER_AT + 1)
    if beginning.startswith(_ZIP) or (beginning.startswith(_PROTOCOLS) and not beginning.endswith(b"{")):
        contract = f" ({found.model.contract})" if found.model.contract else ""
        raise ModelUnavailable(
            f"{found.path.name} in {found.path.parent} is a pickled PyTorch file, which can run code when it is read, "
            f"so it is not opened. Put the published file there: {found.model}{contract}."
        )
