"""Alignment and verdicts with the real embedded models on variations of real photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from facechain.align import AlignOptions, align_faces
from facechain.contact_sheet import draw_contact_sheet
from facechain.crops import CropPreset
from facechain.face_choice import SeveralFaces, meant_face
from facechain.faces import AlignedFace, Face, FaceSet, Rejection, Verdict
from facechain.geometry import Size
from facechain.identity import identity_from_picture
from facechain.photos import reference_photos
from facechain.progress import SilentProgress
from facechain.providers.face_landmarks import faces_from_landmarks
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
    finding = meant_face(found.faces, None, embed=partial(analyzer.embed, found.image))
    assert isinstance(finding, Finding)
    assert finding.reason.startswith("There are 6 faces; the largest is 1.")


def pair(photo: Photo) -> np.ndarray:
    """The person of "hopper" on the left, of "astronaut" on the right."""
    return np.hstack([photo("hopper")[:512], photo("astronaut")])


@pytest.mark.parametrize(("who", "side"), [("hopper", 0), ("astronaut", 1)])
def test_the_person_asked_for_is_found_beside_another_one(analyzer, photo, tmp_path, who, side):
    identity = identity_from_picture(photo(who)[:, ::-1], analyzer).embeddings
    options = AlignOptions(several_faces=SeveralFaces.LIKENESS, identity=identity)
    faces = align_faces(analyzer, reference_photos([_saved(tmp_path, "pair", pair(photo))]), options, SilentProgress())
    assert faces.faces[0].face.box.center[0] // 512 == side
    assert (faces.verdicts[0].likeness or 0) > 0.9


def described(face: Face) -> dict[str, object]:
    """`face` as the host's landmark node describes it, with ten points of the irises at the end."""
    assert face.mesh is not None
    assert face.presence is not None
    mesh = np.vstack([face.mesh, np.repeat(face.mesh[:1], 10, axis=0)])
    presence = min(face.presence, 0.999)
    logit = np.log(presence / (1 - presence))
    return {"landmarks_xy": mesh[:, :2], "landmarks_3d": mesh * 0.7, "presence": logit, "score": face.score}


def test_landmarks_of_the_host_give_the_same_crop_and_person(analyzer, photo, tmp_path):
    image = photo("astronaut")
    payload = {"frames": [[described(face) for face in analyzer.detect(image)]], "image_size": image.shape[:2]}
    photos = reference_photos([_saved(tmp_path, "photo", image)])
    given = AlignOptions(given=faces_from_landmarks([payload]))
    found = align_faces(analyzer, photos, AlignOptions(), SilentProgress()).faces[0]
    same = align_faces(analyzer, photos, given, SilentProgress()).faces[0]
    # 1e-3 px and 2 grey levels: the depth went through a division and float32.
    assert same.face.mesh == pytest.approx(found.face.mesh, abs=1e-3)
    assert np.abs(same.crop.astype(int) - found.crop).max() <= 2
    assert same.embedding.vector == pytest.approx(found.embedding.vector, abs=1e-3)


TURNED: dict[str, Callable[[Photo], np.ndarray]] = {
    "astronaut": lambda photo: photo("astronaut"),
    "dark": lambda photo: brightened(photo("astronaut"), 0.15),
    "small": lambda photo: scaled(photo("hopper"), 0.25),
    "tilted group": lambda photo: rotated(photo("group"), -30),
}


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("name", TURNED)
def test_a_photo_is_turned_upright_by_the_faces_in_it(analyzer, photo, name, quarters):
    upright = np.ascontiguousarray(TURNED[name](photo))
    found = find_upright_faces(analyzer, np.ascontiguousarray(np.rot90(upright, quarters)))
    assert Size.of(found.image) == Size.of(upright)
    assert (found.image == upright).all()


def test_the_contact_sheet_has_a_card_for_every_photo(aligned):
    sheet = draw_contact_sheet(aligned.faces)
    rows = -(-len(aligned.verdicts) // 3)
    assert sheet.shape[0] > rows * 300
    assert sheet.std() > 30


def _face_in(analyzer, picture: np.ndarray):
    faces = analyzer.detect(picture)
    assert faces, "the crop shows no face"
    return max(faces, key=lambda face: face.box.area)
