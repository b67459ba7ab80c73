"""Apply Person and Style adds strength times LoRA to the host's weights, layer by layer, and nothing else."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass

import pytest
import torch
from safetensors.torch import save_file
from support_agreement import run_in_host
from support_people import sample_person, write_style

from facechain.lora_names import METADATA_KEY
from facechain.people_store import PeopleStore
from facechain.training.families import ldm
from studio.cache import EXTENSION
from studio.random_checkpoint import SDXL_UNET, Recipe, unet_shapes

logger = logging.getLogger(__name__)

RANK, ALPHA = 4, 3.0
TOLERANCE = 1e-5
"""Float32 rounds weights of up to 0.3 by 1e-8, and the sum of four products by less; a wrong scale is off by 1e-2."""
TEXT_LAYERS = {
    "self_attn.q_proj": (1, 1),
    "self_attn.k_proj": (1, 1),
    "self_attn.v_proj": (1, 1),
    "self_attn.out_proj": (1, 1),
    "mlp.fc1": (1, 4),
    "mlp.fc2": (4, 1),
}
"""Inputs and outputs of CLIP's layers, in widths of the encoder."""
QUERY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"


@dataclass(frozen=True)
class Layer:
    """One layer by its names, and the shape of its weight."""

    checkpoint: str
    diffusers: str
    weight: str
    """The host's name."""
    shape: tuple[int, ...]


def unet_layers(recipe):
    """Every layer that a LoRA of the U-Net can have: linear ones and 1x1 convolutions of the transformers."""
    shapes = dict(unet_shapes(recipe))
    modules = ldm.unet_modules(ldm.unet_layout(shapes))
    for name, shape in shapes.items():
        is_inside = "transformer_blocks" in name or ".proj_in." in name or ".proj_out." in name
        if is_inside and name.endswith(".weight") and len(shape) > 1:
            diffusers = ldm.unet_name(name, modules).removesuffix(".weight")
            yield Layer(name.removesuffix(".weight"), diffusers, f"diffusion_model.{name}", shape)


def text_layers(encoder, width, numbers):
    """Layers of CLIP-L ("clip_l") or CLIP-G ("clip_g")."""
    for number in numbers:
        for name, (inputs, outputs) in TEXT_LAYERS.items():
            module = f"text_model.encoder.layers.{number}.{name}"
            yield Layer(module, module, f"{encoder}.transformer.{module}.weight", (outputs * width, inputs * width))


def kohya(prefix, module):
    """kohya's base name, and the endings of its two tensors."""
    base = f"{prefix}_{module.replace('.', '_')}"
    return f"{base}.lora_down.weight", f"{base}.lora_up.weight", f"{base}.alpha"


@dataclass(frozen=True)
class WrittenLora:
    """A LoRA file in the host's folder, and what it must do."""

    file: str
    layers: list[dict]
    """Names of both tensors, the host's weight, and the scale that the alpha gives."""

    def at(self, strength):
        return {"file": self.file, "layers": self.layers, "strength": strength}


def write_lora(file, named, *, seed, alpha=None, metadata=None):
    """A random LoRA; `named` holds (layer, name of down, name of up, name of alpha)."""
    source = torch.Generator().manual_seed(seed)
    tensors, layers = {}, []
    for layer, down, up, alpha_name in named:
        inputs, outputs = math.prod(layer.shape[1:]), layer.shape[0]
        ones = (1,) * (len(layer.shape) - 2)
        tensors[down] = torch.randn(RANK, inputs, generator=source).reshape(RANK, inputs, *ones) * 0.3
        tensors[up] = torch.randn(outputs, RANK, generator=source).reshape(outputs, RANK, *ones) * 0.3
        if alpha is not None:
            tensors[alpha_name] = torch.tensor(alpha)
        scale = 1.0 if alpha is None else alpha / RANK
        layers.append({"down": down, "up": up, "weight": layer.weight, "scale": scale})
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file, metadata)
    return WrittenLora(file.name, layers)


class Installation:
    """The host's base folder with people, styles and LoRAs."""

    def __init__(self, base):
        self.base = base
        self.loras = base / "models" / "loras"
        self.store = PeopleStore(base / "models" / "facechain" / "people", self.loras / "facechain")

    def style(self, name, file, **changes):
        lora = {"file": file, "source": "here", "sha256": None, "licence": "unknown"}
        write_style(self.base / "models" / "facechain" / "styles", name, lora=lora, **changes)

    def person(self, slug, lora, **changes):
        """The file of the person's LoRA, as the library names it."""
        saved = self.store.save_person(sample_person(self.loras / lora.file, slug, **changes))
        return WrittenLora(f"facechain/{saved.lora_file.name}", lora.layers)

    def run(self, comfyui, requests):
        """What the host did, by family and case."""
        request, answer = self.base / "request.json", self.base / "answer.json"
        request.write_text(json.dumps(requests), "utf-8")
        complaints = run_in_host("host_merge.py", (comfyui, EXTENSION, self.base, request, answer), self.base)
        assert "not loaded" not in complaints.lower(), complaints[-3000:]
        return json.loads(answer.read_text("utf-8"))


