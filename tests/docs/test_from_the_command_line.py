"""The document names every command and option, and what it names here is there and understood."""

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import resolve
from django.utils import timezone

from dashboard.domain.queries import parse
from dashboard.filters.report_parameters import FIELDS, sorting, translated
from dashboard.filters.reports import ReportFilter
from dashboard.filters.runs import RunFilter
from dashboard.filters.tasks import TaskFilter
from dashboard.filters.trials import TrialFilter
from tests.parity.rows import DOCUMENT, Row, rows

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
DOCKS, CARROT = "docks-runs-commands.md", "carrot-run-commands.md"

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
    "carrot_cli run find_by_id": set(),
    "carrot_cli run delete": {"--yes", "-y"},
    "carrot_cli run create_report": {"--created_by", "--delete_failed"},
    "carrot_cli run find_report_by_ids": set(),
    "carrot_cli run find_reports": {
        "--report_id", "--report", "--status", "--cromwell_job_id", "--results", "--created_before", "--created_after",
        "--created_by", "--finished_before", "--finished_after", "--sort", "--limit", "--offset",
    },
    "carrot_cli run delete_report_by_ids": {"--yes", "-y"},
}  # fmt: skip
"""What the document is about: the clients' own commands and options, but for ``--debug`` and ``--help``."""

FILTERS = {"/runs/": RunFilter, "/tasks/": TaskFilter, "/runs/1/trials/": TrialFilter, "/reports/": ReportFilter}
PARAMETERS = {"q", "size", "type", "all", "source", "from", "verb", "run", "group"}
LISTED = {*FIELDS, "sort", "limit", "offset"}
"""Parameters of the reports list beside ``q``."""
PASTED = {"RUN_ID", "ID", "ID REPORT_ID"}
"""Whatever is put into the search box."""
TYPES = ("logs", "trajectory", "diff", "result")

ALL = rows()
each_row = pytest.mark.parametrize("row", ALL, ids=lambda row: row.key)


def written() -> dict[str, set[str]]:
    """The document's commands and their options."""
    found: dict[str, set[str]] = {}
    for row in ALL:
        if row.command.startswith(("docks ", "carrot_cli ")):
            found.setdefault(row.command, set()).update(row.options)
    return found


def seed(name: str) -> str:
    """The handbook of a client's commands."""
    if not (SEEDS / name).exists():
        pytest.skip("The client's handbook is not beside this checkout.")
    return (SEEDS / name).read_text(encoding="utf-8")


def test_it_names_every_command_and_option_and_no_other() -> None:
    assert written() == COMMANDS


def test_no_row_is_there_twice() -> None:
    keys = [row.key for row in ALL]
    assert sorted(set(keys)) == sorted(keys)


def test_every_command_and_option_of_the_handbook_of_docks_is_in_it() -> None:
    parts = [part for part in re.split(r"^### `", seed(DOCKS), flags=re.MULTILINE) if part.startswith("docks ")]
    asked = {part.partition("`")[0]: re.findall(r"^- `([^`]*)`", part, re.MULTILINE) for part in parts}
    assert len(asked) == 8
    for command, options in asked.items():
        named = {spelling for option in options for spelling in re.findall(r"(?<![\w-])--?[a-z-]+", option)}
        assert named <= written()[command], command


def test_every_command_and_option_of_the_handbook_of_carrot_is_in_it() -> None:
    parts = re.split(r"^\$ (carrot_cli run \w+) --help$", seed(CARROT), flags=re.MULTILINE)
    asked = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert len(asked) == 6
    for command, text in asked.items():
        named = set(re.findall(r"^  (--\w+)", text, re.MULTILINE))
        assert "--help" in named
        assert named - {"--help"} <= written()[command], command


def test_options_of_carrots_lists_are_parameters_of_ours_by_their_names() -> None:
    command = "carrot_cli run find_reports"
    assert {option.removeprefix("--") for option in COMMANDS[command]} <= LISTED
    for row in ALL:
        if row.command == command:
            assert {option.removeprefix("--") for option in row.options if option != "--report"} <= parameters(row)


def test_every_type_of_artifact_and_every_state_of_the_handbook_can_be_asked_for() -> None:
    text = seed(DOCKS)
    assert tuple(re.findall(r"^- `(\w+)`: ", text, re.MULTILINE)) == TYPES
    states = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert len(states) == 6
    assert set(states) <= set(RunFilter.fields_of_box()["status"].choices)


def parameters(row: Row) -> set[str]:
    """The parameters of the first address in it."""
    return set(QueryDict(row.addresses[0].partition("?")[2]))


@each_row
def test_every_address_is_one_of_ours(row: Row) -> None:
    for address in row.addresses:
        path, _, rest = address.partition("?")
        assert resolve(path).url_name
        assert set(QueryDict(rest)) <= PARAMETERS | (LISTED if path == "/reports/" else set()), address


@each_row
def test_every_parameter_of_carrots_is_understood(row: Row) -> None:
    for path, _, rest in (address.partition("?") for address in row.addresses):
        given = QueryDict(rest).dict()
        if path == "/reports/" and not FIELDS.keys().isdisjoint(given):
            query = parse(translated(given)["q"] or "", ReportFilter.fields_of_box(), now=timezone.now())
            assert len(query.terms) == len(FIELDS.keys() & given.keys())
            assert not query.problems, rest
            assert sorting(given.get("sort", "")).count(",") == given.get("sort", "").count(",")
            assert all(given.get(name, "0").isdigit() for name in ("limit", "offset"))


@each_row
def test_every_query_is_understood(row: Row) -> None:
    for path, text in row.queries:
        if text in PASTED:
            continue
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
