"""Bad pictures, people, styles and names end in a sentence with a code, and leave nothing half written."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file
from support_prompts import CHECKPOINT, shipped_prompt
from support_requests import JSON, answer
from support_schemas import node_of, with_sink

from studio.results import PromptFailed

EXTENSION = Path(__file__).parents[2]
MEMORIES = {"cache", "embeddings", "style-loras.json", ".style-loras.json.lock"}
"""Folders and files of hashes and embeddings, which a look at a file fills."""
WRITTEN = ("models", "user/__facechain", "input")
PICTURE_INPUTS = {
    "FaceChainFuseFaces": "target",
    "FaceChainRankPortraits": "images",
    "FaceChainEstimatePose": "images",
    "FaceChainCropFaceRegion": "template",
    "FaceChainComposeGroupPhoto": "template",
    "FaceChainMakeIdPhoto": "faces_or_images",
    "FaceChainAlignFaces": "photos",
    "FaceChainRetouchFaces": "faces_or_images",
}
PERSON = {"class_type": "FaceChainLoadPerson", "inputs": {"person": "ana-test"}}
BASE = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}}
IMPOSSIBLE = ("../../etc/passwd", "\N{GRINNING FACE}", "CON", "x" * 300, "", "..", "a/../b")
"""Names of nothing, which a careless program would look for outside of its folder."""


@pytest.fixture(scope="module")
def node(comfy):
    """Makes a node of a prompt from its class, with the defaults of its page."""
    return partial(node_of, comfy.client.object_info())


@pytest.fixture(scope="module")
def pictures(comfy, trained_person, photos):
    """Name -> the nodes that make it, the last called "picture"."""
    folder = comfy.base / "input"
    Image.open(photos.cat).convert("RGB").save(folder / "bad_cat.png")
    Image.open(photos.astronaut).convert("RGB").save(folder / "bad_face.png")
    latent = {"latent_tensor": np.full((1, 4, 8, 8), np.nan, np.float32), "latent_format_version_0": np.zeros(0)}
    save_file(latent, str(folder / "bad_nan.latent"))
    face = {"class_type": "LoadImage", "inputs": {"image": "bad_face.png"}}
    solid = {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": 512, "height": 512}}
    return {
        "cat": {"picture": {"class_type": "LoadImage", "inputs": {"image": "bad_cat.png"}}},
        "one pixel": {"picture": blank(1, 1)},
        "a column": {"picture": blank(1, 4096)},
        "no numbers": {
            "base": BASE,
            "latent": {"class_type": "LoadLatent", "inputs": {"latent": "bad_nan.latent"}},
            "picture": {"class_type": "VAEDecode", "inputs": {"samples": ["latent", 0], "vae": ["base", 2]}},
        },
        "alpha": {
            "face": face,
            "solid": solid,
            "picture": {"class_type": "JoinImageWithAlpha", "inputs": {"image": ["face", 0], "alpha": ["solid", 0]}},
        },
        "beyond 0..1": {
            "face": face,
            "picture": {"class_type": "NormalizeImages", "inputs": {"images": ["face", 0], "mean": 0.2, "std": 0.4}},
        },
    }


def blank(width, height):
    return {"class_type": "EmptyImage", "inputs": {"width": width, "height": height, "batch_size": 1, "color": 0}}


def files(comfy):
    """Size of every file that a prompt could have written or changed, but for what only remembers."""
    found = [file for folder in WRITTEN for file in (comfy.base / folder).rglob("*") if file.is_file()]
    lasting = [file for file in found if not {file.parent.name, file.name} & MEMORIES]
    return {str(file): file.stat().st_size for file in lasting}


def failure(comfy, prompt):
    """Code and message of the node that failed, after checking that it is ours and that nothing was written."""
    before = files(comfy)
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(prompt, timeout_s=120)
    assert files(comfy) == before
    error = caught.value.error
    message = error["exception_message"].strip()
    assert error["exception_type"].startswith("facechain."), message
    assert str(comfy.base) not in message
    assert ". " in message or "\n" in message, "A fact, then what to do."
    return error["exception_type"].removeprefix("facechain."), message


def looking(node, class_type, source, output=0):
    """A prompt in which one node of `class_type` looks at the picture that the nodes of `source` make."""
    links = {PICTURE_INPUTS[class_type]: ["picture", output]}
    if class_type in ("FaceChainFuseFaces", "FaceChainRankPortraits"):
        links["person"] = ["person", 0]
    if class_type == "FaceChainComposeGroupPhoto":
        links["assignments"] = ["assigned", 0]
    prompt = {**source, "looks": node(class_type, **links)}
    prompt |= {"person": PERSON} if len(links) > 1 else {}
    prompt |= {"assigned": node("FaceChainAssignFace", person=["person", 0])} if "assignments" in links else {}
    return with_sink(prompt, "looks", 1 if class_type == "FaceChainRetouchFaces" else 0)


@pytest.mark.parametrize("class_type", [*PICTURE_INPUTS][2:])
@pytest.mark.parametrize("name", ["cat", "one pixel", "a column", "no numbers"])
def test_a_picture_without_a_face_is_refused_in_words(comfy, node, pictures, class_type, name):
    code, _ = failure(comfy, looking(node, class_type, pictures[name]))
    assert code == ("pose_not_found" if class_type == "FaceChainEstimatePose" else "no_face_found")


@pytest.mark.parametrize("name", ["cat", "one pixel", "no numbers"])
def test_portraits_without_a_face_go_on_and_the_reports_say_so(comfy, node, pictures, name):
    fused = comfy.client.run(looking(node, "FaceChainFuseFaces", pictures[name]), timeout_s=60)
    (picture,) = fused.outputs["looks"]["facechain"][0]
    assert (picture["fused"], picture["likeness_before"]) == (False, None)
    assert "no face" in picture["note"]
    ranked = comfy.client.run(looking(node, "FaceChainRankPortraits", pictures[name]), timeout_s=60)
    report = ranked.outputs["looks"]["facechain"][0]
    assert report["portraits"][0]["outcome"] == "kept_as_best"
    assert "No portrait shows a face" in report["warning"]


@pytest.mark.parametrize("name", ["alpha", "beyond 0..1"])
def test_alpha_and_values_beyond_the_range_hide_no_face(comfy, node, pictures, name):
    ranked = comfy.client.run(looking(node, "FaceChainRankPortraits", pictures[name]), timeout_s=60)
    (portrait,) = ranked.outputs["looks"]["facechain"][0]["portraits"]
    assert portrait["faces"] == 1
    assert portrait["likeness"] > 0.5, "The trained person."
    seen = comfy.client.run(looking(node, "FaceChainEstimatePose", pictures[name]), timeout_s=60)
    assert seen.outputs["looks"]["facechain"][0]["people"][0]


@pytest.mark.parametrize("class_type", ["FaceChainRankPortraits", "FaceChainEstimatePose", "FaceChainMakeIdPhoto"])
def test_without_one_readable_photo_no_empty_list_of_pictures_goes_on(comfy, node, trained_person, class_type):
    source = {"picture": node("FaceChainLoadPhotos", photos="absent.png")}
    code, message = failure(comfy, looking(node, class_type, source, output=1))
    assert code == "no_photos"
    assert "None of 1 photos can be read" in message
    assert "Photo 1 of 1: The file does not exist" in message


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_name_of_nothing_is_not_found_and_no_other_folder_is_looked_into(comfy, node, name):
    for class_type, setting, expected in (
        ("FaceChainLoadPerson", "person", "person_not_found"),
        ("FaceChainSelectStyle", "style", "style_not_found"),
        ("FaceChainLoadStyleLora", "lora", "style_not_found"),
        ("FaceChainSelectPose", "pose", "pose_not_found"),
        ("FaceChainLoadBaseCheckpoint", "checkpoint", "wrong_base_model"),
        ("FaceChainLoadFaceModel", "model", "model_unavailable"),
    ):
        prompt = with_sink({"named": node(class_type, **{setting: name})}, "named")
        assert failure(comfy, prompt)[0] == expected


@pytest.mark.parametrize("name", ["../../etc", "..", "x" * 300])
def test_a_photo_folder_elsewhere_is_refused(comfy, node, name):
    prompt = with_sink({"named": node("FaceChainLoadPhotos", folder=name)}, "named")
    assert failure(comfy, prompt)[0] == "no_photos"


@pytest.fixture(scope="module")
def loras(comfy):
    """Folder with LoRA files that cannot be used on the checkpoint of the tests."""
    folder = comfy.base / "models" / "loras"
    folder.mkdir(parents=True, exist_ok=True)

    def lora(name, layer, width, height=320):
        down, up = np.zeros((4, width), np.float16), np.zeros((height, 4), np.float16)
        save_file({f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up}, str(folder / name))

    lora("bad_sdxl.safetensors", "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k", 2048)
    lora("bad_keys.safetensors", "lora_unet_nothing_here_attn2_to_k", 768)
    lora("bad_sizes.safetensors", "lora_unet_input_blocks_1_1_transformer_blocks_0_attn2_to_k", 768, height=17)
    save_file({"weights": np.zeros((4, 4), np.float16)}, str(folder / "bad_no_lora.safetensors"))
    whole = (folder / "bad_sdxl.safetensors").read_bytes()
    (folder / "bad_cut.safetensors").write_bytes(whole[: len(whole) // 2])
    (folder / "bad_empty.safetensors").write_bytes(b"")
    (folder / "bad_pickle.safetensors").write_bytes(b"PK\x03\x04" + bytes(100))
    yield folder
    for file in folder.glob("bad_*"):
        file.unlink()


def styled(node, style):
    """A prompt that gives the look of the node `style` to the checkpoint of the tests."""
    applied = node("FaceChainApplyPersonStyle", model=["base", 0], clip=["base", 1], style=["style", 0])
    return with_sink({"base": BASE, "style": style, "applied": applied}, "applied", 2)


@pytest.mark.parametrize(
    ("name", "expected", "words"),
    [
        ("sdxl", "wrong_base_model", "needs base model SDXL, but the connected MODEL is SD 1.5"),
        ("keys", "wrong_base_model", "1 of 1 layers of the LoRA bad_keys.safetensors"),
        ("sizes", "wrong_base_model", "1 of 1 layers of the LoRA bad_sizes.safetensors"),
        ("no_lora", "style_unreadable", "is no LoRA"),
        ("cut", "unreadable_checkpoint", "is damaged: it has"),
        ("empty", "unreadable_checkpoint", "is no safetensors file"),
        ("pickle", "unreadable_checkpoint", "is a pickle file, which can run any program"),
    ],
)
def test_a_lora_that_cannot_be_used_is_refused_with_the_reason(comfy, node, loras, name, expected, words):
    style = node("FaceChainLoadStyleLora", lora=f"bad_{name}.safetensors")
    code, message = failure(comfy, styled(node, style))
    assert code == expected
    assert words in message


@pytest.fixture
def styles(comfy):
    """The user's own styles, which are gone afterwards: other tests count them."""
    folder = comfy.base / "models" / "facechain" / "styles"
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.iterdir())
    yield folder
    for file in set(folder.iterdir()) - before:
        shutil.rmtree(file) if file.is_dir() else file.unlink()


