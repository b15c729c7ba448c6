"""What a server tests: its pipelines, templates, tests, run groups and report templates, a request each.

Beside them what it has registered of results and of software, by which its runs are understood.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypedDict, TypeVar

from dashboard.domain.errors import SourceError, Unreachable
from dashboard.domain.pipelines import (
    GroupKind,
    PipelineCatalogue,
    PipelineRecord,
    PipelineTemplateRecord,
    PipelineTestRecord,
    ReportTemplateRecord,
    RunGroupRecord,
)
from dashboard.domain.records import Json
from dashboard.http import check_base_url
from dashboard.sources.carrot.client import CarrotClient
from dashboard.sources.carrot.definitions import read_result_types, read_tags
from dashboard.sources.carrot.refusals import NO_API, NO_REPORTING, NO_SOFTWARE, WITHOUT_REPORTS
from dashboard.sources.carrot.values import PERSON_LIMIT, TEXT_LIMIT, Fields, fields_of
from dashboard.sources.carrot.wdls import wdl_address
from dashboard.sources.problems import Problems

NAME_LIMIT = 300
COMMIT_LIMIT = 100
LARGEST_NUMBER = 2**31 - 1
LISTS = frozenset({"pipelines", "templates", "tests", "groups", "report_templates"})
LATE = frozenset({"groups", "report_templates", "software"})
"""What servers do not have from the beginning: that it is not there is no fault."""
JOB_ADDRESS = "job_address"

_DEFAULTS = {
    "test_input": "test_input_defaults",
    "test_options": "test_option_defaults",
    "eval_input": "eval_input_defaults",
    "eval_options": "eval_option_defaults",
}
_Record = TypeVar("_Record")
_Key = TypeVar("_Key")
_Word = TypeVar("_Word")


class _Told(TypedDict):
    name: str
    description: str
    created_at: datetime | None
    created_by: str


@dataclass
class _Reading:
    """What was read so far, and what could not be."""

    problems: Problems = field(default_factory=Problems)
    unread: set[str] = field(default_factory=set)
    without: dict[str, str] = field(default_factory=dict)
    refusals: list[SourceError] = field(default_factory=list)

    def read(
        self, name: str, ask: Callable[[], list[Json]], record: Callable[[Fields], _Record | None]
    ) -> Sequence[_Record]:
        """The records of a list; empty where it cannot be read, which is noted."""
        try:
            return tuple(self._records(name, ask(), record))
        except SourceError as error:
            self.refuse(name, error)
        return ()

    def read_words(
        self, name: str, ask: Callable[[CarrotClient, Problems], Mapping[_Key, _Word]], client: CarrotClient
    ) -> Mapping[_Key, _Word]:
        """What the server tells by name; empty where it cannot be read, which is noted."""
        try:
            return ask(client, self.problems)
        except SourceError as error:
            self.refuse(name, error)
        return {}

    def refuse(self, name: str, error: SourceError) -> None:
        """Note that something could not be read. Raises what nothing else can be read beside."""
        if name == "pipelines" and (isinstance(error, Unreachable) or error.code == NO_API):
            raise error
        self.unread.add(name)
        self.refusals.append(error)
        if error.code == NO_REPORTING or (error.code == NO_API and name == "report_templates"):
            self.without |= {"reports": WITHOUT_REPORTS, "report_queries": WITHOUT_REPORTS}
        elif error.code != NO_SOFTWARE and not (error.code == NO_API and name in LATE):
            self.problems.add(name, error.sentence)

    def _records(
        self, name: str, items: Sequence[Json], record: Callable[[Fields], _Record | None]
    ) -> Iterator[_Record]:
        for number, item in enumerate(items, start=1):
            where = f"{name} {number}"
            found = record(fields_of(item, where, self.problems))
            if found is None:
                self.problems.add(where, "It has no usable id and cannot be shown.")
            else:
                yield found


def read_pipelines(client: CarrotClient) -> PipelineCatalogue:
    """Everything but runs and reports.

    A list that cannot be read is named; servers before 0.6 have no run groups, and some no reports. Raises where the
    server cannot be reached, is none of CARROT's, or nothing at all can be read.
    """
    reading = _Reading()
    pipelines = reading.read("pipelines", client.list_pipelines, _pipeline)
    templates = reading.read("templates", client.list_templates, partial(_template, api=client.api))
    tests = reading.read("tests", client.list_tests, _test)
    groups = reading.read("groups", client.list_groups, _group)
    report_templates = reading.read("report_templates", client.list_report_templates, _report_template)
    if reading.unread >= LISTS:
        raise reading.refusals[0]
    return PipelineCatalogue(
        pipelines=pipelines,
        templates=templates,
        tests=tests,
        groups=groups,
        report_templates=report_templates,
        result_types=reading.read_words("result_types", read_result_types, client),
        software=reading.read_words("software", read_tags, client),
        job_address=_job_address(client, reading),
        unread=frozenset(reading.unread),
        without=reading.without,
        problems=tuple((problem.where, problem.what) for problem in reading.problems.listed()),
    )


def _job_address(client: CarrotClient, reading: _Reading) -> str:
    """Where Cromwell answers; empty where the server has no such route or says nothing that is an address."""
    try:
        told = client.get_cromwell_address().strip().strip('"')
        return check_base_url(told if "://" in told else f"http://{told}") if told else ""
    except ValueError:
        reading.problems.add(JOB_ADDRESS, "What the server says of Cromwell's address is no address.")
    except SourceError as error:
        if error.code != NO_API:
            reading.refuse(JOB_ADDRESS, error)
    return ""


def _pipeline(fields: Fields) -> PipelineRecord | None:
    found = fields.identity("pipeline_id")
    return PipelineRecord(external_id=found, **_told(fields, found)) if found else None


def _template(fields: Fields, *, api: str) -> PipelineTemplateRecord | None:
    found, pipeline = fields.identity("template_id"), fields.identity("pipeline_id")
    if not found or not pipeline:
        return None
    return PipelineTemplateRecord(
        external_id=found,
        pipeline_id=pipeline,
        test_wdl=wdl_address(fields.text("test_wdl", limit=TEXT_LIMIT), api),
        eval_wdl=wdl_address(fields.text("eval_wdl", limit=TEXT_LIMIT), api),
        **_told(fields, found),
    )


def _test(fields: Fields) -> PipelineTestRecord | None:
    found, template = fields.identity("test_id"), fields.identity("template_id")
    if not found or not template:
        return None
    defaults = {name: fields.json(key) for name, key in _DEFAULTS.items()}
    known = {name: value for name, value in defaults.items() if value is not None}
    return PipelineTestRecord(external_id=found, template_id=template, defaults=known, **_told(fields, found))


def _report_template(fields: Fields) -> ReportTemplateRecord | None:
    found = fields.identity("report_id")
    return ReportTemplateRecord(external_id=found, **_told(fields, found)) if found else None


def _group(fields: Fields) -> RunGroupRecord | None:
    """A run group; before 1.0 what is told of a pull request stands beside its id."""
    found = fields.identity("run_group_id")
    metadata = fields.inner("metadata")
    github = metadata.inner("Github") if metadata.values.get("Github") else fields
    query = _query(metadata.inner("Query"))
    if not found:
        return None
    return RunGroupRecord(
        external_id=found,
        kind=_kind(github, query),
        owner=github.text("owner", limit=PERSON_LIMIT),
        repo=github.text("repo", limit=PERSON_LIMIT),
        issue_number=github.count("issue_number", LARGEST_NUMBER),
        author=github.text("author", limit=PERSON_LIMIT),
        base_commit=github.text("base_commit", limit=COMMIT_LIMIT),
        head_commit=github.text("head_commit", limit=COMMIT_LIMIT),
        test_input_key=github.text("test_input_key", limit=NAME_LIMIT),
        eval_input_key=github.text("eval_input_key", limit=NAME_LIMIT),
        query=query,
        created_at=fields.moment("created_at"),
    )


def _query(fields: Fields) -> Mapping[str, Json]:
    """The filter of a group that one chose: only what it sets."""
    query = fields.json("query")
    return {key: value for key, value in query.items() if value is not None} if isinstance(query, dict) else {}


def _kind(github: Fields, query: Mapping[str, Json]) -> GroupKind:
    if github.values.get("owner") or github.values.get("repo"):
        return GroupKind.GITHUB
    return GroupKind.QUERY if query else GroupKind.OTHER


def _told(fields: Fields, otherwise: str) -> _Told:
    return {
        "name": fields.text("name", limit=NAME_LIMIT) or otherwise,
        "description": fields.text("description", limit=TEXT_LIMIT),
        "created_at": fields.moment("created_at"),
        "created_by": fields.text("created_by", limit=PERSON_LIMIT),
    }
