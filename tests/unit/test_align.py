import re
import threading

import cv2
import numpy as np
import pytest
from PIL import Image
from support import PaintedFaceAnalyzer, face_at, landscape, portrait, save_photos

from facechain.align import AlignOptions, align_faces
from facechain.crops import CropPreset
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.faces import Face, FaceSet, Rejection
from facechain.geometry import Size
from facechain.photos import PhotoSet, reference_photos
from facechain.progress import SilentProgress
from facechain.warp import Outside


def align(photos: PhotoSet, **options) -> FaceSet:
    return align_faces(PaintedFaceAnalyzer(), photos, AlignOptions(**options), SilentProgress())


def different_portrait(number: int, who: str = "anna") -> np.ndarray:
    """Portraits that are no repeats of each other: the head is turned by another angle."""
    return portrait(400, 400, face_at(200, 180, 50, yaw_deg=8 * number - 16, who=who))


def found_dots(crop: np.ndarray) -> np.ndarray:
    return PaintedFaceAnalyzer().detect(crop)[0].landmarks.points


def rejections(faces: FaceSet) -> list[Rejection | None]:
    return [verdict.rejection for verdict in faces.verdicts]


def test_every_photo_gets_a_verdict_in_input_order(tmp_path):
    faces = align(save_photos(tmp_path, landscape(), portrait(), portrait(400, 500), landscape(300, 300)))
    assert rejections(faces) == [Rejection.NO_FACE, None, None, Rejection.NO_FACE]
    assert [face.photo.name for face in faces.faces] == ["secret-name-02.png", "secret-name-03.png"]
    assert (faces.size, faces.analyzer_id, faces.engine) == (Size(512, 512), "painted", "painted")


@pytest.mark.parametrize("roll_deg", [-30, 0, 12, 44, 90, 133, 180, -90])
def test_a_face_stands_upright_in_its_crop_however_it_was_held(tmp_path, roll_deg):
    photo = portrait(500, 500, face_at(250, 240, 60, roll_deg=roll_deg))
    dots = found_dots(align(save_photos(tmp_path, photo)).faces[0].crop)
    left, right = dots[:2]
    # 0.5 degrees: dots are found to 0.3 px of 60.
    assert np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])) == pytest.approx(0, abs=0.5)
    assert right[0] > left[0]
    assert dots[3][1] > left[1]


@pytest.mark.parametrize("roll_deg", [0, 30, 90, 180])
def test_the_transform_maps_photo_pixels_to_crop_pixels(tmp_path, roll_deg):
    painted = face_at(250, 240, 60, roll_deg=roll_deg)
    face = align(save_photos(tmp_path, portrait(500, 600, painted))).faces[0]
    # 0.5 px of the crop: the dots are painted in steps of 1/4 photo pixel.
    assert found_dots(face.crop) == pytest.approx(face.transform.apply(painted.landmarks), abs=0.5)
    assert face.face.landmarks.points == pytest.approx(painted.landmarks, abs=0.5)


def test_the_roll_of_a_lying_face_is_that_in_the_photo(tmp_path):
    # Anticlockwise by a quarter.
    photo = np.ascontiguousarray(np.rot90(portrait(400, 500)))
    face = align(save_photos(tmp_path, photo)).faces[0]
    # 1 degree: dots are found to 0.3 px of 50.
    assert face.quality.roll_deg == pytest.approx(-90, abs=1)


def test_a_photo_rotated_by_exif_gives_the_same_crop(tmp_path):
    photo = portrait(400, 500)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    Image.fromarray(photo).save(tmp_path / "plain.png")
    Image.fromarray(np.rot90(photo)).save(tmp_path / "tagged.png", exif=exif)
    plain, tagged = align(reference_photos([tmp_path / "plain.png", tmp_path / "tagged.png"])).faces
    assert (plain.crop == tagged.crop).all()
    assert plain.transform.matrix.tolist() == tagged.transform.matrix.tolist()


