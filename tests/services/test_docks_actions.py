"""Actions at a Docks server, over real connections: done, refused in its words, and cut off."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from dashboard.demo.docks import Fault, make_app
from dashboard.demo.docks.faults import Kind
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Run, Source
from dashboard.models.sealed import Sealed
from dashboard.services import actions, offers
from dashboard.services.actions import ActionState
from dashboard.services.offers import Verb
from dashboard.services.sync import looks
from tests.fixtures.docks import serving

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.1"])]

TENANT, TOKEN = "tenant-1", "docks_for-tests"


@pytest.fixture
def docks(tmp_path):
    app = make_app(tmp_path, now=lambda: datetime.now(UTC), token=TOKEN, tenant=TENANT)
    with serving(app) as server:
        app.port = server.port
        yield app


@pytest.fixture
def source(db, docks):
    made = Source.objects.create(
        name="Docks", kind="docks", address=f"http://127.0.0.1:{docks.port}", tenant=TENANT, token=Sealed.of(TOKEN),
        allowed_endpoints=[["127.0.0.1", docks.port]], list_limit=20,
    )  # fmt: skip
    looks.look_at_source(made.pk, timezone.now)
    made.refresh_from_db()
    assert made.error == ""
    return made


@pytest.fixture
def run(source):
    """One that is running."""
    return source.runs.select_related("source").get(kind=RunKind.EVALUATION, status=RunStatus.RUNNING)


def test_a_run_is_cancelled_and_shown_so_at_once(viewer, run):
    result = actions.act(viewer, run, Verb.CANCEL)
    assert (result.state, result.sentence) == (ActionState.DONE, f"{run.name} was cancelled.")
    stored = Run.objects.get(pk=run.pk)
    assert stored.status == RunStatus.CANCELLED
    assert stored.n_running == 0


def test_a_run_that_was_cancelled_by_another_hand_is_no_error(viewer, run):
    before = Run.objects.select_related("source").get(pk=run.pk)
    actions.act(viewer, run, Verb.CANCEL)
    result = actions.act(viewer, before, Verb.CANCEL)
    assert result.state is ActionState.ALREADY
    assert result.sentence.startswith("There was nothing to cancel. It was cancelled")


def test_a_sandbox_is_stopped(viewer, source):
    box = source.runs.select_related("source").filter(kind=RunKind.SANDBOX, status=RunStatus.RUNNING).first()
    assert actions.act(viewer, box, Verb.STOP).state is ActionState.DONE
    assert box.status == RunStatus.CANCELLED


def test_a_refusal_is_quoted(viewer, run, docks):
    docks.faults.add(Fault(status=403, message="Only the owner may", where="/cancel"))
    result = actions.act(viewer, run, Verb.CANCEL)
    assert (result.state, result.code, result.detail) == (ActionState.REFUSED, "forbidden", "Only the owner may")
    assert run.status == RunStatus.RUNNING


def test_an_answer_that_breaks_off_is_an_unknown_outcome_that_reading_back_tells(viewer, run, docks):
    docks.faults.add(Fault(kind=Kind.HALF, where="/cancel"))
    result = actions.act(viewer, run, Verb.CANCEL)
    assert (result.state, result.code) == (ActionState.UNKNOWN, "reset")
    assert actions.look_again(run)
    assert offers.has_come_about(run, Verb.CANCEL)


def test_a_token_that_is_not_accepted_refuses_and_is_said_nowhere(viewer, run, caplog):
    Source.objects.update(token=Sealed.of("docks_wrong"))
    found = Run.objects.select_related("source").get(pk=run.pk)
    result = actions.act(viewer, found, Verb.CANCEL)
    assert (result.state, result.code) == (ActionState.REFUSED, "auth")
    assert "docks_wrong" not in f"{result} {[vars(record) for record in caplog.records]}"
