"""Where the features lie in the 468-point mesh, as rings of point indices. Source: MediaPipe FaceMesh topology."""

from __future__ import annotations

FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Hairline to chin, clockwise in the picture from the middle of the forehead."""
INNER_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
"""From the image-left corner over the upper lip."""
IMAGE_LEFT_EYE = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
"""From the outer corner over the upper lid."""
IMAGE_RIGHT_EYE = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
"""From the outer corner over the upper lid."""

FOREHEAD, CHIN = 10, 152
IMAGE_LEFT_CHEEK, IMAGE_RIGHT_CHEEK = 234, 454
UPPER_LIP, LOWER_LIP = 13, 14
"""Middle of the inner lips."""
MOUTH_CORNERS = (61, 291)
FOREHEAD_RING = (
    127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356,
    300, 293, 334, 296, 336, 107, 66, 105, 63, 70,
)  # fmt: skip
"""Temple to temple along the hairline, and back over both brows."""
OUTER_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
"""From the image-left corner over the upper lip."""
IMAGE_LEFT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
IMAGE_RIGHT_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
"""From the outer end along the upper edge, and back along the lower."""
NOSE = (168, 193, 417, 48, 49, 98, 2, 327, 279, 278, 4)
"""Points whose hull holds root, back and wings."""
NOSE_ROOT = (168, 6)
"""Where spectacles have their bridge."""
EYELIDS = ((159, 145, 33, 133), (386, 374, 263, 362))
"""Upper and lower lid, outer and inner corner, of the image-left and the image-right eye."""
UPPER_FACE = (
    93, 234, 127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356, 454, 323,
)  # fmt: skip
"""Cheek to cheek along the hairline."""