def test_a_lying_photo_has_an_upright_thumbnail_with_the_face_box_on_it(tmp_path):
    photo = portrait(400, 512, face_at(120, 150, 60))
    verdict = align(save_photos(tmp_path, np.ascontiguousarray(np.rot90(photo)))).verdicts[0]
    assert verdict.thumbnail is not None
    assert verdict.thumbnail.shape == (256, 200, 3)
    assert verdict.face_box is not None
    # The photo is halved; the box's middle is the mean of eyes and mouth, 0.55 eye distances below the eyes.
    assert verdict.face_box.center == (pytest.approx(60, abs=0.5), pytest.approx(75 + 0.55 * 30, abs=0.5))


@pytest.mark.parametrize(("outside", "value"), [(Outside.WHITE, 255), (Outside.BLACK, 0)])
def test_beyond_the_photo_the_crop_is_filled(tmp_path, outside, value):
    photos = save_photos(tmp_path, portrait(300, 300, face_at(150, 40, 50)))
    assert (align(photos, outside=outside).faces[0].crop[0] == value).all()


@pytest.mark.parametrize("preset", list(CropPreset))
def test_presets_and_sizes_are_options(tmp_path, preset):
    faces = align(save_photos(tmp_path, portrait()), side_px=128, preset=preset)
    assert faces.faces[0].crop.shape == (128, 128, 3)
    assert faces.size == Size(128, 128)


@pytest.mark.parametrize(("margin", "side"), [(0.0, 120), (1.0, 360)])
def test_a_crop_with_a_margin_is_as_wide_as_was_asked_for(tmp_path, margin, side):
    photos = save_photos(tmp_path, portrait(400, 400, face_at(200, 180, 50)))
    face = align(photos, preset=CropPreset.MARGIN, margin=margin).faces[0]
    # The painted face has a box of 2.4 eye distances, 120 px; the dots are found to 0.3 px of 50.
    assert face.transform.scale == pytest.approx(512 / side, rel=0.01)


@pytest.mark.parametrize("side_px", [56, 100, 2056])
def test_a_crop_size_that_no_latent_has_is_refused(side_px):
    with pytest.raises(InvalidSetting, match=f"Crop size {side_px} px cannot be used. Choose a multiple of 8"):
        AlignOptions(side_px=side_px)


def test_crops_and_thumbnails_are_read_only(tmp_path):
    faces = align(save_photos(tmp_path, portrait()))
    for pixels in (faces.faces[0].crop, faces.verdicts[0].thumbnail):
        assert pixels is not None
        with pytest.raises(ValueError, match="read-only"):
            pixels[0, 0] = 0


def test_each_fault_of_a_photo_has_its_verdict(tmp_path):
    good = portrait(500, 500, face_at(250, 230, 60))
    photos = save_photos(
        tmp_path,
        good,
        cv2.GaussianBlur(good, (0, 0), 3),
        (good * 0.1).astype(np.uint8),
        portrait(400, 400, face_at(200, 180, 20)),
        portrait(400, 400, face_at(200, 180, 50, yaw_deg=55)),
        landscape(),
    )
    assert rejections(align(photos)) == [
        None,
        Rejection.BLURRED,
        Rejection.TOO_DARK,
        Rejection.TOO_SMALL,
        Rejection.TURNED_AWAY,
        Rejection.NO_FACE,
    ]


def test_files_that_are_no_pictures_are_verdicts_not_errors(tmp_path):
    (tmp_path / "notes.jpg").write_text("hello", encoding="utf-8")
    Image.fromarray(portrait()).save(tmp_path / "photo.png")
    faces = align(reference_photos([tmp_path / "notes.jpg", tmp_path / "photo.png"]))
    assert rejections(faces) == [Rejection.UNREADABLE, None]
    assert faces.verdicts[0].thumbnail is None
    assert faces.verdicts[0].reason == "The file is no picture."


