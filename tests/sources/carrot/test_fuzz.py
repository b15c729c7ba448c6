"""Made-up answers: whatever a server says, the source answers with storable records or a ``SourceError``.

The profile ``soak`` (``HYPOTHESIS_PROFILE=soak``) makes 10,000 of them.
"""

import json
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.errors import SourceError
from dashboard.domain.reports import ReportKey, ReportRequest, SubjectKind
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Report, ReportTemplate, Run, RunGroup, RunResult
from tests.http.faulty_server import reply
from tests.sources import made_up
from tests.sources.carrot.fake import G, P, R, S, X, entity, report_map, run
from tests.sources.made_up import body, over_the_wire, values

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VALUES = values(
    S, X, "x" * 12_000, "2026-11-22T09:00:00.123456789", "0001-01-01", "testfailed", "eval_running", "carrotfailed",
    "1e400", "gs://b/\0", "image_build:a|b", "/x\n",
)  # fmt: skip
document = partial(made_up.document, VALUES)
assert_storable = partial(made_up.assert_storable, longest=12_000, below=2**64)


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
