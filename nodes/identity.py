"""Who a node is asked for: a person of the library, or the face in a reference picture."""

from typing import Any

from ..facechain.errors import InvalidSetting
from ..facechain.identity import Identity, identity_from_picture
from ..facechain.interfaces import FaceAnalyzer
from ..facechain.people import Person
from . import host
from .tensors import arrays_from_images


def identity_of(person: list[Person] | None, reference: list[Any] | None, analyzer: FaceAnalyzer) -> Identity:
    """The identity of the connected person, else of the largest face in the first reference picture.

    Raises InvalidSetting if neither or both are connected.
    """
    if (person is None) == (reference is None):
        raise InvalidSetting("Connect either a person or a reference picture, not both and not none.")
    if person is not None:
        embeddings = host.people_store().identity_embeddings(person[0], analyzer)
        return Identity(person[0].references, embeddings)
    return identity_from_picture(arrays_from_images(reference or [])[0], analyzer)
