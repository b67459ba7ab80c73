"""Who a node is asked for: a person of the library, or the face in a reference picture."""

from typing import Any, TypeVar

from ..facechain.errors import InvalidSetting, NoPhotos
from ..facechain.identity import Identity, identity_from_picture
from ..facechain.interfaces import FaceAnalyzer
from ..facechain.people import Person
from . import host
from .tensors import PicturesOfImages

_Value = TypeVar("_Value")


def first_of(values: list[_Value] | None) -> _Value | None:
    """The first value of an input that comes as a list; None when it is not connected."""
    return values[0] if values else None


def seen_by(people: list[Person] | None) -> list[str]:
    """Ids of the analyzers by which `people` were seen in training."""
    return [person.analyzer_id for person in people or ()]


def identity_of(person: list[Person] | None, reference: list[Any] | None, analyzer: FaceAnalyzer) -> Identity:
    """The identity of the connected person, else of the largest face in the first reference picture.

    Raises InvalidSetting if neither or both are connected, NoPhotos if the reference holds no picture.
    """
    if (person is None) == (reference is None):
        raise InvalidSetting("Connect either a person or a reference picture, not both and not none.")
    if person is not None:
        embeddings = host.people_store().identity_embeddings(person[0], analyzer)
        return Identity.of(person[0].references, embeddings, analyzer.calibration)
    pictures = PicturesOfImages(reference or [])
    if not pictures:
        raise NoPhotos("The reference holds no picture. Connect one that shows the person's face.")
    return identity_from_picture(pictures[0], analyzer)
