"""Runs in ComfyUI's own tree: what Apply Person and Style adds to the weights of the host's models.

Usage: python host_merge.py COMFYUI EXTENSION BASE REQUEST ANSWER
BASE is the host's base folder, with people, styles and LoRAs in it. REQUEST and ANSWER are JSON files: shapes of a
U-Net and what is to be done with it, by family.
"""

import importlib.util
import json
import math
import sys
from pathlib import Path

_, COMFYUI, EXTENSION, BASE, REQUEST, ANSWER = sys.argv
sys.path.insert(0, COMFYUI)
sys.argv = [sys.argv[0], "--cpu", "--force-fp32", "--base-directory", BASE]

import comfy.options  # noqa: E402

comfy.options.enable_args_parsing()

import comfy.model_detection  # noqa: E402
import comfy.model_patcher  # noqa: E402
import comfy.sd  # noqa: E402
import comfy.utils  # noqa: E402
import server  # noqa: E402, F401  # our nodes import it, and it must come from here
import torch  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

import nodes as host_nodes  # noqa: E402

NAME = "facechain_extension"
CPU = torch.device("cpu")


def extension():
    """Our extension, loaded as the host does."""
    spec = importlib.util.spec_from_file_location(NAME, f"{EXTENSION}/__init__.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)


def empty_model(shapes):
    """MODEL and CLIP of the family that the host sees in the U-Net's shapes; their weights hold nothing yet."""
    tensors = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
    config = comfy.model_detection.model_config_from_unet(tensors, "")
    model = comfy.model_patcher.ModelPatcher(config.get_model(tensors, ""), load_device=CPU, offload_device=CPU)
    return model, comfy.sd.CLIP(config.clip_target(tensors))


class Pool:
    """Weights of any shape out of one row of random numbers: 3 GB of them would say no more."""

    def __init__(self):
        self.numbers = torch.randn(1280 * 5120, generator=torch.Generator().manual_seed(0)) * 0.05

    def weight(self, shape):
        count = math.prod(shape)
        repeated = self.numbers.repeat(math.ceil(count / len(self.numbers))) if count > len(self.numbers) else None
        return (self.numbers if repeated is None else repeated)[:count].view(shape)


def factors(case, folder):
    """(scale, up, down) of every LoRA that changes a weight, by the host's name of the weight."""
    found = {}
    for use in case["uses"]:
        tensors = load_file(folder / use["file"])
        for layer in use["layers"]:
            down, up = (tensors[layer[part]].double().flatten(1) for part in ("down", "up"))
            found.setdefault(layer["weight"], []).append((use["strength"] * layer["scale"], up, down))
    return found


def differences(patcher, expected, pool):
    """Of every weight that the host would change: largest difference to what was expected, and largest change.

    Expected is the sum of scale times up times down, in float64.
    """
    for key in patcher.patches:
        before = pool.weight(comfy.utils.get_attr(patcher.model, key).shape)
        comfy.utils.set_attr_param(patcher.model, key, before)
        change = patcher.patch_weight_to_device(key, return_weight=True).sub_(before).flatten(1)
        wanted = sum(((scale * up) @ down for scale, up, down in expected.get(key, [])), torch.zeros(()))
        yield key, float((change - wanted).abs_().max()), float(change.abs_().max())


def outcome(case, model, clip, pool):
    """What one run of the node did."""
    from facechain_extension.facechain.errors import FaceChainError
    from facechain_extension.facechain.styles import StyleCatalog
    from facechain_extension.nodes import host
    from facechain_extension.nodes.apply_person_style import ApplyPersonStyle

    person = host.people_store().load_person(case["person"]) if case["person"] else None
    style = StyleCatalog(host.style_folders()).load(case["style"]) if case["style"] else None
    try:
        output = ApplyPersonStyle.execute(model, clip, *case["strengths"], case["words"], "", person, style)
    except FaceChainError as error:
        return {"error": f"{error.code}: {error}"}
    patched_model, patched_clip, positive, _ = output.result
    expected = factors(case, host.lora_folders()[0])
    found = [*differences(patched_model, expected, pool), *differences(patched_clip.patcher, expected, pool)]
    return {
        "error": "",
        "patched": sorted(key for key, *_ in found),
        "expected": sorted(expected),
        "difference": max((difference for _, difference, _ in found), default=0.0),
        "smallest_change": min((change for *_, change in found), default=0.0),
        "order": [sorted({round(patch[0], 6) for patch in patches}) for patches in order_of(patched_model)],
        "page": output.ui["facechain"][0],
        "chunks": chunks(clip, positive, pool) if case["encode"] else None,
    }


def order_of(patcher):
    """The patches of the first weight, in the order in which the host adds them."""
    return [[patch] for patch in next(iter(patcher.patches.values()), [])]


def chunks(clip, text, pool):
    """Length of what CLIP Text Encode makes of `text`, and whether the last word counts."""
    weights = clip.cond_stage_model.state_dict()
    for key, weight in weights.items():
        if weight.is_floating_point():
            comfy.utils.set_attr_param(clip.cond_stage_model, key, pool.weight(weight.shape))
    encode = host_nodes.CLIPTextEncode().encode
    with torch.no_grad():
        whole, cut = (encode(clip, words)[0][0][0] for words in (text, text.rpartition(" ")[0]))
    return {"tokens": whole.shape[1], "width": whole.shape[2], "last_word_counts": bool((whole != cut).any())}


def answers(request, pool):
    """What came of every case of one family, by name."""
    model, clip = empty_model(request["shapes"])
    given = {"config": type(model.model.model_config).__name__}
    found = {case["name"]: outcome(case, model, clip, pool) for case in request["cases"]}
    return {**given, **found, "left": len(model.patches) + len(clip.patcher.patches)}


def main():
    extension()
    pool = Pool()
    requests = json.loads(Path(REQUEST).read_text("utf-8"))
    found = {family: answers(request, pool) for family, request in requests.items()}
    Path(ANSWER).write_text(json.dumps(found), "utf-8")


main()
