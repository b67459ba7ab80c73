"""Everything that is measured of one face, in the order of a caption."""

from __future__ import annotations

from .face_view import FaceView
from .tag_colors import clothing_tag, hair_tag, monochrome_tag
from .tag_expression import mouth_tag, smile_tag, teeth_tag
from .tag_pose import eyes_tag, framing_tag, gaze_tag, head_tilt_tag, head_turn_tag
from .tag_surroundings import background_tags, light_tag
from .tags import Tag

_PERSON = (
    framing_tag,
    head_turn_tag,
    head_tilt_tag,
    gaze_tag,
    eyes_tag,
    smile_tag,
    teeth_tag,
    mouth_tag,
    hair_tag,
    clothing_tag,
)


def tag_face(view: FaceView) -> tuple[Tag, ...]:
    """What is certain enough to be said of `view`; never who somebody is, how old, or how handsome."""
    person = [measure(view) for measure in _PERSON]
    photo = [light_tag(view), monochrome_tag(view)]
    return tuple(tag for tag in (*person, *background_tags(view), *photo) if tag)
