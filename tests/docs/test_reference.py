"""The documents say what the code does: fields, columns, addresses, commands, words, and links that lead somewhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver

from dashboard.domain.failures import Cause
from dashboard.domain.statuses import Outcome, RunStatus, SourceHealth
from dashboard.filters.facets import RUN_FACETS, TRIAL_FACETS, Facet
from dashboard.filters.reports import REPORT_FACETS, ReportFilter
from dashboard.filters.runs import RunFilter
from dashboard.filters.tasks import TASK_FACETS, TaskFilter
from dashboard.filters.terms import TermFilterSet
from dashboard.filters.trials import TrialFilter
from dashboard.start.run import run
from dashboard.tables.base import Table
from dashboard.tables.reports import ReportTable
from dashboard.tables.runs import RunTable
from dashboard.tables.tasks import TaskTable
from dashboard.tables.trials import TrialTable
from dashboard.urls import urlpatterns

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
DECISIONS = DOCS / "decisions"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "dashboard").glob("*/*/README.md")])

Row = tuple[str, ...]

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_SEPARATOR = re.compile(r"[-: |]+")
KINDS = {"choice": "word", "text": "text", "id": "text", "number": "number", "duration": "duration", "date": "date"}


def rows(document: Path, heading: str, first: str) -> list[Row]:
    """The rows of the table below a heading whose first column is called ``first``; code marks are taken off."""
    found = [_cells(line) for line in _section(document, heading).splitlines() if line.startswith("|")]
    start = next(number for number, row in enumerate(found) if row[0] == first)
    body = found[start + 2 :]
    end = next((number for number, row in enumerate(body) if _SEPARATOR.fullmatch("".join(row))), len(body) + 1)
    return body[: end - 1]


def _cells(line: str) -> Row:
    return tuple(cell.strip().removeprefix("`").removesuffix("`") for cell in line.strip().strip("|").split("|"))


def _section(document: Path, heading: str) -> str:
    """The text from a heading to the next of any rank; an empty heading is the document's own."""
    text = document.read_text(encoding="utf-8")
    _, _, after = text.partition("\n" if not heading else f"\n## {heading}\n")
    assert after, f"{document.name} has no heading “{heading}”"
    return after.partition("\n## ")[0]


def fields(filters: type[TermFilterSet], facets: tuple[Facet, ...]) -> list[Row]:
    """What the query language's table should say."""
    offered = {facet.field for facet in facets}
    return [
        (name, KINDS[field.kind], field.help, "yes" if name in offered else "")
        for name, field in filters.fields_of_box().items()
    ]


def columns(table: type[Table]) -> list[Row]:
    """What the table of a list's columns should say."""
    return [
        (
            name,
            column.verbose_name or name.capitalize(),
            "yes" if name in table.default_columns else "",
            "" if column.orderable is False else "yes",
        )
        for name, column in table.base_columns.items()
    ]


def addresses() -> Iterator[Row]:
    """(address, name) of every page; what the administration has inside counts as one, and what the API has, too."""
    for each in cast("list[URLPattern | URLResolver]", urlpatterns):
        route = re.sub(r"<\w+:", "<", f"/{each.pattern}")
        if isinstance(each, URLResolver):
            yield route, f"{each.namespace}:index" if each.namespace else "api-…"
        else:
            yield route, str(each.name)


@cache
def own_commands() -> dict[str, BaseCommand]:
    """The dashboard's commands by name."""
    return {name: load_command_class(app, name) for name, app in sorted(get_commands().items()) if app == "dashboard"}


def options_of(command: BaseCommand) -> set[str]:
    """Its own options, without those that every command has."""
    parser = CommandParser()
    command.add_arguments(parser)
    return {option for action in parser._actions for option in action.option_strings} - {"-h", "--help"}


def anchors(document: Path) -> set[str]:
    """The fragments that the headings of a document can be linked by."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document: Path) -> list[str]:
    """Where a document's links lead, but for other sites; code is no link."""
    text = _CODE.sub("", _FENCE.sub("", document.read_text(encoding="utf-8")))
    return [target for target in _LINK.findall(text) if "://" not in target]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_field_of_the_runs_list_is_described() -> None:
    written = rows(REFERENCE / "query-language.md", "Runs", "field")
    assert written == fields(RunFilter, tuple(RUN_FACETS))


