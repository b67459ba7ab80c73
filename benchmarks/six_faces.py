"""Time of finding the six faces of one photo, beside other detectors in the same run.

    python six_faces.py PHOTO MODELS_FOLDER [--opponent mtcnn=PYTHON] [--opponent mediapipe_full=PYTHON] ...

Every detector is a process of its own; they take turns, so that each sees the same load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).with_name("face_finder.py")


class Detector:
    """A running worker."""

    def __init__(self, name: str, python: str, photo: str, models_folder: str) -> None:
        self.name = name
        self.times: list[float] = []
        self.faces = 0
        command = [python, str(WORKER), name, photo, models_folder]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self._process = subprocess.Popen(command, **pipes)
        if self._answer() != "ready":
            raise SystemExit(f"{name} does not start with {python}. See requirements-opponents.txt.")

    def look(self) -> None:
        """One more look at the photo."""
        assert self._process.stdin
        self._process.stdin.write("look\n")
        self._process.stdin.flush()
        milliseconds, faces = self._answer().split()
        self.times.append(float(milliseconds))
        self.faces = int(faces)

    def result(self) -> dict[str, object]:
        """Faces and milliseconds."""
        return {
            "detector": self.name,
            "faces": self.faces,
            "min_ms": min(self.times),
            "median_ms": round(statistics.median(self.times), 1),
        }

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def main() -> None:
    """Prints a table and the same as JSON."""
    arguments = _arguments()
    chosen = [("embedded", sys.executable), *(word.split("=", 1) for word in arguments.opponent)]
    detectors = [Detector(name, python, arguments.photo, arguments.models_folder) for name, python in chosen]
    for _ in range(arguments.rounds):
        for detector in detectors:
            detector.look()
    results = [detector.result() for detector in detectors]
    own = float(str(results[0]["median_ms"]))
    for result in results:
        result["times_ours"] = round(float(str(result["median_ms"])) / own, 2)
        print(
            "{detector:<16} {faces} faces  min {min_ms:7.1f} ms  median {median_ms:7.1f} ms  x{times_ours}".format(
                **result
            )
        )
    print(
        json.dumps(
            {"cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": arguments.rounds, "results": results}
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo")
    parser.add_argument("models_folder")
    parser.add_argument("--opponent", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--rounds", type=int, default=25)
    return parser.parse_args()


if __name__ == "__main__":
    main()
