"""Turns IMAGE tensors into pictures with the host's torch, and prints what they are as JSON.

Started with ComfyUI on PYTHONPATH; the first argument is the extension's folder.
"""

import importlib
import importlib.util
import json
import sys

extension = sys.argv[1]
sys.argv[1:] = ["--cpu"]  # what ComfyUI reads when it is imported

import comfy.options  # noqa: E402

comfy.options.enable_args_parsing()
import torch  # noqa: E402

spec = importlib.util.spec_from_file_location("probed", f"{extension}/__init__.py")
module = importlib.util.module_from_spec(spec)
sys.modules["probed"] = module
spec.loader.exec_module(module)
tensors = importlib.import_module("probed.nodes.tensors")

batch = torch.full((2, 8, 6, 3), 0.2)
pictures = tensors.PicturesOfImages([batch, torch.full((1, 4, 5, 1), 0.5), torch.zeros(1, 3, 3, 4)])
before = int(pictures[1][0, 0, 0])
batch[1] = float("nan")
report = {
    "shapes": [picture.shape for picture in pictures],
    "slice": [picture.shape for picture in pictures[1:3]],
    "last": pictures[-1].tolist()[0][0],
    "second_before_and_after": [before, int(pictures[1][0, 0, 0])],
    "all_at_once": [picture.shape for picture in tensors.arrays_from_images(batch)],
    "of_an_empty_batch": len(tensors.PicturesOfImages(torch.zeros(0, 8, 8, 3))),
}
sys.stdout.write(json.dumps(report))
