"""What the worker tells the host: one JSON object per line of `events.jsonl`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

EVENTS_FILE = "events.jsonl"


@dataclass(frozen=True, slots=True)
class Started:
    """The libraries are loaded and the device is chosen."""

    pid: int
    device: str
    precision: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the worker does now: a word for programs and a sentence for people."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One training step is done."""

    step: int
    total: int
    loss: float
    smoothed_loss: float
    """Mean of the last 20 losses: one loss alone says little, its timestep decides it."""
    learning_rate: float
    seconds_per_step: float
    memory_bytes: int
    """Peak of the GPU's memory, or of the process on a CPU; 0 where the system does not tell."""


@dataclass(frozen=True, slots=True)
class Validation:
    """Loss over fixed noise and timesteps; `baseline` is the same without the LoRA."""

    step: int
    loss: float
    baseline: float


@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """A portrait of the model as it is at `step`; step 0 is the base model before training."""

    step: int
    prompt: str
    """"plain" or "styled"."""
    number: int
    """Counted from 0; portraits of one number share their noise at every step."""
    file: str
    """Path inside the job's folder."""
    likeness: float | None = None
    """0..1 to the person, 0.5 at the border to other people; None: no face, or not judged."""
    face_share: float | None = None
    """Part of the picture that the face fills, 0..1; None likewise."""


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """From here a killed training goes on."""

    step: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The LoRA and result.json are written."""

    steps: int
    stopped_early: bool
    lora_sha256: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker gave up; `code` is that of the error class."""

    code: str
    message: str


Event = Started | Stage | Step | Validation | SampleDrawn | CheckpointSaved | Finished | Failed

KINDS: dict[str, type[Event]] = {
    "started": Started,
    "stage": Stage,
    "step": Step,
    "validation": Validation,
    "sample": SampleDrawn,
    "checkpoint_saved": CheckpointSaved,
    "finished": Finished,
    "failed": Failed,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def to_line(event: Event) -> str:
    """The event as one line of JSON, with its newline."""
    return json.dumps({"event": NAMES[type(event)], **asdict(event)}) + "\n"


def from_line(line: str) -> Event | None:
    """The event in `line`; None for anything that this version does not know.

    Fields that a later version added are ignored, so an older host can follow a newer worker.
    """
    try:
        content = json.loads(line)
        kind = KINDS[content.pop("event")]
        known = {field.name for field in fields(kind)}
        return kind(**{name: value for name, value in content.items() if name in known})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class EventWriter:
    """Appends events to the file, each at once, so that nothing is lost when the worker dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._append("\n")  # ends a line that a killed worker left unfinished

    def __call__(self, event: Event) -> None:
        """Append one event."""
        self._append(to_line(event))

    def _append(self, text: str) -> None:
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(text)


class EventReader:
    """Reads what was appended to the file since the last look, whole lines only."""

    def __init__(self, path: Path, *, from_start: bool = False) -> None:
        self._path = path
        self._offset = 0 if from_start or not path.exists() else path.stat().st_size

    def read(self) -> list[Event]:
        """New events, in order."""
        if not self._path.exists():
            return []
        with open(self._path, "rb") as file:
            file.seek(self._offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        events = (from_line(line) for line in whole.decode("utf-8", "replace").splitlines())
        return [event for event in events if event is not None]
