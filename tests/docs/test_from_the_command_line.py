"""The document names every command and option, and what it names here is there and understood."""

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import resolve
from django.utils import timezone

from dashboard.domain.queries import parse
from dashboard.filters.runs import RunFilter
from dashboard.filters.tasks import TaskFilter
from dashboard.filters.trials import TrialFilter
from tests.parity.rows import DOCUMENT, Row, rows

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "docks-runs-commands.md"

COMMANDS = {
    "docks runs list": {"--limit", "-n", "--status", "-s", "--format"},
    "docks runs get": set(),
    "docks runs stop": {"--force", "-f"},
    "docks run": {"--provider", "-p", "--param"},
    "docks runs eval-list": {"--limit", "-n"},
    "docks runs eval-get": set(),
    "docks runs eval-run": {
        "--name", "-n", "--dataset", "-d", "--task", "-t", "--model", "-m", "--anthropic-key", "-k", "--agent", "-a",
        "--concurrent", "-c", "--attempts", "--start", "-s", "--env", "-e",
    },
    "docks runs eval-start": set(),
    "docks runs eval-cancel": {"--force", "-f"},
    "docks runs trials": {"--limit", "-n"},
    "docks runs trial": set(),
    "docks runs artifacts": {"--trial", "-t", "--output", "-o", "--type"},
    "docks report html": {"--output", "-o", "--open"},
    "docks report show": {"--watch", "-w", "--interval", "-i"},
    "docks report summary": set(),
    "docks datasets list": set(),
    "docks datasets get": set(),
    "docks datasets tasks": {"--limit", "-n", "--difficulty", "-d"},
}  # fmt: skip
"""What the document is about: the client's own commands and options, but for ``--debug`` and ``--help``."""

FILTERS = {"/runs/": RunFilter, "/tasks/": TaskFilter, "/runs/1/trials/": TrialFilter}
PARAMETERS = {"q", "size", "type", "all", "source", "from"}
TYPES = ("logs", "trajectory", "diff", "result")

ALL = rows()
each_row = pytest.mark.parametrize("row", ALL, ids=lambda row: row.key)


def written() -> dict[str, set[str]]:
    """The document's commands and their options."""
    found: dict[str, set[str]] = {}
    for row in ALL:
        if row.command.startswith("docks "):
            found.setdefault(row.command, set()).update(row.options)
    return found


def seed() -> str:
    """The handbook of the client's commands."""
    if not SEED.exists():
        pytest.skip("The client's handbook is not beside this checkout.")
    return SEED.read_text(encoding="utf-8")


def test_it_names_every_command_and_option_and_no_other() -> None:
    assert written() == COMMANDS


def test_no_row_is_there_twice() -> None:
    keys = [row.key for row in ALL]
    assert sorted(set(keys)) == sorted(keys)


def test_every_command_and_option_of_the_handbook_is_in_it() -> None:
    parts = [part for part in re.split(r"^### `", seed(), flags=re.MULTILINE) if part.startswith("docks ")]
    asked = {part.partition("`")[0]: re.findall(r"^- `([^`]*)`", part, re.MULTILINE) for part in parts}
    assert len(asked) == 8
    for command, options in asked.items():
        named = {spelling for option in options for spelling in re.findall(r"(?<![\w-])--?[a-z-]+", option)}
        assert named <= written()[command], command


def test_every_type_of_artifact_and_every_state_of_the_handbook_can_be_asked_for() -> None:
    text = seed()
    assert tuple(re.findall(r"^- `(\w+)`: ", text, re.MULTILINE)) == TYPES
    states = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert len(states) == 6
    assert set(states) <= set(RunFilter.fields_of_box()["status"].choices)


@each_row
def test_every_address_is_one_of_ours(row: Row) -> None:
    for address in row.addresses:
        path, _, rest = address.partition("?")
        assert resolve(path).url_name
        assert set(QueryDict(rest)) <= PARAMETERS, address


@each_row
def test_every_query_is_understood(row: Row) -> None:
    for path, text in row.queries:
        if text == "RUN_ID":
            continue  # whatever is put into the search box
        filters = FILTERS.get(path) or RunFilter
        query = parse(text, filters.fields_of_box(), now=timezone.now())
        assert query.terms, text
        assert not query.problems, text


def test_every_row_says_what_one_does_here() -> None:
    for row in ALL:
        assert row.addresses or re.search(r"\*[^*]+\*", row.here), row.key


def test_whatever_stands_in_a_table_is_a_row() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heads = [line for line in lines if line.startswith(("| one types", "|---"))]
    assert len(lines) - len(heads) == len(ALL)