@pytest.mark.parametrize("name", ["cut", "empty", "pickle"])
def test_a_style_whose_lora_is_damaged_is_refused_with_the_reason(comfy, node, loras, styles, name):
    style = json.loads((EXTENSION / "styles" / "working_suit.json").read_text("utf-8"))
    style |= {"id": f"damaged_{name}", "lora": {**style["lora"], "file": f"bad_{name}.safetensors", "sha256": None}}
    (styles / f"damaged_{name}.json").write_text(json.dumps(style))
    code, message = failure(comfy, styled(node, node("FaceChainSelectStyle", style=f"damaged_{name}")))
    assert code == "unreadable_checkpoint"
    assert f"bad_{name}.safetensors" in message


def test_a_broken_style_names_all_its_problems_and_hides_no_other(comfy, node, styles):
    (styles / "bad_text.json").write_text("{ no JSON")
    (styles / "bad_fields.json").write_text(json.dumps({"id": "other", "style_strength": "x", "prompt": 5}))
    (styles / "bad_folder.json").mkdir()
    offered = comfy.client.object_info()["FaceChainSelectStyle"]["input"]["required"]["style"][1]["options"]
    assert len(offered) > 20
    assert not any(name.startswith("bad_") for name in offered)
    code, message = failure(comfy, styled(node, node("FaceChainSelectStyle", style="bad_fields")))
    assert code == "style_unreadable"
    for problem in ('style_strength is "x"', "prompt is 5", "title is missing", 'id is "other"'):
        assert problem in message
    for name in ("bad_text", "bad_folder"):
        assert failure(comfy, styled(node, node("FaceChainSelectStyle", style=name)))[0] == "style_unreadable"
    assert comfy.client.run(styled(node, node("FaceChainSelectStyle", style=offered[0])), timeout_s=60)


