"""Nothing of a download is opened before its hash is checked, and no archive writes outside its folder."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from studio.downloads import Pin, fetch_pinned, read_pins, unpack
from studio.errors import SetupError

PYTHON = Path(sys.executable)


def tar_with(file: Path, *names: str) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return file


def pins_for(folder: Path, name: str, sha256: str) -> Path:
    file = folder / "pins.txt"
    file.write_text(f"# why\n{name}==1.0 \\\n    --hash=sha256:{sha256}\n")
    return file


def test_a_pin_may_have_a_comment_a_continued_line_and_several_hashes(tmp_path):
    file = tmp_path / "pins.txt"
    file.write_text("# a comment\nsome-thing==1.0 --hash=sha256:aa \\\n  --hash=sha256:bb  # both platforms\n")
    assert read_pins(file) == (Pin("some-thing", "1.0", ("aa", "bb")),)


@pytest.mark.parametrize("line", ["thing", "thing==1.0", "thing>=1.0 --hash=sha256:aa"])
def test_a_line_without_version_or_hash_is_refused(tmp_path, line):
    file = tmp_path / "pins.txt"
    file.write_text(line)
    with pytest.raises(SetupError, match=r"is not pinned. Write name==version --hash"):
        read_pins(file)


@pytest.mark.parametrize("name", ["some_thing-1.0.tar.gz", "some-thing-1.0.zip", "Some_Thing-1.0-py3-none-any.whl"])
def test_a_pin_knows_the_file_names_of_its_release(name):
    assert Pin("some-thing", "1.0", ()).is_file_name(name)


def test_a_file_with_the_pinned_hash_is_used_without_asking_the_index(tmp_path):
    file = tmp_path / "thing-1.0.tar.gz"
    file.write_bytes(b"content")
    pins = pins_for(tmp_path, "thing", hashlib.sha256(b"content").hexdigest())
    assert fetch_pinned(pins, tmp_path, Path("no-such-python")) == (file,)


def test_a_file_with_another_hash_is_never_used(tmp_path):
    (tmp_path / "thing-1.0.tar.gz").write_bytes(b"tampered")
    pins = pins_for(tmp_path, "thing", hashlib.sha256(b"content").hexdigest())
    with pytest.raises(SetupError, match="mend the cause, run again"):
        fetch_pinned(pins, tmp_path, PYTHON, options=["--no-index"])


def test_only_the_wanted_folder_of_a_source_distribution_is_unpacked(tmp_path):
    archive = tar_with(tmp_path / "a.tar.gz", "thing-1.0/vendor/Comfy/main.py", "thing-1.0/setup.py")
    unpack(archive, ["vendor/Comfy"], tmp_path / "out")
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert files == [tmp_path / "out" / "vendor" / "Comfy" / "main.py"]


def test_only_the_wanted_files_of_a_wheel_are_unpacked(tmp_path):
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("thing/data/face.png", "face")
        archive.writestr("thing/data/other.png", "other")
    unpack(wheel, ["thing/data/face.png"], tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").rglob("*.png")] == ["face.png"]


@pytest.mark.parametrize("name", ["top/a/../../../evil", "top/a/..\\evil", "top/a/C:evil"])
def test_a_path_that_leaves_its_folder_is_refused_and_nothing_appears(tmp_path, name):
    archive = tar_with(tmp_path / "a.tar.gz", "top/a/good", name)
    with pytest.raises(SetupError, match="leaves its folder"):
        unpack(archive, ["a"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_in_an_archive_is_not_unpacked(tmp_path):
    file = tmp_path / "a.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        link = tarfile.TarInfo("top/a/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("top/a/file"))
    unpack(file, ["a"], tmp_path / "out")
    assert [entry.name for entry in (tmp_path / "out" / "a").iterdir()] == ["file"]


def test_an_archive_without_the_wanted_folder_is_refused(tmp_path):
    archive = tar_with(tmp_path / "a.tar.gz", "top/setup.py")
    with pytest.raises(SetupError, match="holds none of vendor"):
        unpack(archive, ["vendor"], tmp_path / "out")
