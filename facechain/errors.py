"""Every error that a user can cause or mend. Message: the fact with its numbers, then what to do."""

from typing import ClassVar


class FaceChainError(Exception):
    """Base of all errors that are meant to be read by a person."""

    code: ClassVar[str] = "facechain_error"
    """Stable identifier for scripts; never changes once released."""

    # The host names a failure "<module>.<qualified name>", and its name of our module is the path of the
    # installation. So scripts read "facechain.person_not_found" instead, wherever we are installed.
    __module__, __qualname__ = "facechain", code

    def __init_subclass__(cls) -> None:
        cls.__module__, cls.__qualname__ = "facechain", cls.code


class InvalidSetting(FaceChainError):
    """A value outside of what the setting allows."""

    code = "invalid_setting"


class InvalidName(FaceChainError):
    """A person name that cannot become a folder or file name."""

    code = "invalid_name"


class NoPhotos(FaceChainError):
    """A folder or list without a single readable photo."""

    code = "no_photos"


class PhotoUnreadable(FaceChainError):
    """A file that is not a picture, or a picture that cannot be decoded."""

    code = "photo_unreadable"


class NoFaceFound(FaceChainError):
    """No acceptable face where one is needed."""

    code = "no_face_found"


class DegenerateLandmarks(FaceChainError):
    """Landmarks that define no similarity transform because they coincide."""

    code = "degenerate_landmarks"


class DifferentEmbeddingModels(FaceChainError):
    """Embeddings of two models in one comparison."""

    code = "different_embedding_models"


class AssetMissing(FaceChainError):
    """A model file that is in none of the folders searched."""

    code = "asset_missing"


class AssetCorrupt(FaceChainError):
    """A model file whose size or sha256 differs from the catalogue."""

    code = "asset_corrupt"


class LicenceNotAccepted(FaceChainError):
    """A model with a restricted licence that nobody accepted on this installation."""

    code = "licence_not_accepted"


class ModelUnavailable(FaceChainError):
    """A model that cannot run on this installation."""

    code = "model_unavailable"


class DatasetUnreadable(FaceChainError):
    """A dataset folder that is incomplete or was changed by hand."""

    code = "dataset_unreadable"


class DatasetTooSmall(FaceChainError):
    """Fewer accepted faces than training needs."""

    code = "dataset_too_small"


class UnreadableCheckpoint(FaceChainError):
    """A checkpoint file that is truncated, a pickle, or no checkpoint at all."""

    code = "unreadable_checkpoint"


class WrongBaseModel(FaceChainError):
    """A checkpoint, LoRA or MODEL of another family than the one needed."""

    code = "wrong_base_model"


class PersonNotFound(FaceChainError):
    """A person name that is not on this installation."""

    code = "person_not_found"


class PersonExists(FaceChainError):
    """A name that another person of the library has."""

    code = "person_exists"


class PersonUnreadable(FaceChainError):
    """A person folder that is incomplete or damaged."""

    code = "person_unreadable"


class StyleUnreadable(FaceChainError):
    """A style file with problems; the message lists all of them."""

    code = "style_unreadable"


class StyleNotFound(FaceChainError):
    """A style id that no style folder has."""

    code = "style_not_found"


class StyleExists(FaceChainError):
    """An id that another style of the library has."""

    code = "style_exists"


class TrainingFailed(FaceChainError):
    """A training process that ended without a result."""

    code = "training_failed"


class Cancelled(FaceChainError):
    """The user pressed stop."""

    code = "cancelled"


class TrainingCancelled(Cancelled):
    """The user pressed stop while training; the job can go on."""

    code = "training_cancelled"


class TrainingBusy(TrainingFailed):
    """A second run of a training that is still running."""

    code = "training_busy"


class PoseNotFound(FaceChainError):
    """A picture that shows nobody, or a pose id that no pose folder has."""

    code = "pose_not_found"


class PoseUnreadable(FaceChainError):
    """A pose file or keypoints with problems; the message lists all of them."""

    code = "pose_unreadable"
