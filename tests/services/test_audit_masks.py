"""Secrets and lengths in the details of audit entries."""

import json

import pytest

from dashboard.services.audit_masks import MASK, MOST_BYTES, masked, text


@pytest.mark.parametrize("name", ["token", "new_token", "Password", "api_key", "webhook secret", "authorization"])
def test_a_value_that_is_called_a_secret_is_masked(name):
    assert masked({name: "docks_51f0c3a7"}) == {name: MASK}
    assert masked({"changed": {name: ["docks_old", "docks_new"]}}) == {"changed": {name: [MASK, MASK]}}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://ada:pw@host/x", f"https://{MASK}@host/x"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {MASK}"),
        ("https://host/?token=abc&page=2", f"https://host/?token={MASK}&page=2"),
        ("gAAAAABabcdefghijklmnopqrstuvwxyz", MASK),
    ],
)
def test_a_secret_within_a_text_is_masked(said, kept):
    assert masked({"address": [said]}) == {"address": [kept]}


def test_whether_there_was_a_secret_may_be_told():
    assert masked({"token": True, "password": None, "secret": ""}) == {"token": True, "password": None, "secret": ""}


def test_numbers_are_kept_as_every_database_gives_them_back():
    assert masked({"n": 3, "rate": 0.5, "huge": 10**30}) == {"n": 3, "rate": "0.5", "huge": str(10**30)}


def test_characters_that_no_database_takes_are_left_out():
    assert masked({"a\0b": "x\0\ud800y"}) == {"ab": "x?y"}


def test_long_texts_lists_and_depths_are_cut():
    deep = {"a": {"a": {"a": {"a": {"a": 1}}}}}
    kept = masked({"text": "x" * 10_000, "list": list(range(1_000)), "deep": deep})
    assert len(kept["text"]) == 500
    assert kept["list"] == list(range(50))
    assert "…" in json.dumps(kept["deep"], ensure_ascii=False)


def test_what_is_too_much_altogether_is_left_out_and_it_says_so():
    kept = masked({f"name-{n}": "ü" * 500 for n in range(60)})
    assert kept["cut"] is True
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= MOST_BYTES


def test_a_text_of_any_kind_is_a_text():
    assert text(None) == "None"
    assert text("x" * 20, 10) == "x" * 9 + "…"
