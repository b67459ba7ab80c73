"""Fusing many pictures: which face, which reference, and what the report says."""

from dataclasses import replace

import numpy as np
import pytest
from support_fusion import KnownParser, PaintingSwapper, Sharpener, cut, face_square
from support_mesh import ball_face, ball_mesh, plain_photo, with_dot

from facechain.embeddings import Calibration, Embedding
from facechain.errors import InvalidSetting, NoFaceFound, NoPhotos
from facechain.face_crop import FaceCrop
from facechain.feature_zones import Kept
from facechain.fuse_pictures import FuseOptions, FusionNetworks, WithoutFace, fuse_pictures
from facechain.fused_pictures import remarks_of
from facechain.fusion import Fused
from facechain.fusion_target import SpectaclesOf
from facechain.geometry import Landmarks
from facechain.identity import identity_from_picture
from facechain.parsing import Region
from facechain.progress import SilentProgress
from facechain.which_face import FaceOrder

SIDE = 160
MIDDLE = (SIDE // 2, SIDE // 2)
RED, BLUE = (200, 150, 130), (120, 150, 210)
POINTS = Landmarks(np.array([[-16, -12], [16, -12], [0, 0], [-12, 22], [12, 22]]) + MIDDLE)
"""Of a face whose nose tip, like that of the ball, is its middle."""


class ColourAnalyzer:
    """Every picture that is not black shows one frontal ball face; its identity is how dark its nose is."""

    engine, id, model_id, calibration = "painted", "colour", "colour", Calibration(same_person=0.5, spread=0.1)

    def detect(self, image):
        return (ball_face(ball_mesh(*MIDDLE, SIDE / 4)),) if image.any() else ()

    def embed(self, image, face):
        nose, cheek = image[MIDDLE[1], MIDDLE[0]].mean(), image[MIDDLE[1], MIDDLE[0] + 12].mean()
        return Embedding(np.array([nose / cheek], np.float32), self.model_id, "euclidean")


@pytest.fixture
def red():
    """Somebody with a dark nose."""
    return identity_from_picture(with_dot(plain_photo(SIDE, SIDE, RED), *MIDDLE, (90, 60, 50)), ColourAnalyzer())


def fuse(targets, identity, **options):
    chosen = replace(FuseOptions(), **options)
    return fuse_pictures(targets, identity, ColourAnalyzer(), chosen, SilentProgress())


def test_a_picture_keeps_its_size_and_what_is_outside_of_the_face(red):
    target = plain_photo(SIDE, SIDE, BLUE)
    (fused,) = fuse([target], red).pictures
    assert fused.image.shape == target.shape
    assert (fused.image[fused.mask == 0] == target[fused.mask == 0]).all()
    assert fused.mask[MIDDLE[1], MIDDLE[0]] == 1


def test_a_picture_without_a_face_goes_through_unchanged_and_says_so(red):
    nobody = np.zeros((SIDE, SIDE, 3), np.uint8)
    fused = fuse([nobody, plain_photo(SIDE, SIDE, BLUE)], red)
    assert (fused.pictures[0].image == nobody).all()
    first, second = fused.report()
    assert not first["fused"]
    assert "Left unchanged" in first["note"]
    assert first["likeness_after"] is None
    assert second["fused"]


def test_a_picture_without_a_face_stops_everything_when_asked_to(red):
    with pytest.raises(NoFaceFound, match="The photo has no face"):
        fuse([np.zeros((SIDE, SIDE, 3), np.uint8)], red, without_face=WithoutFace.ERROR)


def test_a_face_number_beyond_the_faces_is_named(red):
    (report,) = fuse([plain_photo(SIDE, SIDE, BLUE)], red, order=FaceOrder.POSITION, number=2).report()
    assert "1 face, face 2 was asked" in report["note"]


def test_references_without_a_face_are_refused(red):
    blind = replace(red, pictures=(np.zeros((SIDE, SIDE, 3), np.uint8),))
    with pytest.raises(NoFaceFound, match="finds no face in the person's references"):
        fuse([plain_photo(SIDE, SIDE, BLUE)], blind)


def test_a_reference_picture_without_a_face_is_refused():
    with pytest.raises(NoFaceFound, match="The reference picture shows no face"):
        identity_from_picture(np.zeros((SIDE, SIDE, 3), np.uint8), ColourAnalyzer())


class NeighbourAnalyzer(ColourAnalyzer):
    """In a wide picture a large face, turned by 40 degrees, stands left of a small frontal one."""

    def detect(self, image):
        if image.shape[1] == SIDE:
            return super().detect(image)
        turned = ball_face(ball_mesh(MIDDLE[0], MIDDLE[1], SIDE / 3, yaw_deg=40))
        return turned, ball_face(ball_mesh(MIDDLE[0] + SIDE, MIDDLE[1], SIDE / 5))

    def embed(self, image, face):
        x, y = (int(value) for value in face.box.center)
        return Embedding(image[y, x].astype(np.float32) / 100, self.model_id, "euclidean")


def test_a_larger_neighbour_in_a_reference_is_not_taken_for_the_person(red):
    reference = np.hstack([plain_photo(SIDE, SIDE, BLUE), plain_photo(SIDE, SIDE, RED)])
    person = replace(red, pictures=(reference,))
    target = plain_photo(SIDE, SIDE, BLUE)
    (report,) = fuse_pictures([target], person, NeighbourAnalyzer(), FuseOptions(), SilentProgress()).report()
    assert report["turn_deg"] == pytest.approx(0, abs=1)  # the neighbour's head would differ by 40


def test_a_person_who_is_already_there_changes_nothing():
    target = plain_photo(SIDE, SIDE, BLUE)
    same = identity_from_picture(plain_photo(SIDE, SIDE, RED), ColourAnalyzer())
    (fused,) = fuse([target], same).pictures
    assert (fused.image == target).all()
    assert not fused.mask.any()
    assert "would not be more like the person. Use another reference" in fused.note
    assert fused.likeness_after == fused.likeness_before


class TurnedAnalyzer(ColourAnalyzer):
    """The head in a red picture is turned by 60 degrees, in others it looks straight."""

    def detect(self, image):
        yaw = 60 if image[0, 0, 0] == RED[0] else 0
        return (ball_face(ball_mesh(*MIDDLE, SIDE / 4, yaw_deg=yaw)),)


def test_heads_that_look_too_far_apart_are_left_alone(red):
    target = plain_photo(SIDE, SIDE, BLUE)
    (fused,) = fuse_pictures([target], red, TurnedAnalyzer(), FuseOptions(), SilentProgress()).pictures
    assert (fused.image == target).all()
    assert "60 degrees apart, at most 50 can be fused" in fused.note


class MeshlessAnalyzer(ColourAnalyzer):
    """As most detectors: a box and five points."""

    def detect(self, image):
        return tuple(replace(face, mesh=None, landmarks=POINTS) for face in super().detect(image))


class PlainSwapper(PaintingSwapper):
    """Gives every face the middle colour of the person's, nose and all, and counts how often it is asked."""

    id = "plain"

    def identity(self, image, face):
        self.identities += 1
        return image[MIDDLE[1], MIDDLE[0]].astype(np.float32)

    def swap(self, image, face, identity):
        crop = cut(image, face)
        crop[48:76, 54:74] = identity.round()
        return FaceCrop(crop, face_square(face))


def swapped(targets, identity, *, swapper=None, restorer=None, parser=None, **options):
    networks = FusionNetworks(swapper or PlainSwapper(), restorer, parser)
    chosen = replace(FuseOptions(), **options)
    return fuse_pictures(targets, identity, MeshlessAnalyzer(), chosen, SilentProgress(), networks)


def test_a_swapper_needs_no_mesh_and_says_what_ran(red):
    target = plain_photo(SIDE, SIDE, BLUE)
    swapper = PlainSwapper()
    fused = swapped([target, target], red, swapper=swapper, restorer=Sharpener())
    first, _ = fused.report()
    assert first["fused"], first["note"]
    assert (first["method"], first["restorer"]) == ("plain", "sharpener")
    assert first["engine"] == "numpy; OpenCV"
    assert first["turn_deg"] is None
    assert first["shift_ratio"] == 0
    assert first["likeness_after"] > first["likeness_before"]
    assert swapper.identities == 1, "the person is the same for all targets"


def test_without_a_swapper_the_report_says_mesh(red):
    (report,) = fuse([plain_photo(SIDE, SIDE, BLUE)], red).report()
    assert (report["method"], report["restorer"], report["engine"]) == ("mesh", "", "painted")


def test_a_restorer_of_no_strength_does_not_run(red):
    (report,) = swapped([plain_photo(SIDE, SIDE, BLUE)], red, restorer=Sharpener(), restorer_strength=0.0).report()
    assert report["restorer"] == ""


def test_a_restorer_changes_only_what_is_new(red):
    target = np.random.default_rng(0).integers(110, 150, (SIDE, SIDE, 3), dtype=np.uint8)
    hair = KnownParser((Region.HAIR, np.s_[: MIDDLE[1] - 20, :]))
    (plain,) = swapped([target], red, parser=hair).pictures
    (sharp,) = swapped([target], red, parser=hair, restorer=Sharpener(), restorer_strength=1.0).pictures
    assert (sharp.image[plain.mask == 0] == target[plain.mask == 0]).all()
    assert (sharp.image != plain.image).any()


@pytest.mark.parametrize("way", [fuse, swapped])
def test_half_a_blend_is_the_mean_and_none_is_the_picture_itself(red, way):
    target = plain_photo(SIDE, SIDE, BLUE)
    (whole,), (half,), (none,) = (way([target], red, blend=blend).pictures for blend in (1.0, 0.5, 0.0))
    mean = (whole.image.astype(float) + target) / 2
    assert np.abs(half.image - mean).max() <= 0.5  # one rounding
    assert half.mask.max() == 0.5
    assert none.image is target
    assert not none.mask.any()
    assert "a blend of 0 shows nothing of the person" in none.note


@pytest.mark.parametrize("option", ["blend", "restorer_strength"])
def test_impossible_shares_are_refused(option):
    with pytest.raises(InvalidSetting, match=rf"A {option.replace('_', ' ')} of 1.5 is not possible. Use 0"):
        FuseOptions(**{option: 1.5})


def test_a_swapped_face_that_is_no_more_like_the_person_is_left_alone(red):
    class LazySwapper(PlainSwapper):
        def swap(self, image, face, identity):
            return FaceCrop(cut(image, face), face_square(face))

    target = plain_photo(SIDE, SIDE, BLUE)
    (fused,) = swapped([target], red, swapper=LazySwapper(), restorer=Sharpener()).pictures
    assert fused.image is target
    assert "would not be more like the person" in fused.note
    assert (fused.method, fused.restorer) == ("plain", "")


def test_with_a_parser_the_mesh_leaves_a_fringe_alone_too(red):
    target = plain_photo(SIDE, SIDE, BLUE)
    fringe = np.s_[: MIDDLE[1] - 20, :]
    networks = FusionNetworks(parser=KnownParser((Region.HAIR, fringe)))
    (bare,) = fuse([target], red).pictures
    (kept,) = fuse_pictures([target], red, ColourAnalyzer(), FuseOptions(), SilentProgress(), networks).pictures
    assert bare.mask[fringe].any()
    assert not kept.mask[fringe].any()
    assert (kept.image[fringe] == target[fringe]).all()


def test_no_target_at_all_is_said_in_words(red):
    with pytest.raises(
        NoPhotos, match=r"There is no target picture: the batch or list is empty\. Connect at least one"
    ):
        fuse([], red)


def test_pictures_of_any_size_go_through_together(red):
    targets = [plain_photo(1, 1, (0, 0, 0)), plain_photo(SIDE, SIDE, BLUE), plain_photo(SIDE + 40, SIDE, BLUE)]
    fused = swapped(targets, red)
    assert [picture.image.shape for picture in fused.pictures] == [target.shape for target in targets]
    assert [report["fused"] for report in fused.report()] == [False, True, True]


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (Kept.TEETH, "The mouths are open differently: what is between the lips stays the target's."),
        (Kept.MOUTH, "The mouths differ too much: the target's stays."),
        (Kept.EYES, "The eyes differ too much: the target's stay."),
    ],
)
def test_what_stays_is_said_in_words(kept, sentence):
    assert remarks_of(fused_with(kept=frozenset({kept})), SpectaclesOf.TARGET) == (sentence,)


@pytest.mark.parametrize(
    ("whose", "sentences"),
    [
        (
            SpectaclesOf.TARGET,
            (
                "The target wears spectacles: their frame stays.",
                "The person wears spectacles: their frame is left out.",
            ),
        ),
        (
            SpectaclesOf.PERSON,
            ("The target's spectacles are painted over.", "The person's spectacles come along."),
        ),
    ],
)
def test_what_becomes_of_spectacles_is_said_in_words(whose, sentences):
    assert remarks_of(fused_with(target_wears=True, person_wears=True), whose) == sentences
    assert remarks_of(fused_with(), whose) == ()


def fused_with(**what) -> Fused:
    return Fused(np.zeros((4, 4, 3), np.uint8), np.ones((4, 4), np.float32), 0.0, **what)
