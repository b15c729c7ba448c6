"""Readers of single values, names and texts."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sources.harbor.documents import parse
from dashboard.sources.harbor.keeping import _is_storable
from dashboard.sources.harbor.names import id_of, name_of, segments_of, shown
from dashboard.sources.harbor.values import moment_at, number_of


@given(
    st.binary(min_size=1, max_size=255).filter(
        lambda raw: b"/" not in raw and b"\0" not in raw and raw not in {b".", b".."}
    )
)
def test_every_name_has_one_id_and_comes_back(raw):
    name = os.fsdecode(raw)
    external_id = id_of(name)

    external_id.encode()
    assert name_of(external_id) == name
    assert "\0" not in shown(name)


@given(st.text(max_size=30))
def test_an_id_is_a_single_harmless_segment_or_refused(text):
    name = name_of(text)

    assert name is None or (id_of(name) == text and "/" not in name and name not in {"", ".", ".."})


def test_readable_names_are_their_own_ids():
    for name in ("2026-11-22__10-00-00", "été", "100%", "50%off", "a\\b"):
        assert id_of(name) == name
    assert id_of("%FF") == "%25FF"
    assert id_of(os.fsdecode(b"\xff")) == "%FF"


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/passwd", "a//b", "a/", "./a", "a/../b", "..", "a\0", "a/\ud800", "%2E%2E/a"]
)
def test_paths_that_are_not_below_are_refused(path):
    assert segments_of(path) is None


def test_a_backslash_is_an_ordinary_character():
    assert segments_of("a/..\\b") == ["a", "..\\b"]


def test_absurd_file_times_are_none():
    assert moment_at(2**63 * 1000) is None
    assert moment_at(-(10**19)) is None


def test_numbers_are_finite():
    assert [number_of(value) for value in (1, 1.5, True, float("inf"), float("nan"), 10**400, "1", None)] == [
        1, 1.5, True, None, None, None, None, None,
    ]  # fmt: skip


def test_what_databases_refuse_is_not_storable():
    assert [_is_storable(value) for value in (1, None, 2**63, -(2**63), float("nan"))] == [
        True,
        True,
        False,
        False,
        False,
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_complained_about(data):
    value, complaint = parse(data)

    assert value is None or not complaint or "strict" in complaint