def case(name, *uses, person="", style="", strengths=(-1.0, -1.0), words="", encode=False):
    fixed = {"name": name, "uses": list(uses), "person": person, "style": style, "strengths": strengths}
    return {**fixed, "words": words, "encode": encode}


def sd15_names(layers, *, te="lora_te"):
    for layer in layers:
        is_text = layer.weight.startswith("clip")
        yield layer, *kohya(te if is_text else "lora_unet", layer.diffusers)


@pytest.fixture(scope="module")
def host(comfyui, tmp_path_factory):
    """Answers of the host with the smallest models that it takes for SD 1.5 and SDXL."""
    home = Installation(tmp_path_factory.mktemp("host"))
    requests = {
        "sd15": {"shapes": dict(unet_shapes(Recipe())), "cases": sd15_cases(home)},
        "sdxl": {"shapes": dict(unet_shapes(SDXL_UNET)), "cases": sdxl_cases(home)},
    }
    return home.run(comfyui, requests)


@pytest.fixture
def sd15(host):
    """Answers with an SD 1.5 model."""
    return host["sd15"]


@pytest.fixture
def sdxl(host):
    """Answers with an SDXL model."""
    return host["sdxl"]


def sd15_cases(home):
    unet, text = list(unet_layers(Recipe())), list(text_layers("clip_l", 768, range(12)))
    look = write_lora(home.loras / "look.safetensors", sd15_names(unet + text), seed=1, alpha=ALPHA)
    face = write_lora(home.loras / "face.safetensors", sd15_names(unet + text[:6], te="lora_te1"), seed=2)
    home.style("look", look.file, style_strength=0.35, face_strength=0.9)
    anna = home.person("anna", face)
    few = write_lora(home.loras / "few.safetensors", sd15_names(unet[:3]), seed=3, alpha=ALPHA)
    home.style("few", few.file, style_strength=0.35, face_strength=0.9)
    bob = home.person("bob", few)
    cases = [
        case("both", look.at(0.35), anna.at(0.9), person="anna", style="look"),
        case("overridden", few.at(0.5), bob.at(0.2), person="bob", style="few", strengths=(0.5, 0.2)),
        case("no style", bob.at(0.9), person="bob", style="few", strengths=(0.0, -1.0)),
        case("no face", few.at(0.35), person="bob", style="few", strengths=(-1.0, 0.0)),
        case("alone", bob.at(0.95), person="bob", words=" ".join(["cat", "dog"] * 100), encode=True),
    ]
    for name, lora in others(home.loras, unet[:12], text).items():
        home.style(name, lora.file, style_strength=0.5)
        cases.append(case(name, lora.at(0.5), style=name))
    write_unfit(home)
    cases += [case(name, style=name) for name in ("sdxl look", "half", "thin")]
    return [*cases, case("sdxl person", person="berta"), case("sdxl lora of a person", person="carla")]


def sdxl_cases(home):
    unet = list(unet_layers(SDXL_UNET))
    first, second = list(text_layers("clip_l", 768, range(12))), list(text_layers("clip_g", 1280, (0, 31)))

    def named(attribute):
        for layer in unet:
            yield layer, *kohya("lora_unet", getattr(layer, attribute))
        for prefix, layers in (("lora_te1", first), ("lora_te2", second)):
            for layer in layers:
                yield layer, *kohya(prefix, layer.diffusers)

    look = write_lora(home.loras / "look-xl.safetensors", named("checkpoint"), seed=1, alpha=ALPHA)
    face = write_lora(home.loras / "face-xl.safetensors", named("diffusers"), seed=2)
    home.style("look-xl", look.file, style_strength=0.35, face_strength=0.9, base_family="sdxl")
    dora = home.person("dora", face, base_family="sdxl")
    return [
        case("both", look.at(0.35), dora.at(0.9), person="dora", style="look-xl"),
        case("sd15 person", person="bob"),
    ]


def others(loras, few, text):
    """Small LoRAs as others write them."""
    attention = [layer for layer in few if ".attn" in layer.diffusers]

    def processor(layer):
        ends = {"attn1.": "attn1.processor.", "attn2.": "attn2.processor.", "to_out.0": "to_out"}
        module = layer.diffusers
        for theirs, ours in ends.items():
            module = module.replace(theirs, ours)
        return layer, f"{module}_lora.down.weight", f"{module}_lora.up.weight", ""

    def peft(layer):
        part = "text_encoder" if layer.weight.startswith("clip") else "unet"
        return layer, f"{part}.{layer.diffusers}.lora_A.weight", f"{part}.{layer.diffusers}.lora_B.weight", ""

    written = {
        "facechain names": write_lora(loras / "theirs.safetensors", map(processor, attention), seed=3),
        "peft names": write_lora(loras / "peft.safetensors", map(peft, few + text[:2]), seed=4),
        "text only": write_lora(loras / "text.safetensors", sd15_names(text[:3]), seed=5, alpha=ALPHA),
        "model only": write_lora(loras / "model.safetensors", sd15_names(few[:3]), seed=6, alpha=ALPHA),
    }
    settings = {METADATA_KEY: json.dumps({"unet.lora_alpha": ALPHA, "unet.r": RANK})}
    scaled = write_lora(loras / "scaled.safetensors", map(peft, few), seed=7, metadata=settings)
    layers = [{**layer, "scale": ALPHA / RANK} for layer in scaled.layers]
    return {**written, "peft settings": WrittenLora(scaled.file, layers)}