@pytest.fixture
def ana(comfy, trained_person):
    """Folder of the trained person, whose files are as they were afterwards."""
    folder = comfy.base / "models" / "facechain" / "people" / "ana-test"
    lora = comfy.base / "models" / "loras" / "facechain" / trained_person.lora_name
    kept, content = comfy.base / "kept", lora.read_bytes()
    shutil.copytree(folder, kept)
    yield folder
    shutil.rmtree(folder)
    shutil.move(kept, folder)
    lora.write_bytes(content)


def load_person():
    return with_sink({"person": PERSON}, "person")


def listed(comfy):
    """What the page shows as the trained person's problem."""
    people = comfy.client.get("/facechain/people")["people"]
    return next(person["problem"] for person in people if person["slug"] == "ana-test")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_record_is_told_by_node_and_list(comfy, ana, content):
    (ana / "person.json").write_bytes(content)
    code, message = failure(comfy, load_person())
    assert code == "person_unreadable"
    assert 'person.json of "ana-test" cannot be read' in message
    assert listed(comfy) == message


def test_a_person_without_a_record_is_listed_with_the_problem(comfy, ana):
    (ana / "person.json").unlink()
    assert failure(comfy, load_person())[0] == "person_not_found"
    assert 'person.json of "ana-test" cannot be read (No such file or directory)' in listed(comfy)


