"""The example poses in some folders."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import PoseNotFound, PoseUnreadable
from .pose_file import ExamplePose, read_pose


@dataclass(frozen=True, slots=True)
class PoseProblem:
    """A pose file that cannot be used."""

    pose_id: str
    reason: str
    """The text of PoseUnreadable: every problem of the file."""


class PoseLibrary:
    """The poses in some folders. Files are read at every call, so an edited pose counts at once."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Of equal ids the first folder's counts: the user's first, the bundled last. A missing folder is empty."""
        self._folders = tuple(folders)

    def ids(self) -> list[str]:
        """Every readable pose's id, sorted."""
        return [pose.id for pose in self.poses()]

    def poses(self) -> tuple[ExamplePose, ...]:
        """Every readable pose by id; one bad file hides no other."""
        return self._read()[0]

    def problems(self) -> tuple[PoseProblem, ...]:
        """Every file that is no pose, by id."""
        return self._read()[1]

    def load(self, pose_id: str) -> ExamplePose:
        """The pose of this id, from the first folder that has it.

        Raises PoseUnreadable if its file has problems, also where a bundled pose has the same id.
        Raises PoseNotFound with the nearest ids.
        """
        files = self._files()
        if pose_id in files:
            return read_pose(files[pose_id])
        nearest = difflib.get_close_matches(pose_id, files, n=3, cutoff=0.5) or sorted(files)
        raise PoseNotFound(
            f'Pose "{pose_id}" is in none of {len(self._folders)} pose folders. '
            f"Choose one of: {', '.join(nearest) or 'none is installed'}; or put "
            f"{pose_id}.json into models/facechain/poses."
        )

    def _read(self) -> tuple[tuple[ExamplePose, ...], tuple[PoseProblem, ...]]:
        poses, problems = [], []
        for pose_id, file in sorted(self._files().items()):
            try:
                poses.append(read_pose(file))
            except PoseUnreadable as error:
                problems.append(PoseProblem(pose_id, str(error)))
        return tuple(poses), tuple(problems)

    def _files(self) -> dict[str, Path]:
        return {file.stem: file for folder in reversed(self._folders) for file in sorted(folder.glob("*.json"))}
