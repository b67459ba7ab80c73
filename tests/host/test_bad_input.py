"""Bad input ends in a sentence that a person understands, and leaves nothing half written."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file
from support_prompts import node_id, shipped_prompt, up_to

from studio.results import PromptFailed

WRITTEN = ("models/facechain/people", "models/loras/facechain", "user/__facechain/datasets", "user/__facechain/jobs")


def left_behind(comfy):
    """Every file of ours that a prompt could have written."""
    return {str(file) for folder in WRITTEN for file in (comfy.base / folder).rglob("*") if file.is_file()}


def failure(comfy, prompt):
    """The message of the node that failed, after checking that nothing was left behind."""
    before = left_behind(comfy)
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(prompt, timeout_s=120)
    assert left_behind(comfy) == before
    return caught.value.error["exception_message"]


def photo_prompt(folder):
    return up_to(shipped_prompt(FaceChainLoadPhotos={"folder": folder}), "FaceChainBuildDataset")


def test_an_empty_folder_says_what_to_add(comfy):
    (comfy.base / "input" / "empty").mkdir()
    assert "There are no photos. Add 3 to 20 photos" in failure(comfy, photo_prompt("empty"))


def test_a_folder_outside_of_the_input_folder_is_refused(comfy):
    assert "outside ComfyUI's input folder" in failure(comfy, photo_prompt("../user"))


def test_photos_without_a_face_are_each_named_with_their_reason(comfy, photos):
    folder = comfy.base / "input" / "faceless"
    folder.mkdir()
    for number, file in enumerate((photos.cat, photos.coffee)):
        Image.open(file).convert("RGB").save(folder / f"{number}.png")
    message = failure(comfy, photo_prompt("faceless"))
    assert "None of 2 photos can be used" in message
    assert message.count("No face was found.") == 2


def test_too_few_accepted_photos_are_not_trained(comfy, photos):
    folder = comfy.base / "input" / "one"
    folder.mkdir()
    Image.open(photos.astronaut).save(folder / "one.png")
    assert "3" in failure(comfy, photo_prompt("one"))


@pytest.fixture(scope="module")
def odd_formats(comfy, photos):
    """One face in every format that cameras and phones produce, and files that are none."""
    folder = comfy.base / "input" / "odd"
    folder.mkdir()
    face = Image.open(photos.astronaut).convert("RGB")
    face.convert("L").save(folder / "0_grey.png")
    face.convert("CMYK").save(folder / "1_cmyk.jpg")
    Image.fromarray(np.asarray(face.convert("L"), dtype=np.uint16) * 257).save(folder / "2_16_bit.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn 90 degrees clockwise to see it upright
    face.rotate(90, expand=True).save(folder / "3_rotated.jpg", exif=exif)
    face.save(folder / "4_animated.gif", save_all=True, append_images=[face.rotate(5)])
    face.resize((6000, 6000)).save(folder / "5_huge.jpg", quality=80)
    face.resize((40, 40)).save(folder / "6_tiny.png")
    whole = (folder / "1_cmyk.jpg").read_bytes()
    (folder / "7_truncated.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "8_empty.jpg").write_bytes(b"")
    return "odd"


def test_every_picture_format_goes_through_and_damaged_files_are_told_apart(comfy, odd_formats):
    prompt = up_to(shipped_prompt(FaceChainLoadPhotos={"folder": odd_formats}), "FaceChainAlignFaces")
    result = comfy.client.run(prompt, timeout_s=120)
    report = result.outputs[node_id(prompt, "FaceChainAlignFaces")]["facechain"][0]
    codes = [photo["code"] for photo in report["photos"]]
    assert codes == ["accepted"] * 6 + ["unreadable"] * 3


@pytest.mark.parametrize("name", ["../../x", "\N{GRINNING FACE}", " ", "a/b"])
def test_impossible_names_are_refused_before_anything_is_written(comfy, trained_person, name):
    settings = {**trained_person.settings, "FaceChainBuildDataset": {"person_name": name}}
    prompt = up_to(shipped_prompt(**settings), "FaceChainBuildDataset")
    assert "name" in failure(comfy, prompt).lower()


def test_a_checkpoint_of_another_family_is_named(comfy, trained_person):
    unet = "model.diffusion_model."
    save_file(
        {
            f"{unet}input_blocks.0.0.weight": np.zeros((320, 4, 3, 3), np.float16),
            f"{unet}input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight": np.zeros((640, 1024), np.float16),
        },
        str(comfy.base / "models" / "checkpoints" / "big.safetensors"),
    )
    settings = {**trained_person.settings, "FaceChainTrainLora": {"base_checkpoint": "big.safetensors"}}
    message = failure(comfy, up_to(shipped_prompt(**settings), "FaceChainTrainLora"))
    assert "Stable Diffusion 2" in message
    assert "SD 1.5 or SDXL" in message


def test_a_missing_checkpoint_is_named(comfy, trained_person):
    settings = {**trained_person.settings, "FaceChainTrainLora": {"base_checkpoint": "absent.safetensors"}}
    message = failure(comfy, up_to(shipped_prompt(**settings), "FaceChainTrainLora"))
    assert '"absent.safetensors" is not in models/checkpoints' in message


def test_a_pickled_checkpoint_is_refused(comfy, trained_person):
    (comfy.base / "models" / "checkpoints" / "old.ckpt").write_bytes(b"PK\x03\x04 a pickle inside")
    settings = {**trained_person.settings, "FaceChainTrainLora": {"base_checkpoint": "old.ckpt"}}
    assert "pickle" in failure(comfy, up_to(shipped_prompt(**settings), "FaceChainTrainLora"))


def test_an_unknown_person_is_named(comfy):
    prompt = {
        "1": {"class_type": "FaceChainLoadPerson", "inputs": {"person": "nobody-here"}},
        "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}},
    }
    assert 'Person "nobody-here" is not on this machine' in failure(comfy, prompt)


def test_an_error_beside_a_person_shows_neither_embedding_nor_path_nor_photo(comfy, trained_person):
    prompt = shipped_prompt(**trained_person.settings)
    rank = node_id(prompt, "FaceChainRankPortraits")
    prompt["blank"] = {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}}
    prompt[rank]["inputs"].update(images=["blank", 0], reference=["blank", 0])
    with pytest.raises(PromptFailed, match="either a person or a reference") as caught:
        comfy.client.run(prompt, timeout_s=120)
    shown = json.dumps({**caught.value.error, "traceback": []})
    assert "Person(ana-test" in shown
    for secret in (str(comfy.base / "models"), str(comfy.base / "input"), "00.png", ".safetensors", "array("):
        assert secret not in shown