def test_every_field_of_the_trials_list_is_described() -> None:
    written = rows(REFERENCE / "query-language.md", "Trials of a run", "field")
    assert written == fields(TrialFilter, tuple(TRIAL_FACETS))


def test_every_field_of_the_tasks_list_is_described() -> None:
    written = rows(REFERENCE / "query-language.md", "Tasks", "field")
    assert written == fields(TaskFilter, tuple(TASK_FACETS))


def test_every_field_of_the_reports_list_is_described() -> None:
    written = rows(REFERENCE / "query-language.md", "Reports", "field")
    assert written == fields(ReportFilter, tuple(REPORT_FACETS))


@pytest.mark.parametrize(
    ("heading", "table"),
    [("Runs", RunTable), ("Trials of a run", TrialTable), ("Tasks", TaskTable), ("Reports", ReportTable)],
)
def test_every_column_is_described(heading: str, table: type[Table]) -> None:
    assert rows(REFERENCE / "pages.md", heading, "column") == columns(table)


def test_every_address_is_described() -> None:
    written = [row[:2] for row in rows(REFERENCE / "urls.md", "", "address")]
    assert written == list(addresses())


def test_every_command_and_its_options_are_described() -> None:
    written: dict[str, set[str]] = {}
    name = ""
    for command, option, _ in rows(REFERENCE / "command-line.md", "Commands", "command"):
        name = command or name
        written.setdefault(name, set()).update([option] if option else [])
    assert written == {name: options_of(command) for name, command in own_commands().items()}


def test_every_option_of_a_start_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["--help"])
    told = set(re.findall(r"(?<=[ \[])--[a-z]+", capsys.readouterr().out))
    written = [row[0] for row in rows(REFERENCE / "command-line.md", "", "option")]
    assert set(written) == told


def test_every_target_of_make_is_described() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    written = [row[0] for row in rows(REFERENCE / "command-line.md", "make", "target")]
    assert set(written) == targets


def test_every_outcome_is_defined() -> None:
    written = rows(REFERENCE / "numbers.md", "Outcomes", "outcome")
    assert [(row[0], row[2], row[3]) for row in written] == [
        (outcome.value, "yes" if outcome.is_final else "", "yes" if outcome.is_verdict else "") for outcome in Outcome
    ]


def test_every_cause_is_defined() -> None:
    assert rows(REFERENCE / "numbers.md", "Causes", "cause") == [
        (cause.value, cause.label, "yes" if cause.is_agents_own else "") for cause in Cause
    ]


@pytest.mark.parametrize(("heading", "states"), [("States of a run", RunStatus), ("States of a source", SourceHealth)])
def test_every_state_is_defined(heading: str, states: type[RunStatus] | type[SourceHealth]) -> None:
    written = [row[0] for row in rows(REFERENCE / "glossary.md", heading, "state")]
    assert written == [state.value for state in states]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in links(document):
        path, _, fragment = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        if there.is_relative_to(DOCS / "images"):
            continue  # the next test's
        assert there.exists(), f"{name_of(document)} links to {target}"
        if fragment:
            assert fragment in anchors(there), f"{name_of(document)} links to {target}"


def test_every_picture_is_there() -> None:
    if not (DOCS / "images").is_dir():
        pytest.skip("docs/images is not there: the tests in a browser make it")
    for document in DOCUMENTS:
        for target in links(document):
            there = (document.parent / target).resolve()
            assert there.exists() or not there.is_relative_to(DOCS / "images"), f"{name_of(document)} shows {target}"


def test_the_map_names_every_document() -> None:
    listed = {(DOCS / target).resolve() for target in links(DOCS / "README.md")}
    meant = {path for path in DOCS.rglob("*.md") if path.parent != DECISIONS} | {DECISIONS / "README.md"}
    assert meant - {DOCS / "README.md"} <= listed


def test_every_decision_is_listed_under_its_own_title() -> None:
    titles = {}
    for path in sorted(DECISIONS.glob("0*.md")):
        number, _, title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(": ")
        titles[f"[{number}]({path.name})"] = title
    assert {row[0]: row[1] for row in rows(DECISIONS / "README.md", "", "number")} == titles


def test_decisions_are_numbered_without_a_gap_and_have_their_parts() -> None:
    paths = sorted(DECISIONS.glob("0*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for path in paths:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], path.name
        assert path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]}: ")
