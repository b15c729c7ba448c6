"""The administration's colours are our tokens' values."""

import re
from pathlib import Path

import django.contrib.admin

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+): (.+?);", (CSS / "foundation.css").read_text()))
SET = re.findall(r"--([\w-]+): (.+?); /\* ([\w-]+) \*/", (CSS / "admin.css").read_text())


def test_each_is_worth_what_the_token_it_names_is():
    assert {name: value for name, value, _ in SET} == {name: TOKENS[token] for name, _, token in SET}
    assert len(SET) == (CSS / "admin.css").read_text().count("; /*")


def test_each_is_a_variable_of_djangos_or_a_token_by_its_own_name():
    sheet = Path(django.contrib.admin.__file__).parent / "static" / "admin" / "css" / "base.css"
    theirs = set(re.findall(r"--([\w-]+):", sheet.read_text()))
    assert {name for name, _, token in SET if name != token} <= theirs