def test_a_missing_reference_is_told_by_node_and_list(comfy, ana):
    next((ana / "references").iterdir()).unlink()
    code, message = failure(comfy, load_person())
    assert code == "person_unreadable"
    assert 'of person "ana-test" is missing or damaged' in message
    assert 'of person "ana-test" is missing or damaged' in listed(comfy)


def test_a_missing_and_a_changed_lora_are_told(comfy, ana, trained_person):
    lora = comfy.base / "models" / "loras" / "facechain" / trained_person.lora_name
    lora.write_bytes(b"something else")
    assert "has changed" in failure(comfy, load_person())[1]
    lora.unlink()
    code, message = failure(comfy, load_person())
    assert code == "person_unreadable"
    assert "is missing. Put it back into models/loras/facechain, or train again." in message
    assert listed(comfy) == message


def test_other_files_in_the_folder_do_not_matter(comfy, ana):
    (ana / "notes.txt").write_text("mine")
    (ana / "more").mkdir()
    assert comfy.client.run(load_person(), timeout_s=60)
    assert listed(comfy) == ""


def test_training_again_mends_a_person_whose_files_were_lost(comfy, ana, trained_person):
    shutil.rmtree(ana / "references")
    comfy.client.run(shipped_prompt("01-train-person", **trained_person.settings), timeout_s=120)
    assert listed(comfy) == ""
    assert comfy.client.run(load_person(), timeout_s=60)


def test_half_a_person_is_deleted_whole(comfy, ana):
    half = ana.with_name("half")
    shutil.copytree(ana / "references", half / "references")
    lora = comfy.base / "models" / "loras" / "facechain" / "half-01234567.safetensors"
    lora.write_bytes(b"part of one")
    body = json.dumps({"slug": "half"}).encode()
    assert answer(comfy, "/facechain/people/delete", body, JSON)[0] == 200
    assert not half.exists()
    assert not lora.exists()
