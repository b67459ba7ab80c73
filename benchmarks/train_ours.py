"""Steps of FaceChain's trainer, timed between its own step events: everything that a training does is in them.

python train_ours.py SETTING.json
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from train_setting import ALPHA, LEARNING_RATE, RANK, Setting, Steps, setting_of

from facechain.training.events import Event, Step
from facechain.training.job import TrainJob
from facechain.training.worker import hide_what_is_not_needed

NO_FILE = "0" * 64


def job_of(setting: Setting) -> TrainJob:
    """The setting as a job."""
    return TrainJob(
        dataset_folder=setting.photos,
        dataset_sha256=NO_FILE,
        base_checkpoint=Path(setting.checkpoint),
        base_sha256=NO_FILE,
        tokenizer_folder=setting.tokenizer,
        output_name="benchmark",
        steps=setting.warm_up + setting.steps,
        resolution=setting.side,
        batch_size=setting.batch,
        lora_rank=RANK,
        lora_alpha=ALPHA,
        learning_rate=LEARNING_RATE,
        precision="bf16",
        device="cpu",
        choose="last",
    )


def main() -> None:
    """Prints a line of JSON."""
    hide_what_is_not_needed()
    from facechain.training.trainer import train

    setting, steps = setting_of(sys.argv[1]), Steps()

    def mark(event: Event) -> None:
        if isinstance(event, Step):
            steps.mark()

    folder = Path(setting.folder) / "ours"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    train(job_of(setting), folder, emit=mark)
    steps.print_result(setting)


if __name__ == "__main__":
    main()
