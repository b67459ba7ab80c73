"""Files of parsing networks: which run, and what a user reads about those that do not."""

from __future__ import annotations

import pickle
import socket

import numpy as np
import pytest
import safetensors.torch
import torch
from support_parsers import CLASS_NAMES, bisenet_file, model_file, opened, palette, put, segformer_tensors
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from facechain.errors import AssetCorrupt, LicenceNotAccepted, ModelUnavailable
from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.parsing import REGIONS, Region
from facechain.providers.catalog import AUTO, find_model
from facechain.providers.model_entry import Proof, Role
from facechain.providers.model_files import ModelLocations
from facechain.providers.parsing_models import PARSING_MODELS
from facechain.providers.segformer_file import segformer_config

RESTRICTED = [id for id in CLASS_NAMES if id != "selfie_multiclass"]


@pytest.fixture
def locations(tmp_path) -> ModelLocations:
    """An installation of its own, for files that are made for one test."""
    return ModelLocations(tmp_path)


def test_bisenet_needs_one_output_only(locations):
    put(locations, "bisenet")
    bisenet_file(model_file(locations, "bisenet"), palette(19), further_outputs=0)
    points = np.array([(-20, -15), (20, -15), (0, 5), (-17, 25), (17, 25)]) + 128
    face = Face(Box(78, 78, 178, 178), Landmarks(points), 0.9)
    labels = opened(locations, "bisenet").parse(np.full((256, 256, 3), palette(19)[17], np.uint8), face).labels
    assert REGIONS[labels[128, 128]] is Region.HAIR


@pytest.mark.parametrize("id", RESTRICTED)
def test_a_restricted_parser_runs_only_after_its_licence_was_accepted(locations, id):
    with pytest.raises(LicenceNotAccepted, match=f'The licence of face parser "{id}"'):
        opened(locations, id)


def test_selfie_multiclass_may_be_used_for_anything_but_is_never_chosen_by_itself(locations):
    put(locations, "selfie_multiclass")
    assert find_model(Role.PARSER, "selfie_multiclass", locations).commercial_use == "yes"
    assert find_model(Role.PARSER, AUTO, locations).id == "embedded"


def test_an_accepted_parser_that_is_there_is_chosen_by_itself(locations):
    put(locations, "bisenet")
    assert find_model(Role.PARSER, AUTO, locations).id == "bisenet"


def test_no_parser_claims_to_have_been_tried_on_photos():
    assert {entry.proof for entry in PARSING_MODELS} == {Proof.CONTRACT}


@pytest.mark.parametrize("id", ["bisenet", "segformer", "segformer_onnx"])
@pytest.mark.parametrize("beginning", [pickle.dumps({"weight": 1}), b"PK\x03\x04archive/data.pkl"])
def test_a_pickle_is_refused_whatever_it_is_called(locations, id, beginning):
    put(locations, id)
    file = model_file(locations, id)
    file.write_bytes(beginning)
    with pytest.raises(ModelUnavailable, match=rf"{file.name} in .* is a pickled PyTorch file.*Put the published file"):
        opened(locations, id)


def test_a_safetensors_file_whose_header_has_the_length_of_a_pickles_mark_is_none(locations):
    put(locations, "segformer")
    header = b"{" + b" " * (0x0280 - 2) + b"}"
    model_file(locations, "segformer").write_bytes(len(header).to_bytes(8, "little") + header)
    # No pickle: it is read, and then lacks everything.
    with pytest.raises(ModelUnavailable, match="is another model than this role needs"):
        opened(locations, "segformer")


def test_a_graph_with_other_classes_is_refused(locations):
    put(locations, "bisenet", colors=palette(11))
    with pytest.raises(ModelUnavailable, match=r"resnet34.onnx .*\[\?,11,512,512\].*needed.*\[\?,19,512,512\]"):
        opened(locations, "bisenet")


def test_segformer_gives_the_logits_of_the_network_that_was_saved(locations, tmp_path):
    torch.manual_seed(0)
    config = SegformerConfig(
        depths=[1, 2, 1, 1],
        hidden_sizes=[8, 16, 24, 32],
        num_attention_heads=[1, 2, 3, 4],
        decoder_hidden_size=16,
        mlp_ratios=[4, 2, 4, 3],
        num_labels=19,
    )
    network = SegformerForSemanticSegmentation(config).eval()
    network.save_pretrained(tmp_path / "saved")
    put(locations, "segformer")
    model_file(locations, "segformer").write_bytes((tmp_path / "saved" / "model.safetensors").read_bytes())
    parser = opened(locations, "segformer")
    batch = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(parser._network(batch).logits, network(batch).logits)


def test_the_sizes_of_the_published_network_are_read_from_its_tensors():
    # mit-b5; only the shapes that say something.
    depths, widths, reductions = [3, 6, 40, 3], [64, 128, 320, 512], [8, 4, 2, None]
    shapes = {"decode_head.classifier.weight": (19, 768, 1, 1), "decode_head.linear_fuse.weight": (768, 3072, 1, 1)}
    for stage, (depth, width, reduction) in enumerate(zip(depths, widths, reductions, strict=True)):
        kernel, inputs = (7, 3) if stage == 0 else (3, widths[stage - 1])
        block = f"segformer.encoder.block.{stage}."
        shapes[f"segformer.encoder.patch_embeddings.{stage}.proj.weight"] = (width, inputs, kernel, kernel)
        shapes |= {f"{block}{number}.mlp.dense1.weight": (4 * width, width) for number in range(depth)}
        if reduction:
            shapes[f"{block}0.attention.self.sr.weight"] = (width, width, reduction, reduction)
    config = segformer_config({name: torch.empty(shape, device="meta") for name, shape in shapes.items()})
    assert (config.depths, config.hidden_sizes, config.decoder_hidden_size) == (depths, widths, 768)
    assert (config.num_attention_heads, config.sr_ratios) == ([1, 2, 5, 8], [8, 4, 2, 1])
    assert (config.patch_sizes, config.strides) == ([7, 3, 3, 3], [4, 2, 2, 2])
    assert (config.num_labels, config.mlp_ratios) == (19, [4, 4, 4, 4])


def test_a_segformer_file_that_lacks_a_tensor_is_refused(locations):
    put(locations, "segformer")
    tensors = segformer_tensors(palette(19))
    del tensors["segformer.encoder.block.1.0.mlp.dense2.weight"]
    safetensors.torch.save_file(tensors, model_file(locations, "segformer"))
    with pytest.raises(ModelUnavailable, match=r"1 tensors do not fit.*Put there: SegformerForSemanticSegmentation"):
        opened(locations, "segformer")


def test_a_segformer_for_other_classes_is_refused(locations):
    put(locations, "segformer", colors=palette(18))
    with pytest.raises(ModelUnavailable, match="18 classes instead of 19"):
        opened(locations, "segformer")


def test_a_safetensors_file_that_is_cut_off_is_corrupt(locations):
    put(locations, "segformer")
    file = model_file(locations, "segformer")
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(AssetCorrupt, match=r"model.safetensors is no readable safetensors file.*Copy it there again"):
        opened(locations, "segformer")


def test_opening_segformer_asks_nobody(locations, monkeypatch):
    def refused(*_):
        raise AssertionError("asked the network")

    put(locations, "segformer")
    monkeypatch.setattr(socket.socket, "connect", refused)
    assert opened(locations, "segformer").id == "segformer"
