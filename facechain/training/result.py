"""What a finished training left in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import TrainingFailed
from ..stored_files import file_sha256, write_atomically
from .choosing import Chosen

RESULT_FILE = "result.json"
LORA_FILE = "lora.safetensors"


@dataclass(frozen=True, slots=True)
class TrainResult:
    """A trained LoRA. The file had the recorded hash when this value was read."""

    job_id: str
    lora: Path
    lora_sha256: str
    steps: int
    """Steps really trained; fewer than asked if `stopped_early`."""
    stopped_early: bool
    losses: tuple[tuple[int, float], ...]
    """(step, loss) of every step, steps counted from 1."""
    validations: tuple[tuple[int, float], ...]
    """(step, loss over fixed noise and timesteps), of the weights as they were averaged then."""
    baseline: float
    """The same validation loss without the LoRA."""
    held_out: bool
    """True if validation saw only crops that were never trained on."""
    seconds: float
    """Time spent in training steps, over all runs of the job."""
    device: str
    precision: str
    versions: dict[str, str]
    chosen: Chosen
    """Which of the trained weights are in the LoRA."""

    def __repr__(self) -> str:
        return f"TrainResult({self.job_id[:8]}, {self.steps} steps, {self.lora.name})"

    def write(self, folder: Path) -> None:
        """Make the folder a finished one."""
        content = {**asdict(self), "lora": LORA_FILE, "schema": 1}
        write_atomically(folder / RESULT_FILE, json.dumps(content, indent=1).encode())

    @classmethod
    def read(cls, folder: Path) -> TrainResult:
        """The result in `folder`. Raises TrainingFailed if there is none, or it was changed."""
        path = folder / RESULT_FILE
        try:
            content = json.loads(path.read_bytes())
            known = {field.name for field in fields(cls)}
            values = {name: value for name, value in content.items() if name in known}
            for name in ("losses", "validations"):
                values[name] = tuple((int(step), float(loss)) for step, loss in values[name])
            values["chosen"] = Chosen.from_json(values["chosen"])
            result = cls(**{**values, "lora": folder / LORA_FILE})
            actual = file_sha256(result.lora)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise TrainingFailed(f"Folder {folder.name} holds no finished training ({error}). Train again.") from None
        if actual != result.lora_sha256:
            raise TrainingFailed(
                f"The LoRA in {folder.name} was changed after training (sha256 {actual[:8]}…, "
                f"recorded {result.lora_sha256[:8]}…). Train again."
            )
        return result
