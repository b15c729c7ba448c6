"""Many runs in detail: the page, its JSON, and what they cost."""

import json

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import RunDetail
from tests.factories import make_run, make_source, make_trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs():
    source = make_source()
    failed = make_run(source, name="broken", status=RunStatus.FAILED, status_reason="The node went <away>")
    RunDetail.objects.create(run=failed, facts={"DNS name": "s1.example"})
    make_trial(failed, outcome=Outcome.ERRORED, has_error=True, error_type="SandboxLostError", error_group="gone")
    make_run(source, name="fine")
    return failed


def test_without_a_query_the_failed_runs_are_shown_with_their_reason_and_failures(client, runs):
    page = client.get(reverse("run-details"), follow=True).content.decode()
    assert "Details of 1 run" in page
    assert "The node went &lt;away&gt;" in page
    assert "SandboxLostError" in page
    assert "fine" not in page


def test_a_query_says_which_runs(client, runs):
    page = client.get(reverse("run-details"), {"q": "status:completed"}).content.decode()
    assert "fine" in page
    assert "broken" not in page
    assert "Details of 2 runs" in client.get(reverse("run-details"), {"q": ""}).content.decode()


def test_nothing_that_matches_is_said(client, runs):
    assert "No run matches" in client.get(reverse("run-details"), {"q": "status:cancelled"}).content.decode()


def test_the_json_holds_what_the_page_says(client, runs):
    response = client.get(reverse("run-details-json"), follow=True)
    (found,) = json.loads(response.getvalue())
    assert found["name"] == "broken"
    assert found["status_reason"] == "The node went <away>"
    assert found["facts"] == {"DNS name": "s1.example"}
    assert found["counts"]["errored"] == runs.n_errored
    assert [each["error_type"] for each in found["failures"]] == ["SandboxLostError"]
    assert "attachment" in response["Content-Disposition"]


def test_strangers_are_led_to_sign_in(stranger, runs):
    assert stranger.get(reverse("run-details-json")).status_code == 302


def test_the_runs_list_leads_there_with_its_filter(client, runs):
    page = client.get(reverse("run-list"), {"q": "status:failed"}).content.decode()
    assert f'href="{reverse("run-details")}?q=status%3Afailed"' in page


@pytest.mark.parametrize("n", [3, 30])
def test_the_json_asks_no_more_for_runs_in_which_nothing_failed(client, n, django_assert_num_queries):
    source = make_source()
    for _ in range(n):
        make_run(source)
    with django_assert_num_queries(7 + n):
        assert len(json.loads(client.get(reverse("run-details-json"), {"q": ""}).getvalue())) == n
