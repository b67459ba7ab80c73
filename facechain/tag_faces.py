"""Faces -> faces with captions: what was measured, as the user's rules have it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .face_view import view_face
from .faces import FaceSet
from .interfaces import FaceParser, GazeEstimator
from .progress import Progress, stepped
from .tag_face import tag_face
from .tag_rules import TagRules, join_words, split_words
from .tags import Tag

SHARED = (
    "Training cannot tell what is in every caption from the trigger word, so a prompt may have to repeat it. "
    "Add photos without it; or leave it out, and it becomes part of the person."
)


@dataclass(frozen=True, slots=True)
class FaceTags:
    """What was measured of one face, and what its caption says."""

    measured: tuple[Tag, ...]
    """All of them, also those that the caption leaves out."""
    said: tuple[Tag, ...]
    """Those in the caption; none when it was written by hand."""
    caption: str
    """Without trigger word and subject; may be empty."""
    is_edited: bool


@dataclass(frozen=True, slots=True, eq=False)
class TaggedFaces:
    """Faces with captions, and the tags of each in the same order."""

    faces: FaceSet
    tags: tuple[FaceTags, ...]
    unused: tuple[str, ...]
    """Words to be left out that no face has."""

    @property
    def captions(self) -> list[str]:
        """One per face, without trigger word and subject."""
        return [face.caption for face in self.tags]

    @property
    def shared(self) -> tuple[str, ...]:
        """Phrases that every caption has; none of a single face."""
        captions = [split_words(caption) for caption in self.captions]
        if len(captions) < 2:
            return ()
        return tuple(phrase for phrase in captions[0] if all(phrase in caption for caption in captions))

    def report(self) -> dict[str, object]:
        """Captions and measured numbers as JSON values; faces are numbered from 1."""
        return {
            "in_every_caption": list(self.shared),
            "advice": SHARED if self.shared else "",
            "left_out_in_vain": list(self.unused),
            "faces": [_face_report(number, face) for number, face in enumerate(self.tags, 1)],
        }

    def __repr__(self) -> str:
        return f"TaggedFaces({len(self.tags)})"


def tag_faces(
    faces: FaceSet, parser: FaceParser, gaze_estimator: GazeEstimator, rules: TagRules, progress: Progress
) -> TaggedFaces:
    """The same faces with captions, and with regions where they had none.

    Raises InvalidSetting for edits that cannot be read, and what the parser raises.
    """
    edited = rules.edited(len(faces.faces))  # a slip there must show before the work, not after it
    tagged, tags = [], []
    for done, aligned in enumerate(stepped(faces.faces, progress)):
        view = view_face(aligned, parser, gaze_estimator)
        tags.append(_face_tags(tag_face(view), rules, edited.get(done)))
        tagged.append(replace(aligned, caption=tags[-1].caption or None, regions=view.regions))
    measured = [tag for face in tags for tag in face.measured]
    return TaggedFaces(replace(faces, faces=tuple(tagged)), tuple(tags), rules.unused(measured))


def _face_tags(measured: tuple[Tag, ...], rules: TagRules, by_hand: tuple[str, ...] | None) -> FaceTags:
    added = split_words(rules.add)
    if by_hand is not None:
        return FaceTags(measured, (), join_words(by_hand, added), is_edited=True)
    said = rules.kept(measured)
    return FaceTags(measured, said, join_words((tag.words for tag in said), added), is_edited=False)


def _face_report(number: int, face: FaceTags) -> dict[str, object]:
    return {
        "face": number,
        "caption": face.caption,
        "edited": face.is_edited,
        "tags": [{**tag.to_json(), "in_caption": tag in face.said} for tag in face.measured],
    }
