"""Any LoRA file becomes a style; files that are none are refused by name."""

import json
import struct
from pathlib import Path

import pytest

from facechain.errors import InvalidSetting, StyleUnreadable, UnreadableCheckpoint
from facechain.lora_file import describe_lora
from facechain.style_from_lora import StyleWords, style_from_lora
from facechain.style_lora import locate_style_lora

KOHYA_KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
PEFT_KEY = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"


def safetensors(file: Path, shapes: dict[str, list[int]], metadata: dict[str, str] | None = None) -> Path:
    """A file of fp16 zeros with these tensors."""
    header: dict[str, object] = {"__metadata__": metadata or {}}
    end = 0
    for name, shape in shapes.items():
        size = 2 * shape[0] * shape[1]
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))
    return file


FACECHAIN_KEY = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight"


@pytest.mark.parametrize("key", [KOHYA_KEY, PEFT_KEY, FACECHAIN_KEY])
@pytest.mark.parametrize(("width", "family"), [(768, "sd15"), (2048, "sdxl")])
def test_the_family_is_told_by_the_width_of_the_text(tmp_path, key, width, family):
    assert describe_lora(safetensors(tmp_path / "look.safetensors", {key: [4, width]})).family == family


def test_the_trigger_phrase_of_the_file_leads_the_prompt(tmp_path):
    file = safetensors(tmp_path / "film.safetensors", {KOHYA_KEY: [4, 768]}, {"modelspec.trigger_phrase": "film grain"})
    style = style_from_lora(file, StyleWords(prompt=" soft light ", style_strength=0.4))
    assert (style.id, style.trigger_tokens, style.prompt) == ("film", ("film grain",), "soft light")
    assert (style.base_family, style.style_strength, style.face_strength) == ("sd15", 0.4, 0.95)


def test_the_chosen_file_is_taken_although_another_folder_has_one_of_its_name(tmp_path):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        safetensors(tmp_path / folder / "look.safetensors", {KOHYA_KEY: [4, 768]})
    style = style_from_lora(tmp_path / "second" / "look.safetensors", StyleWords(""))
    assert locate_style_lora(style, [tmp_path]).file == tmp_path / "second" / "look.safetensors"


def test_a_style_shows_no_path_when_it_is_printed(tmp_path):
    file = safetensors(tmp_path / "look.safetensors", {KOHYA_KEY: [4, 768]})
    assert str(tmp_path) not in repr(style_from_lora(file, StyleWords("")))


def test_a_checkpoint_is_no_lora(tmp_path):
    file = safetensors(tmp_path / "base.safetensors", {"model.diffusion_model.attn2.to_k.weight": [4, 768]})
    with pytest.raises(StyleUnreadable, match=r'"base.safetensors" is no LoRA.*Choose a LoRA file'):
        describe_lora(file)


def test_a_lora_of_another_family_is_named_with_its_width(tmp_path):
    file = safetensors(tmp_path / "flux.safetensors", {KOHYA_KEY: [4, 4096]})
    with pytest.raises(StyleUnreadable, match=r"reads text of width 4096, SD 1.5 has 768"):
        describe_lora(file)


def test_a_pickled_lora_is_refused(tmp_path):
    file = tmp_path / "look.safetensors"
    file.write_bytes(b"PK\x03\x04" + bytes(64))
    with pytest.raises(UnreadableCheckpoint, match="is a pickle file"):
        describe_lora(file)


def test_an_impossible_strength_is_refused():
    with pytest.raises(InvalidSetting, match=r"style_strength is 3.*0 to 2"):
        StyleWords("", style_strength=3)
