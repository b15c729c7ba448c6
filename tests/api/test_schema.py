"""Schemathesis asks whatever the document allows, and much that it does not, and holds the answers against it.

Briefly here; for long with HYPOTHESIS_PROFILE=soak.
"""

import os
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from django.contrib.auth.models import Group
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.meta import ParameterLocation
from schemathesis.specs.openapi import checks as openapi_checks

from dashboard.api import tokens
from dashboard.api.application import Json
from dashboard.api.documents import document
from dashboard.domain.statuses import RunStatus
from tests.api.asking import asker
from tests.factories import make_person, make_report, make_run, make_runs, make_source, make_test_run, make_trials

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
EXAMPLES = 2_000 if IS_SOAK else 4

PATHS = list(document()["paths"])
LISTS = [
    path for path in PATHS if any(told["name"] == "cursor" for told in document()["paths"][path]["get"]["parameters"])
]

CHECKS = (
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.ignored_auth,
)


@pytest.fixture
def filled(db, monkeypatch, tmp_path):
    """Something of every kind, and nobody who asks too often."""
    for limit in ("PER_TOKEN", "PER_ADDRESS", "MISSES"):
        monkeypatch.setattr(tokens, limit, 10**9)
    make_runs(3)
    source = make_source("Folder", kind="harbor", address=str(tmp_path))
    run = make_run(source, external_id="job", status=RunStatus.RUNNING)
    trial = make_trials(run, 9)[0]
    report = make_report(make_test_run(results={"f1": 0.5, "plot": "gs://bucket/plot.png"}))
    make_report(make_test_run())
    make_source("Hidden").groups.add(Group.objects.create(name="others"))
    leave_files(tmp_path / "job", trial)
    made = asker(make_person("vera"))
    made.ids = {"run_id": run.pk, "trial_id": trial.pk, "report_id": report.pk}
    return made


def leave_files(folder, trial):
    """Two files of the run and two of its trial, where their source looks for them."""
    place = folder / trial.external_id
    place.mkdir(parents=True)
    for each in (folder / "job.log", folder / "config.json", place / "trial.log", place / "result.json"):
        each.write_text("{}")


def headers_of(filled):
    # Werkzeug's client does not unpack what it is sent.
    return {"Authorization": f"Bearer {filled.secret}", "Accept-Encoding": "identity"}


def existing(described, filled, path, **query):
    """A question after what is there, held against the document; its answer."""
    wanted = {name: pk for name, pk in filled.ids.items() if f"{{{name}}}" in path}
    case = described[path]["GET"].Case(path_parameters=wanted, query=query)
    response = case.call_and_validate(headers=headers_of(filled), checks=CHECKS)
    return SimpleNamespace(status=response.status_code, told=response.json())


@pytest.fixture
def described(filled):
    """The API by its own document, asked in this process."""
    headers = {"Authorization": f"Bearer {filled.secret}"}
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(described, filled, path, mode):
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode), is_there=st.booleans())
    def ask(case, is_there):
        # Any text may stand in the one header there is, and the token is laid over what is made up.
        header = case.meta.components.get(ParameterLocation.HEADER)
        assume(header is None or header.mode is GenerationMode.POSITIVE)
        if is_there and mode is GenerationMode.POSITIVE:
            # Of all ids hardly one is that of anything.
            case.path_parameters = {name: filled.ids[name] for name in case.path_parameters or {}}
        statuses.add(case.call_and_validate(headers=headers_of(filled), checks=CHECKS).status_code)

    ask()
    assert statuses - {401, 405}


@pytest.mark.parametrize("path", PATHS)
def test_what_is_there_is_told_in_the_documents_shape(described, filled, path):
    asked = existing(described, filled, path)
    assert asked.status == 200
    assert asked.told.get("items", [1])


@pytest.mark.parametrize("path", LISTS)
def test_every_page_of_a_list_is_as_the_document_says(described, filled, path):
    whole, rows, query = existing(described, filled, path), [], {"limit": 1}
    while query:
        page = existing(described, filled, path, **query)
        assert (page.status, len(page.told["items"])) == (200, 1)
        rows += page.told["items"]
        query = dict(parse_qsl(urlsplit(page.told["next"] or "").query))
    assert rows == whole.told["items"]
    assert len(rows) > 1


@pytest.mark.parametrize("path", PATHS)
def test_a_field_that_an_answer_leaves_out_is_found_out(described, filled, path, monkeypatch):
    genuine = Json.render

    def without_one(self, request, data, *, response_status):
        row = data["items"][0] if "items" in data else data
        row.pop("name" if "name" in row else list(row)[-1])
        return genuine(self, request, data, response_status=response_status)

    monkeypatch.setattr(Json, "render", without_one)
    with pytest.raises(FailureGroup, match="required property"):
        existing(described, filled, path)


def test_an_api_that_asks_nobody_who_they_are_is_found_out(described, filled, monkeypatch):
    monkeypatch.setattr(tokens.PersonalToken, "__call__", lambda *_: filled.person)
    case = described["/api/v1/sources"]["GET"].Case()
    with pytest.raises(FailureGroup):
        case.call_and_validate(headers={"Authorization": "Bearer qs_x"}, checks=[openapi_checks.ignored_auth])


def test_an_api_that_tells_another_shape_is_found_out(described, filled, monkeypatch):
    monkeypatch.setattr(Json, "render", lambda *_, **__: b'{"items": "none"}')
    case = described["/api/v1/sources"]["GET"].Case()
    headers = {"Authorization": f"Bearer {filled.secret}"}
    with pytest.raises(FailureGroup):
        case.call_and_validate(headers=headers, checks=CHECKS)
