import os
import shutil
from dataclasses import replace

import pytest

from facechain.errors import AssetCorrupt
from facechain.providers.assets import IRIS_LANDMARKS
from facechain.providers.catalog import AUTO, ModelHandle, analyzer_like
from facechain.providers.face_models import SFACE, YUNET
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.providers.open_models import OpenModels


@pytest.fixture
def handle(locations, tmp_path) -> ModelHandle:
    """The smallest model, in a folder of this test."""
    own = ModelLocations(tmp_path)
    own.embedded.mkdir(parents=True)
    shutil.copy(locations.embedded / IRIS_LANDMARKS.file, own.embedded)
    return ModelHandle(Role.GAZE_ESTIMATOR, AUTO, own)


def test_a_model_is_loaded_once(handle):
    models = OpenModels()
    assert models.open(handle, CpuLease()) is models.open(replace(handle, id="embedded"), CpuLease())


def test_a_model_whose_file_was_touched_is_loaded_anew(handle):
    models = OpenModels()
    first = models.open(handle, CpuLease())
    os.utime(handle.locations.embedded / IRIS_LANDMARKS.file, ns=(1, 1))
    assert models.open(handle, CpuLease()) is not first


def test_a_model_whose_file_was_damaged_is_refused_although_it_was_loaded(handle):
    models = OpenModels()
    models.open(handle, CpuLease())
    (handle.locations.embedded / IRIS_LANDMARKS.file).write_bytes(b"damaged")
    with pytest.raises(AssetCorrupt, match=r"7 of 2640568 bytes"):
        models.open(handle, CpuLease())


def test_a_model_on_a_gpu_is_not_kept(handle):
    class GpuLease(CpuLease):
        has_lent = True

    models = OpenModels()
    assert models.open(handle, GpuLease()) is not models.open(handle, GpuLease())


def test_people_are_compared_by_the_analyzer_that_saw_them(tmp_path):
    own = ModelLocations(tmp_path)
    for model in (YUNET, SFACE):
        own.home(model).parent.mkdir(parents=True, exist_ok=True)
        own.home(model).write_bytes(b"installed")
    assert analyzer_like(["yunet_sface", "yunet_sface"], own) == "yunet_sface"


@pytest.mark.parametrize("ids", [[], ["embedded", "yunet_sface"], ["buffalo_l"], ["of a later version"]])
def test_without_one_common_installed_analyzer_it_is_the_best(tmp_path, ids):
    assert analyzer_like(ids, ModelLocations(tmp_path)) == AUTO
