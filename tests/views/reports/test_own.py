"""Asking for a report of our own, as a person does."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Report
from dashboard.services import own_reports, tickets
from tests.factories import make_run
from tests.pages import parsed, resolved, text_of

pytestmark = pytest.mark.django_db

URL = "/reports/make/"


def token(client):
    client.get("/runs/")
    return client.cookies[settings.CSRF_COOKIE_NAME].value


def sent(client, runs, **fields):
    given = {"title": "Weekly", "parts": ["trials"], "ticket": tickets.new(), "run": [run.pk for run in runs]}
    return client.post(URL, {"csrfmiddlewaretoken": token(client)} | given | fields)


def test_the_form_shows_the_runs_and_a_title_of_their_names(client):
    first, second = make_run(name="before", n_passed=3, n_trials=5), make_run(name="after")
    response = client.get(f"{URL}?run={first.pk}&run={second.pk}")
    page = text_of(parsed(response).find("body"))
    assert 'value="before and after"' in resolved(response)
    assert "3 of 5" in page
    assert "of 2 runs" in page


def test_a_running_run_makes_a_snapshot(client):
    run = make_run(status=RunStatus.RUNNING)
    assert "The report is a snapshot" in resolved(client.get(f"{URL}?run={run.pk}"))


def test_all_runs_of_a_filter_are_meant(client):
    make_run(name="one", dataset="x")
    make_run(name="other", dataset="y")
    page = resolved(client.get(f"{URL}?all=1&q=dataset:x"))
    assert 'value="one"' in page
    assert "other" not in page


def test_runs_of_other_kinds_are_left_out_with_the_reason(client):
    good, test = make_run(), make_run(kind=RunKind.TEST)
    page = resolved(client.get(f"{URL}?run={good.pk}&run={test.pk}"))
    assert "Reports of test runs are made by their source." in page
    assert f'name="run" value="{good.pk}"' in page
    assert f'name="run" value="{test.pk}"' not in page


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [(RunKind.SANDBOX, "Quayside makes no report of these runs"), (None, "No run is chosen")],
)
def test_without_an_evaluation_run_there_is_no_form(client, kind, sentence):
    query = f"?run={make_run(kind=kind).pk}" if kind else "?run=999"
    page = resolved(client.get(URL + query))
    assert sentence in page
    assert 'name="title"' not in page


def test_sending_it_asks_once_and_leads_to_the_report(client, person):
    run, ticket = make_run(name="nightly"), tickets.new()
    responses = [sent(client, [run], ticket=ticket, notes="why") for _ in range(2)]
    report = Report.objects.get()
    assert [each["Location"] for each in responses] == [reverse("report-detail", args=[report.pk])] * 2
    assert (report.title, report.creator, list(report.runs.all())) == ("Weekly", person, [run])
    assert report.options == {"parts": ["trials"], "notes": "why", "origin": "http://testserver"}


def test_a_ticket_whose_report_is_not_there_yet_leads_to_the_list(client, person):
    ticket = tickets.new()
    tickets.claim(person, ticket, now=timezone.now())
    assert sent(client, [make_run()], ticket=ticket)["Location"] == reverse("report-list")


def test_what_does_not_fit_is_shown_again(client):
    run = make_run()
    response = sent(client, [run], title="", notes="keep <this>")
    page = resolved(response)
    assert response.status_code == 422
    assert "This does not fit yet." in page
    assert "keep &lt;this&gt;" in page
    assert f'name="run" value="{run.pk}"' in page
    assert not Report.objects.exists()


@pytest.mark.parametrize("ticket", ["", "no ticket!"])
def test_a_form_without_a_ticket_is_not_acted_upon(client, ticket):
    response = sent(client, [make_run()], ticket=ticket)
    assert response.status_code == 422
    assert "This form was too old or not complete." in resolved(response)
    assert not Report.objects.exists()


def query_of(runs):
    return URL + "?run=" + "&run=".join(str(run.pk) for run in runs)


def form_of(response):
    """The fields that the page's form would send; None without one."""
    forms = [form for form in parsed(response).iter("form") if form.get("action") == URL]
    return [(field.get("name"), field.get("value")) for form in forms for field in form.iter("input")] or None


def test_of_more_runs_than_one_report_takes_there_is_no_form(client, monkeypatch):
    monkeypatch.setattr(own_reports, "MOST_RUNS", 2)
    runs = [make_run() for _ in range(3)]
    response = client.get(query_of(runs))
    assert "One report takes 2 runs." in resolved(response)
    assert form_of(response) is None
    response = sent(client, runs)
    assert response.status_code == 422
    assert form_of(response) is None
    assert not Report.objects.exists()


def test_runs_that_are_left_out_anyway_are_not_too_many(client, monkeypatch):
    monkeypatch.setattr(own_reports, "MOST_RUNS", 2)
    refused = [make_run(name=f"box {number}", kind=RunKind.SANDBOX) for number in range(3)]
    good = [make_run(), make_run()]
    response = client.get(query_of([*refused, *good]))
    assert {value for name, value in form_of(response) if name == "run"} == {str(run.pk) for run in good}
    page = resolved(response)
    assert "One report takes" not in page
    assert "the oldest 2 of them" in page
    assert "box 2" not in page
    assert sent(client, [*refused, *good]).status_code == 302
    assert set(Report.objects.get().runs.all()) == set(good)


def test_the_runs_of_a_form_may_have_become_none(client):
    response = sent(client, [])
    assert response.status_code == 422
    assert "No run is chosen" in resolved(response)


def test_a_runs_page_and_the_selection_lead_here(client):
    run, sandbox = make_run(), make_run(kind=RunKind.SANDBOX)
    assert f'href="{URL}?run={run.pk}"' in client.get(f"/runs/{run.pk}/").content.decode()
    assert f'href="{URL}?run={sandbox.pk}"' not in client.get(f"/runs/{sandbox.pk}/").content.decode()
    assert f'formaction="{URL}"' in client.get("/runs/").content.decode()
