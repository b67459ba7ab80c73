"""Setting up: where things go, when they are built anew, and what a user reads when it cannot work."""

from __future__ import annotations

import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from studio import cache, preflight
from studio.comfyui import ComfyUI, require_packages, users_comfyui
from studio.commands import run_logged, tail
from studio.environment import Environment, environment_key, install, python_in
from studio.errors import SetupError
from studio.node_ids import declared_node_ids, listed_node_ids
from studio.stages import Reporter

PYTHON = Path(sys.executable)
DiskUsage = namedtuple("DiskUsage", "total used free")

NODES = """
class AlignFaces(io.ComfyNode):
    def define_schema(cls):
        return io.Schema(node_id="FaceChainAlignFaces", inputs=[])

class NotYet(io.ComfyNode):
    def define_schema(cls):
        return io.Schema(
            node_id="FaceChainNotYet",
        )
"""


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, "/home/a/.cache/facechain"),
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/facechain"),
        ("darwin", {}, "/home/a/Library/Caches/facechain"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/facechain"),
        ("win32", {}, "/home/a/AppData/Local/facechain"),
        ("linux", {"FACECHAIN_CACHE": "/chosen", "XDG_CACHE_HOME": "/cache"}, "/chosen"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(platform, environ, expected):
    assert cache._cache_folder(environ, platform, Path("/home/a")) == Path(expected)


def test_the_key_changes_with_a_requirement_but_not_with_a_comment(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("numpy>=1.26   # reason\n")
    first = environment_key([file])
    file.write_text("# new words\nnumpy>=1.26 # other reason\r\n")
    assert environment_key([file]) == first
    file.write_text("numpy>=2.0\n")
    assert environment_key([file]) != first


def test_the_key_changes_when_a_requirement_moves_to_another_file(tmp_path):
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("numpy\n")
    other.write_text("")
    before = environment_key([one, other])
    one.write_text("")
    other.write_text("numpy\n")
    assert environment_key([one, other]) != before


def test_a_stage_that_fails_is_not_marked_as_passed(tmp_path):
    environment = Environment(tmp_path)
    with pytest.raises(SetupError, match="interrupted"), environment.passing("installed"):
        raise SetupError("interrupted")
    assert not environment.has_passed("installed")
    with environment.passing("installed"):
        pass
    assert environment.has_passed("installed")


def test_an_environment_that_does_not_import_is_built_anew(tmp_path, monkeypatch):
    environment = Environment(tmp_path)
    for stage in ("created", "installed"):
        (tmp_path / f"{stage}.done").touch()
    environment.python.parent.mkdir()
    environment.python.symlink_to(PYTHON)
    monkeypatch.setattr("studio.environment.IMPORT_CHECK", "import no_such_module")
    with pytest.raises(SetupError, match="No module named 'no_such_module'"):
        install(environment, tmp_path / "requirements.txt", Reporter())
    assert not environment.has_passed("created")


def test_every_problem_is_in_one_message(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: DiskUsage(100, 99, 1_200_000_000))
    with pytest.raises(SetupError, match="2 problems to solve first") as caught:
        preflight.check(tmp_path / "not" / "there", environment_ready=True)
    assert "This is Python 3.9; the studio needs 3.10 to 3.13." in str(caught.value)
    assert f"1.2 GB are free at {tmp_path}, 2 GB are needed." in str(caught.value)


def test_a_command_that_fails_shows_the_end_of_its_log(tmp_path):
    log = tmp_path / "build.log"
    with pytest.raises(SetupError, match=r"(?s)ended with code 3. Read .*build.log.*no space left"):
        run_logged([PYTHON, "-c", "print('no space left'); raise SystemExit(3)"], log)


def test_the_end_of_a_log_has_no_colours(tmp_path):
    log = tmp_path / "server.log"
    log.write_text("first\n\x1b[32m[INFO]\x1b[0m started\n")
    assert tail(log, 1) == "    [INFO] started"


def test_the_path_of_a_users_comfyui_must_hold_one(tmp_path, monkeypatch):
    monkeypatch.setenv("COMFYUI_PATH", str(tmp_path))
    with pytest.raises(SetupError, match=r"where no main.py lies. Set it to the folder of ComfyUI, or unset it"):
        users_comfyui()


def test_a_users_comfyui_runs_with_its_own_python(tmp_path, monkeypatch):
    (tmp_path / "main.py").touch()
    monkeypatch.setenv("COMFYUI_PATH", str(tmp_path))
    monkeypatch.setenv("COMFYUI_PYTHON", str(PYTHON))
    assert users_comfyui() == ComfyUI(tmp_path, PYTHON)
    own = python_in(tmp_path / ".venv")
    own.parent.mkdir(parents=True)
    own.touch()
    assert users_comfyui() == ComfyUI(tmp_path, own)


def test_missing_packages_are_named_with_the_command_that_installs_them(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("pytest>=1\nno-such-package>=2  # reason\npytest>=999\nother; python_version < '3'\n")
    with pytest.raises(SetupError, match=r"lacks no-such-package>=2, pytest>=999. .*\n.*-m pip install -r .*txt"):
        require_packages(ComfyUI(tmp_path, PYTHON), [requirements, tmp_path / "absent.txt"])


def test_the_host_must_have_the_nodes_that_the_extension_lists(tmp_path):
    (tmp_path / "nodes").mkdir()
    (tmp_path / "nodes" / "align.py").write_text(NODES)
    (tmp_path / "nodes" / "__init__.py").write_text("from .align import AlignFaces\n")
    assert listed_node_ids(tmp_path) == {"FaceChainAlignFaces"}
    assert declared_node_ids(tmp_path) == {"FaceChainAlignFaces", "FaceChainNotYet"}
