"""Opening of models for nodes: what is connected, or the best of this installation, fetched when it is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..facechain.errors import AssetMissing, ModelUnavailable
from ..facechain.interfaces import (
    FaceAnalyzer,
    FaceParser,
    FaceQualityScorer,
    FaceRestorer,
    FaceSwapper,
    GazeEstimator,
    PoseEstimator,
)
from ..facechain.providers.catalog import ModelHandle, analyzer_like
from ..facechain.providers.downloads import fetch_model
from ..facechain.providers.model_choices import NO_MODEL, require_role
from ..facechain.providers.model_entry import Role
from ..facechain.providers.open_models import OpenModels
from . import host

_opened = OpenModels()


def open_analyzer(handle: ModelHandle | None = None, *, seen_by: Iterable[str] = ()) -> FaceAnalyzer:
    """The connected analyzer, else the one of `seen_by`, by which the people at hand were seen, else the best."""
    return _open(handle or host.model_handle(Role.ANALYZER, analyzer_like(seen_by, host.model_locations())))


def open_parser(handle: ModelHandle | None = None) -> FaceParser:
    """The connected face parser, or the best of this installation."""
    return _open(require_role(handle, Role.PARSER) or host.model_handle(Role.PARSER))


def open_pose_estimator(handle: ModelHandle | None = None) -> PoseEstimator:
    """The connected pose estimator, or the best of this installation."""
    return _open(require_role(handle, Role.POSE_ESTIMATOR) or host.model_handle(Role.POSE_ESTIMATOR))


def open_gaze_estimator() -> GazeEstimator:
    """The best gaze estimator of this installation."""
    return _open(host.model_handle(Role.GAZE_ESTIMATOR))


def open_quality_scorer() -> FaceQualityScorer | None:
    """The best face quality scorer of this installation; None where there is none: quality is then measured."""
    return _open_installed(Role.QUALITY_SCORER)


def open_swapper(handle: ModelHandle | None = None) -> FaceSwapper | None:
    """The connected face swapper, or the best of this installation; None where there is none or "none" is chosen.

    What is not connected is never fetched: a swapper is large, and nobody asked for one.
    """
    chosen = require_role(handle, Role.SWAPPER)
    if chosen is None:
        return _open_installed(Role.SWAPPER)
    return None if chosen.id == NO_MODEL else _open(chosen)


def open_restorer(handle: ModelHandle) -> FaceRestorer:
    """The connected face restorer. None is ever taken unasked: restoring changes what a face looks like."""
    return _open(require_role(handle, Role.RESTORER) or handle)


def _open_installed(role: Role) -> Any:
    """The best model of `role` of which everything is here; None where there is none."""
    handle = host.model_handle(role)
    try:
        handle.entry()
    except ModelUnavailable:
        return None
    return _open(handle)


def _open(handle: ModelHandle) -> Any:
    """The model of `handle`, loaded; files are fetched when they are missing and its licence allows it."""
    try:
        return _opened.open(handle, host.HostLease())
    except AssetMissing:
        entry = handle.entry()
        host.show_text(f"Fetching {entry.role.value} {entry.id}, once")
        fetch_model(entry, handle.locations, host.NodeProgress())
        return _opened.open(handle, host.HostLease())
