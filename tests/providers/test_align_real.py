"""Alignment and verdicts with the real embedded models on variations of real photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from facechain.align import AlignOptions, align_faces
from facechain.contact_sheet import draw_contact_sheet
from facechain.crops import CropPreset
from facechain.face_choice import FaceChoice, choose_face
from facechain.faces import AlignedFace, FaceSet, Rejection, Verdict
from facechain.photos import reference_photos
from facechain.progress import SilentProgress
from facechain.upright import find_upright_faces
from facechain.verdicts import Finding

Photo = Callable[[str], np.ndarray]


def rotated(photo: np.ndarray, clockwise_deg: float) -> np.ndarray:
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -clockwise_deg, 1)
    return cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def scaled(photo: np.ndarray, factor: float) -> np.ndarray:
    kernel = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(photo, None, fx=factor, fy=factor, interpolation=kernel)


def brightened(photo: np.ndarray, factor: float) -> np.ndarray:
    return (photo * np.float64(factor)).clip(0, 255).astype(np.uint8)


VARIATIONS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray], Rejection | None]] = {
    "original": ("astronaut", lambda photo: photo, None),
    "flipped": ("astronaut", lambda photo: photo[:, ::-1], None),
    "cropped": ("astronaut", lambda photo: photo[20:300, 90:380], None),
    "larger": ("astronaut", lambda photo: scaled(photo, 1.6), None),
    "brighter": ("astronaut", lambda photo: brightened(photo, 1.25), None),
    "dim": ("astronaut", lambda photo: brightened(photo, 0.4), None),
    "tilted": ("astronaut", lambda photo: rotated(photo, 12), None),
    "lying": ("astronaut", lambda photo: np.rot90(photo), None),
    "upside down": ("astronaut", lambda photo: np.rot90(photo, 2), None),
    "stranger": ("hopper", lambda photo: photo, Rejection.STRANGER),
    "blurred": ("astronaut", lambda photo: cv2.GaussianBlur(photo, (0, 0), 2.5), Rejection.BLURRED),
    "dark": ("astronaut", lambda photo: brightened(photo, 0.1), Rejection.TOO_DARK),
    "glaring": ("astronaut", lambda photo: brightened(photo, 1.7), Rejection.TOO_BRIGHT),
    "far": ("astronaut", lambda photo: scaled(photo, 0.5), Rejection.TOO_SMALL),
    "profile": ("profile", lambda photo: scaled(photo, 3), Rejection.TURNED_AWAY),
    "pair": (
        "astronaut",
        lambda photo: np.hstack([photo, photo[:, ::-1]]),
        Rejection.SEVERAL_FACES,
    ),
    "cat": ("chelsea.png", lambda photo: photo, Rejection.NO_FACE),
    "coffee": ("coffee.png", lambda photo: photo, Rejection.NO_FACE),
    "rocket": ("rocket.jpg", lambda photo: photo, Rejection.NO_FACE),
}
"""Name -> photo, what was done to it, and the verdict; with "compressed" and "damaged" these are 21 photos."""


@dataclass(frozen=True)
class Aligned:
    """The result for all variations, by name."""

    faces: FaceSet
    verdicts: dict[str, Verdict]

    def face(self, name: str) -> AlignedFace:
        photo = self.verdicts[name].photo
        return next(face for face in self.faces.faces if face.photo == photo)


@pytest.fixture(scope="module")
def aligned(analyzer, photo: Photo, tmp_path_factory: pytest.TempPathFactory) -> Aligned:
    folder = tmp_path_factory.mktemp("variations")
    files = [_saved(folder, name, vary(photo(source))) for name, (source, vary, _) in VARIATIONS.items()]
    files.append(folder / "compressed.jpg")
    Image.fromarray(photo("astronaut")).save(files[-1], quality=35)
    files.append(folder / "damaged.jpg")
    files[-1].write_bytes(files[-2].read_bytes()[:9000])
    faces = align_faces(analyzer, reference_photos(files), AlignOptions(), SilentProgress())
    names = [file.stem for file in files]
    return Aligned(faces, dict(zip(names, faces.verdicts, strict=True)))


def _saved(folder: Path, name: str, pixels: np.ndarray) -> Path:
    file = folder / f"{name}.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, compress_level=1)
    return file


@pytest.mark.parametrize("name", VARIATIONS)
def test_every_variation_has_the_verdict_that_a_person_would_give(aligned, name):
    verdict = aligned.verdicts[name]
    assert verdict.rejection is VARIATIONS[name][2], verdict.reason


def test_a_compressed_photo_is_accepted_and_a_damaged_file_is_not(aligned):
    assert aligned.verdicts["compressed"].accepted
    assert aligned.verdicts["damaged"].rejection is Rejection.UNREADABLE


ACCEPTED = [name for name, (_, _, rejection) in VARIATIONS.items() if rejection is None]


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_eye_line_of_a_crop_is_horizontal_when_the_crop_is_looked_at_anew(analyzer, aligned, name):
    seen = _face_in(analyzer, aligned.face(name).crop)
    # 1 degree: two looks at one face differ by up to 0.6.
    assert seen.landmarks.roll_deg == pytest.approx(0, abs=1)


@pytest.mark.parametrize("name", ACCEPTED)
def test_eyes_and_mouth_of_a_crop_lie_where_the_transform_says(analyzer, aligned, name):
    face = aligned.face(name)
    expected = face.transform.apply(face.face.landmarks.points)
    seen = _face_in(analyzer, face.crop).landmarks.points
    # 2 % of the crop: the mesh looks at 192 px of either picture.
    assert np.abs(seen - expected).max() < 0.02 * 512


@pytest.mark.parametrize("name", ACCEPTED)
def test_all_crops_of_one_face_have_the_eyes_at_one_place(aligned, name):
    faces = [aligned.face(other) for other in ACCEPTED]
    eyes = np.array([face.transform.apply(face.face.landmarks.points[:2]).mean(0) for face in faces])
    own = aligned.face(name)
    middle = own.transform.apply(own.face.landmarks.points[:2]).mean(0)
    assert np.abs(middle - np.median(eyes, axis=0)).max() < 0.02 * 512


@pytest.mark.parametrize("preset", list(CropPreset))
def test_every_preset_shows_the_face_upright(analyzer, photo, tmp_path, preset):
    photos = reference_photos([_saved(tmp_path, "tilted", rotated(photo("hopper"), 25))])
    crop = align_faces(analyzer, photos, AlignOptions(preset=preset), SilentProgress()).faces[0].crop
    framed = cv2.copyMakeBorder(crop, 256, 256, 256, 256, cv2.BORDER_REPLICATE)
    # 2 degrees: ArcFace's template fits all five points, not the eye line alone.
    assert _face_in(analyzer, framed).landmarks.roll_deg == pytest.approx(0, abs=2)


def test_copies_of_one_picture_are_remarked(aligned):
    assert aligned.verdicts["larger"].reason == "Almost the same picture as photo 1; it adds little."


def test_one_person_is_alike_and_the_stranger_is_not(aligned):
    accepted = [verdict.likeness for verdict in aligned.verdicts.values() if verdict.accepted]
    assert min(accepted) > 0.9
    assert aligned.verdicts["stranger"].likeness < 0.3


def test_six_people_of_similar_size_are_too_many(analyzer, photo):
    found = find_upright_faces(analyzer, photo("group"))
    finding = choose_face(found.faces, FaceChoice.DOMINANT)
    assert isinstance(finding, Finding)
    assert finding.reason.startswith("There are 6 faces; the largest is 1.")


def test_the_contact_sheet_has_a_card_for_every_photo(aligned):
    sheet = draw_contact_sheet(aligned.faces)
    rows = -(-len(aligned.verdicts) // 3)
    assert sheet.shape[0] > rows * 300
    assert sheet.std() > 30


def _face_in(analyzer, picture: np.ndarray):
    faces = analyzer.detect(picture)
    assert faces, "the crop shows no face"
    return max(faces, key=lambda face: face.box.area)
