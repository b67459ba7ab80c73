"""Names become safe, stable file names, or say why not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facechain.errors import InvalidName
from facechain.names import LONGEST_SLUG_BYTES, slug_from_name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Anna", "anna"),
        ("Anna Maria", "anna-maria"),
        ("anna_maria", "anna_maria"),
        ("王小明", "王小明"),
        ("José", "josé"),
        ("Jose\u0301", "josé"),
        ("  .hidden. ", "hidden"),
        ("Anna 😀", "anna"),
        ("\u202eAnna\u200f", "anna"),
        ("a\x00b\tc", "a-b-c"),
        ("Ａｎｎａ", "anna"),
        ("Dr. No: 2", "dr-no-2"),
        ("नेहा", "नेहा"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_a_file_system_minds(name, slug):
    assert slug_from_name(name) == slug


@pytest.mark.parametrize("name", ["CON", "con", "NUL", "Com1", "COM¹", "lpt9", " aux. "])
def test_a_windows_device_name_gets_a_prefix(name):
    assert slug_from_name(name).startswith("person-")


@pytest.mark.parametrize("name", ["CON.txt", "nul.png"])
def test_a_device_name_with_an_extension_has_no_dot_left(name):
    assert slug_from_name(name) == name.lower().replace(".", "-")


@pytest.mark.parametrize("name", ["../../x", "a/b", "a\\b", "C:\\x", "／etc", "＼x"])
def test_a_path_is_refused(name):
    with pytest.raises(InvalidName, match=r"looks like a path\. Leave out"):
        slug_from_name(name)


@pytest.mark.parametrize("name", ["", "   ", "..", "😀🎉", "\u3164", "\u0301", "---", "\ud800"])
def test_a_name_without_letter_and_digit_is_refused(name):
    with pytest.raises(InvalidName, match=r"no letter or digit\. Add at least one"):
        slug_from_name(name)


def test_long_names_are_cut_in_bytes_and_stay_apart():
    first, second = slug_from_name("王" * 300), slug_from_name("王" * 299 + "李")
    assert len(first.encode()) <= LONGEST_SLUG_BYTES
    assert first[:19] == "王" * 19
    assert first != second


def test_names_that_differ_in_case_share_a_folder_as_they_would_on_windows():
    assert slug_from_name("ANNA") == slug_from_name("anna")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_every_slug_is_one_safe_file_name_and_its_own_slug(name):
    try:
        slug = slug_from_name(name)
    except InvalidName:
        return
    assert 1 <= len(slug.encode()) <= LONGEST_SLUG_BYTES
    assert slug == slug_from_name(slug) == unicodedata.normalize("NFC", slug)
    assert all(character in "-_" or unicodedata.category(character)[0] in "LNM" for character in slug)
    assert slug[0] not in "-_"
    assert slug[-1] not in "-_"
