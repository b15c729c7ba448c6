"""The table of ASVS 5.0.0: every item of its first two levels is there once, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "asvs.md").read_text()
ASKED = [line.split() for line in Path(__file__).with_name("asvs-5.0.0.txt").read_text().splitlines()]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| [0-9]+\.[0-9]+\.[0-9]+ \|", line)
]
STATUSES = ("met", "not applicable", "not met")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def functions(path):
    """The names of all functions of a file, methods too."""
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}


def test_the_standard_has_so_many_items():
    assert [level for _, level in ASKED].count("1") == 70
    assert [level for _, level in ASKED].count("2") == 183


def test_every_item_is_there_once_in_the_standards_order():
    assert [row[:2] for row in ROWS] == ASKED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_says_what_is_asked_and_how_it_is_known(row):
    item, _, asks, status, how = row
    assert asks, item
    assert status in STATUSES
    assert NAMED.search(how) or re.fullmatch(r"As [0-9.]+|[A-Z`\[].{7,}\.", how)


def test_every_test_that_is_named_exists():
    named = NAMED.findall(PAGE)
    assert len(named) > 150
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []


def test_what_is_counted_at_its_head_is_so():
    for status in STATUSES:
        counts = [sum(row[1] == level and row[3] == status for row in ROWS) for level in "12"]
        assert f"| {status} | {counts[0]} | {counts[1]} |" in PAGE
