"""Steps of ComfyUI's own TrainLoraNode at its defaults. Runs with ComfyUI's packages.

python train_native.py SETTING.json
"""

from __future__ import annotations

import sys

from train_setting import Setting, Steps, setting_of

SETTING = setting_of(sys.argv[1])
sys.path.insert(0, SETTING.comfyui)
sys.argv = [sys.argv[0], "--cpu"]

import comfy.options

comfy.options.enable_args_parsing()

import comfy.sd
import comfy.utils
import torch
from comfy_extras.nodes_train import TrainLoraNode


def train(setting: Setting, steps: Steps) -> None:
    """One training; the node reports each step to the host's progress bar."""
    comfy.utils.set_progress_bar_global_hook(lambda *done, **more: steps.mark())
    patcher, clip, *_ = comfy.sd.load_checkpoint_guess_config(setting.checkpoint, output_vae=False)
    texts = [clip.encode_from_tokens_scheduled(clip.tokenize(caption)) for caption in setting.captions]
    del clip
    side = setting.side // 8
    latents = torch.randn(len(texts), 4, side, side, generator=torch.Generator().manual_seed(0))
    arguments = {field.id: [getattr(field, "default", None)] for field in TrainLoraNode.define_schema().inputs}
    arguments |= {
        "model": [patcher],
        "latents": [{"samples": latents}],
        "positive": texts,
        "batch_size": [setting.batch],
        "steps": [setting.warm_up + setting.steps],
    }
    with torch.inference_mode():  # as the host calls nodes
        TrainLoraNode.execute(**arguments)


def main() -> None:
    """Prints a line of JSON."""
    steps = Steps()
    train(SETTING, steps)
    steps.print_result(SETTING)


if __name__ == "__main__":
    main()