def write_unfit(home):
    """LoRAs and people that an SD 1.5 model cannot carry."""
    wide = Layer("", "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k", "", (320, 2048))
    strange = Layer("", "down_blocks.9.attentions.0.proj_in", "", (320, 320))
    query = Layer("", "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", "", (320, 320))
    thin = Layer("", query.diffusers, "", (320, 640))
    for name, layers in {"sdxl look": [wide], "half": [query, strange], "thin": [thin]}.items():
        lora = write_lora(home.loras / f"{name}.safetensors", sd15_names(layers), seed=8)
        home.style(name, lora.file)
    lora = write_lora(home.loras / "wide.safetensors", sd15_names([wide]), seed=9)
    home.person("berta", lora, base_family="sdxl")
    home.person("carla", lora)  # the record says SD 1.5, the file is of SDXL


def check(answer, layers):
    """Every weight has exactly the change that the maths asks for."""
    assert answer["error"] == ""
    assert answer["patched"] == answer["expected"]
    assert len(answer["patched"]) == layers
    logger.info("%d layers: difference %.1e, change %.2f", layers, answer["difference"], answer["smallest_change"])
    assert answer["smallest_change"] > 0.01  # else the next line would prove nothing
    assert answer["difference"] <= TOLERANCE


def test_sd15_has_style_and_face_in_every_layer_of_unet_and_text_encoder(sd15):
    assert sd15["config"] == "SD15"
    check(sd15["both"], 84 + 72)


def test_sdxl_has_style_and_face_in_every_layer_of_unet_and_both_text_encoders(sdxl):
    assert sdxl["config"] == "SDXL"
    blocks, transformers = 2 * 2 + 2 * 10 + 10 + 3 * 2 + 3 * 10, 2 + 2 + 1 + 3 + 3
    check(sdxl["both"], 10 * blocks + 2 * transformers + 72 + 12)


def test_the_style_is_added_first_and_the_face_second(sd15):
    assert sd15["both"]["order"] == [[0.35], [0.9]]
    assert [(use["strength"], use["of"]) for use in sd15["both"]["page"]["loras"]] == [(0.35, "style"), (0.9, "person")]


def test_strengths_of_the_user_win(sd15):
    assert sd15["overridden"]["order"] == [[0.5], [0.2]]
    check(sd15["overridden"], 3)


@pytest.mark.parametrize("left_out", ["no style", "no face"])
def test_a_lora_of_strength_zero_is_left_out(sd15, left_out):
    assert len(sd15[left_out]["order"]) == 1
    check(sd15[left_out], 3)
    assert any("is left out: its strength is 0." in note for note in sd15[left_out]["page"]["notes"])


@pytest.mark.parametrize(
    ("written_by", "layers"),
    [("facechain names", 8), ("peft names", 14), ("peft settings", 12), ("text only", 3), ("model only", 3)],
)
def test_loras_of_other_writers_are_added_in_full(sd15, written_by, layers):
    check(sd15[written_by], layers)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sdxl look", "The LoRA sdxl look.safetensors is made for SDXL, but the connected MODEL is SD 1.5."),
        ("half", "1 of 2 layers of the LoRA half.safetensors, made for an unknown family, do not fit"),
        ("thin", f"of SD 1.5, the first is {QUERY}."),
        ("sdxl person", 'Person "berta" was trained on SDXL, but the connected MODEL is SD 1.5.'),
        ("sdxl lora of a person", "is made for SDXL, but the connected MODEL is SD 1.5."),
    ],
)
def test_what_does_not_fit_sd15_is_refused_with_both_families(sd15, name, message):
    assert sd15[name]["error"].startswith("wrong_base_model: ")
    assert message in sd15[name]["error"]


def test_a_person_of_sd15_is_refused_by_sdxl(sdxl):
    assert 'Person "bob" was trained on SD 1.5, but the connected MODEL is SDXL.' in sdxl["sd15 person"]["error"]


def test_the_given_model_stays_as_it_is(sd15, sdxl):
    assert (sd15["left"], sdxl["left"]) == (0, 0)


def test_a_prompt_of_two_hundred_words_is_read_to_its_end(sd15):
    # 200 words and the person's name are more than two and less than three chunks of 75 tokens, each with its ends.
    assert sd15["alone"]["chunks"] == {"tokens": 3 * 77, "width": 768, "last_word_counts": True}