def test_a_stranger_among_three_photos_is_refused_with_the_likeness(tmp_path):
    photos = [different_portrait(1), different_portrait(2, who="bob"), different_portrait(3)]
    faces = align(save_photos(tmp_path, *photos))
    assert rejections(faces) == [None, Rejection.STRANGER, None]
    assert faces.verdicts[1].reason.startswith("This seems to be another person: 0% alike")
    assert faces.verdicts[0].likeness == pytest.approx(0.99, abs=0.01)


def test_two_different_people_are_both_accepted(tmp_path):
    faces = align(save_photos(tmp_path, different_portrait(1), different_portrait(2, who="bob")))
    assert rejections(faces) == [None, None]


def test_an_only_face_has_no_likeness(tmp_path):
    assert align(save_photos(tmp_path, portrait(), landscape())).verdicts[0].likeness is None


def test_a_near_duplicate_is_accepted_with_a_remark(tmp_path):
    photo = different_portrait(1)
    faces = align(save_photos(tmp_path, landscape(), photo, cv2.resize(photo, None, fx=2, fy=2)))
    assert rejections(faces)[1:] == [None, None]
    assert faces.verdicts[2].reason == "Almost the same picture as photo 2; it adds little."
    assert faces.verdicts[2].advice == ""


def test_only_faces_that_are_good_enough_are_embedded(tmp_path):
    analyzer = PaintedFaceAnalyzer()
    photos = save_photos(tmp_path, portrait(), landscape(), portrait(400, 400, face_at(200, 180, 20)))
    align_faces(analyzer, photos, AlignOptions(), SilentProgress())
    assert analyzer.embeddings == 1


class FixedScorer:
    """Likes every face alike."""

    id = "fixed"

    def score(self, image: np.ndarray, face: Face) -> float:
        return 0.25


def test_a_quality_model_has_its_say(tmp_path):
    photos = save_photos(tmp_path, portrait())
    faces = align_faces(PaintedFaceAnalyzer(), photos, AlignOptions(), SilentProgress(), FixedScorer())
    assert faces.faces[0].quality.predicted == 0.25


def test_without_any_face_the_error_lists_every_photo_by_number_and_without_its_name(tmp_path):
    photos = save_photos(tmp_path, landscape(), portrait(400, 400, face_at(200, 180, 20)))
    expected = (
        "None of 2 photos can be used. Mend or replace them:\n"
        "Photo 1 of 2: No face was found. Use a photo in which the face is large, lit and not covered.\n"
        "Photo 2 of 2: The face is small: 20 px between the eyes, 32 needed. "
    )
    with pytest.raises(NoFaceFound, match=re.escape(expected)) as error:
        align(photos)
    assert "secret-name" not in str(error.value)


class RecordedProgress:
    def __init__(self, stop_at: int = 99) -> None:
        self.steps: list[tuple[int, int]] = []
        self.stop_at = stop_at

    def step(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if done == self.stop_at:
            raise InterruptedError("stop was pressed")


def test_progress_counts_photos_from_none_to_all(tmp_path):
    progress = RecordedProgress()
    align_faces(PaintedFaceAnalyzer(), save_photos(tmp_path, portrait(), landscape()), AlignOptions(), progress)
    assert progress.steps == [(0, 2), (1, 2), (2, 2)]


def test_stop_is_obeyed_before_the_next_photo(tmp_path):
    analyzer = PaintedFaceAnalyzer()
    photos = save_photos(tmp_path, portrait(), portrait(500, 500))
    # The error holds on to all that was alive when it was raised, as the host does with the error of a node.
    with pytest.raises(InterruptedError, match="stop was pressed") as held:
        align_faces(analyzer, photos, AlignOptions(), RecordedProgress(stop_at=1))
    assert analyzer.detections == 1
    assert held.traceback
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("facechain-decode")]


def test_the_repr_of_a_result_has_counts_only(tmp_path):
    faces = align(save_photos(tmp_path, portrait(), landscape()))
    assert repr(faces) == "FaceSet(1 faces of 2 photos, 512 px)"
