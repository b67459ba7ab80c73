import subprocess
import sys
from pathlib import Path

import pytest

import facechain
from facechain.errors import AssetMissing, ModelUnavailable
from facechain.providers.catalog import MODELS, ModelHandle, Role, find_model, open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import ModelLocations


def test_auto_is_the_embedded_analyzer_where_nothing_else_is(locations):
    assert find_model(Role.ANALYZER, "auto", locations).id == "embedded"


def test_an_unknown_id_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(ModelUnavailable, match=r'no face analyzer "magic". Choose one of: auto, buffalo_l'):
        open_model(Role.ANALYZER, "magic", ModelLocations(tmp_path), CpuLease())


def test_an_analyzer_without_its_files_names_the_first_and_where_it_belongs(tmp_path):
    with pytest.raises(AssetMissing, match=r"short_range\.tflite \(sha256 bbff11.*belongs into .*embedded"):
        open_model(Role.ANALYZER, "embedded", ModelLocations(tmp_path), CpuLease())


def test_a_handle_opens_the_analyzer_and_shows_only_its_id(locations):
    handle = ModelHandle(Role.ANALYZER, "auto", locations)
    assert repr(handle) == "ModelHandle(face analyzer, auto)"
    assert handle.open(CpuLease()).id == "embedded"


def test_ids_are_unique_and_every_file_has_a_licence_and_a_folder():
    ids = [(entry.role, entry.id) for entry in MODELS]
    assert len(set(ids)) == len(ids)
    for file in (file for entry in MODELS for file in entry.files):
        assert file.licence
        assert file.folders
        assert len(file.sha256) in (0, 64)


def test_reading_the_catalogue_loads_no_torch():
    core = Path(facechain.__file__)
    code = f"""
import sys
from importlib.util import module_from_spec, spec_from_file_location
folders = [{str(core.parent)!r}]
spec = spec_from_file_location("facechain", {str(core)!r}, submodule_search_locations=folders)
package = module_from_spec(spec)
sys.modules["facechain"] = package
spec.loader.exec_module(package)
import facechain.providers.catalog, facechain.providers.lease
assert not {{"torch", "cv2"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
