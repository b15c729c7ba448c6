"""Made-up answers: whatever a server says, the source answers with storable records or a ``SourceError``.

The profile ``soak`` (``HYPOTHESIS_PROFILE=soak``) makes 10,000 of them.
"""

import json
import math
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.domain.errors import SourceError
from dashboard.domain.reports import ReportKey, ReportRequest, SubjectKind
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Report, ReportTemplate, Run, RunGroup, RunResult
from tests.http.faulty_server import reply
from tests.sources.carrot.fake import G, P, R, S, X, entity, report_map, run

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
over_the_wire = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, 2**64, -1, 10**30, 10**400, 0, 1e308, -0.0]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\0", "\ud800", S, X, "..", "a/b", "x" * 12_000, "2026-11-22T09:00:00.123456789", "0001-01-01"]),
    st.sampled_from(["testfailed", "eval_running", "carrotfailed", "1e400", "gs://b/\0", "image_build:a|b", "/x\n"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def document(example, **known):
    """An object like the example, some of whose fields are anything or of the right shape, or not there."""
    wild = {key: known.get(key, VALUES) | VALUES for key in example}
    changes = st.fixed_dictionaries({}, optional=wild)
    missing = st.sets(st.sampled_from(sorted(example)), max_size=3)
    return st.tuples(changes, missing).map(
        lambda drawn: {key: value for key, value in (example | drawn[0]).items() if key not in drawn[1]}
    )


def body(strategy):
    """The document as JSON, whole or cut off, or any bytes at all."""
    whole = strategy.map(lambda value: json.dumps(value).encode())
    cut = st.tuples(whole, st.integers(1, 40)).map(lambda pair: pair[0][: -pair[1]])
    return st.one_of(whole, whole, whole, whole, cut, st.binary(max_size=20))


def listed(strategy):
    return body(st.lists(strategy | VALUES, max_size=4))


RUN = document(run(), errors=st.lists(VALUES, max_size=3), results=st.dictionaries(st.text(max_size=5), VALUES))
MAP = document(report_map(), results=st.dictionaries(st.text(max_size=5), VALUES))
PIPELINE = document(entity("pipeline_id", "pipeline"))
TEMPLATE = document(entity("template_id", "template", pipeline_id=P, test_wdl="x", eval_wdl="y"))
TEST = document(entity("test_id", "test", template_id=X, test_input_defaults={}, eval_option_defaults=None))
TEMPLATE_OF_REPORTS = document(entity("report_id", "report", notebook={}))
METADATA = st.fixed_dictionaries({}, optional={"Github": document({"owner": "o", "repo": "r", "issue_number": 1}),
                                               "Query": st.fixed_dictionaries({"query": VALUES})})  # fmt: skip
GROUP = document({"run_group_id": G, "metadata": None, "created_at": None}, metadata=METADATA)


@over_the_wire
@given(pipelines=listed(PIPELINE), runs=listed(RUN))
def test_any_runs_are_listed_or_refused(carrot, source, pipelines, runs):
    carrot.answers |= {"GET /pipelines": reply(pipelines), f"GET /pipelines/{P}/runs": reply(runs)}
    with suppress(SourceError):
        for page in source.list_pages():
            json.dumps(page.place)
            assert_storable(page)
            for reading in page.readings:
                assert_run(reading.run)


@over_the_wire
@given(found=body(RUN))
def test_any_run_is_read_or_refused(carrot, source, found):
    carrot.answers[f"GET /runs/{S}"] = reply(found)
    with suppress(SourceError):
        reading = source.read_run(S, {})
        assert reading.run.external_id == S
        assert_storable(reading)
        assert_run(reading.run)


@over_the_wire
@given(
    pipelines=listed(PIPELINE),
    templates=listed(TEMPLATE),
    tests=listed(TEST),
    groups=listed(GROUP),
    reports=listed(TEMPLATE_OF_REPORTS),
    address=st.binary(max_size=40),
)
def test_any_catalogue_is_read_or_refused(carrot, source, address, **lists):
    names = {"groups": "run-groups"}
    carrot.answers = {f"GET /{names.get(name, name)}": reply(found) for name, found in lists.items()}
    carrot.cromwell = reply(address, content_type="")
    with suppress(SourceError):
        found = source.read_pipelines()
        assert_storable(found)
        models = {"pipelines": Pipeline, "templates": PipelineTemplate, "tests": PipelineTest, "groups": RunGroup}
        for name, model in (models | {"report_templates": ReportTemplate}).items():
            for record in getattr(found, name):
                assert_fits(record, model)
        assert found.job_address == "" or found.job_address.startswith(("http://", "https://"))


@over_the_wire
@given(one=body(MAP), several=listed(MAP), status=st.sampled_from([200, 200, 400, 403, 404, 422, 500]))
def test_any_report_is_read_or_refused(carrot, source, one, several, status):
    path = f"/runs/{S}/reports/{R}"
    carrot.answers = {f"{verb} {path}": reply(one, status=status) for verb in ("GET", "POST", "DELETE")}
    carrot.answers[f"GET /runs/{S}/reports"] = reply(several, status=status)
    key = ReportKey(SubjectKind.RUN, S, R)
    request = ReportRequest(template_id=R, created_by="ada@example.com", subject=SubjectKind.RUN, subject_id=S)
    asked = [
        lambda: source.list_reports(SubjectKind.RUN, S),
        lambda: [source.read_report(key)],
        lambda: [source.create_report(request)],
        lambda: [source.delete_report(key)][:0],
    ]
    for ask in asked:
        with suppress(SourceError):
            for record in ask():
                assert (record.key.subject, record.key.subject_id) == (SubjectKind.RUN, S)
                assert_storable(record)
                assert_fits(record, Report)


def assert_run(found):
    """The run and its results fit the tables."""
    assert found.name
    assert found.fingerprint
    assert_fits(found, Run)
    for result in found.test_run.results:
        assert result.name
        assert_fits(result, RunResult)
    for workflow in found.test_run.workflows:
        json.dumps([workflow.inputs, workflow.options], allow_nan=False)


def assert_fits(record, model):
    for column in model._meta.concrete_fields:
        text = getattr(record, column.name, None)
        if column.max_length and isinstance(text, str):
            assert len(text) <= column.max_length, column.name


def assert_storable(value):
    """Texts without NUL and half characters and of bounded length, numbers that are some, times aware and sane."""
    if is_dataclass(value):
        inner = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | frozenset):
        inner = value
    else:
        inner = ()
        assert is_storable(value), value
    for part in inner:
        assert_storable(part)


def is_storable(value):
    match value:
        case str():
            value.encode()
            return "\0" not in value and len(value) <= 12_000
        case datetime():
            return value.tzinfo is UTC and 1970 <= value.year <= 2200
        case float():
            return math.isfinite(value)
        case int():
            return abs(value) < 2**64
    return value is None
