"""What somebody sees whose run, report or name goes, or is taken, in the moment in which they write."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import path
from django.utils import timezone

from dashboard.api.framing import refusal_of
from dashboard.middleware.write_conflicts import SAME
from dashboard.models import AuditEntry, Label, Note, Report, Run, ShareLink, Star
from dashboard.services import audit, tickets, writing
from dashboard.urls import urlpatterns as own
from tests import factories
from tests.factories import NOW
from tests.fixtures.databases import shared_database
from tests.fixtures.moments import interrupted

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]


def shared():
    day = f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"
    return {"scope": "summary", "day": day, "time": "12:30", "zone": "UTC", "note": "", "ticket": tickets.new()}


def break_a_rule(request, run_id):
    Star.objects.create(user=request.user, run_id=run_id, created_at=None)


def write_unseen(request, run_id):
    Star.objects.create(user=request.user, run=Run.objects.get(pk=run_id), created_at=NOW)


def lack(request, run_id):
    return request.user.preferences.theme


urlpatterns = [
    path("broken/<int:run_id>/", break_a_rule),
    path("twice/<int:run_id>/", write_unseen),
    path("lacking/<int:run_id>/", lack),
    *own,
]


@pytest.fixture
def ada():
    return factories.make_person("ada")


@pytest.fixture
def run():
    return factories.make_run()


@pytest.fixture
def signed_in(client, ada):
    client.force_login(ada)
    client.raise_request_exception = False
    # What a first visit writes is written.
    client.get("/watches/")
    return client


def forget(model):
    """All of them go, as those who remove them do it."""

    def deed():
        with transaction.atomic():
            audit.lock()
            model.objects.all().delete()

    return deed


DEEDS = {
    "note": ("/runs/{run}/notes/", lambda run: {"text": "It broke."}),
    "label": ("/runs/{run}/labels/", lambda run: {"label": "nightly"}),
    "star": ("/stars/", lambda run: {"star": f"run-{run.pk}"}),
    "link": ("/runs/{run}/share/", lambda run: shared()),
}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize("what", DEEDS)
def test_a_run_that_goes_while_somebody_writes_at_it_is_not_there(signed_in, run, what, headers):
    place, form = DEEDS[what]
    with interrupted(forget(Run), after="dashboard_run") as happened:
        response = signed_in.post(place.format(run=run.pk), form(run), headers=headers)
    assert (len(happened), response.status_code) == (1, 404)
    assert "There is nothing at this address" in response.content.decode()
    assert not any(model.objects.exists() for model in (Note, Label, Star, ShareLink, AuditEntry))


def test_a_report_that_goes_while_it_is_shared_is_not_there(signed_in, run):
    report = factories.make_report(run)
    with interrupted(forget(Report), after="dashboard_report") as happened:
        response = signed_in.post(f"/reports/{report.pk}/share/", shared())
    assert (len(happened), response.status_code) == (1, 404)
    assert not ShareLink.objects.exists()


def test_to_a_program_it_is_not_there_either(ada, run):
    with pytest.raises(IntegrityError) as of_nothing:
        Star.objects.create(user=ada, run_id=10**9, created_at=NOW)
    for error in (of_nothing.value, writing.Removed(), Run.DoesNotExist()):
        assert refusal_of(error).status == 404


@pytest.mark.urls(__name__)
def test_of_two_who_write_the_same_at_once_one_is_told_so(signed_in, ada, run):
    star = {"user": ada, "run": run, "created_at": NOW}
    with interrupted(lambda: Star.objects.create(**star), after="dashboard_run") as happened:
        response = signed_in.post(f"/twice/{run.pk}/")
    assert (len(happened), response.status_code, Star.objects.count()) == (1, 409, 1)
    assert SAME in response.content.decode()


@pytest.mark.urls(__name__)
def test_whatever_else_the_database_refuses_is_a_fault_of_ours(signed_in, run, caplog):
    with caplog.at_level(logging.WARNING, logger="quayside.writing"):
        for place in ("broken", "lacking"):
            assert signed_in.post(f"/{place}/{run.pk}/").status_code == 500
    assert not [record for record in caplog.records if record.name == "quayside.writing"]
