"""How often a page asks the database: pinned, and the same however much there is."""

from unittest.mock import Mock
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.urls import reverse

from dashboard.domain.reports import ReportMaker
from dashboard.domain.statuses import RunStatus
from dashboard.models import Source
from dashboard.services.run_search import BATCH
from dashboard.views.kept import PARTS
from dashboard.views.runs import polls as run_polls
from dashboard.views.runs.polls import FRAGMENTS, STATES
from tests import factories
from tests.fixtures.clocks import clock
from tests.pages import parsed

__all__ = ["clock"]

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
FEW_AND_MANY = pytest.mark.parametrize("n", [5, 200])


def forget():
    """What is kept from an earlier request is made anew."""
    cache.clear()
    PARTS.clear()
    FRAGMENTS.clear()
    STATES.clear()


@pytest.fixture
def a_run(n):
    run = factories.make_run(factories.make_source(address="/nowhere/at/all"), status=RunStatus.RUNNING)
    factories.make_trials(run, n if n == 5 else 500)
    return run


@FEW_AND_MANY
def test_the_runs_list(client, n, django_assert_num_queries):
    factories.make_runs(n)
    forget()
    with django_assert_num_queries(20):
        client.get("/runs/?size=200")
    with django_assert_num_queries(7):
        client.get("/runs/?size=200")


@FEW_AND_MANY
def test_a_filtered_and_sorted_runs_list(client, n, django_assert_num_queries):
    factories.make_runs(n)
    forget()
    with django_assert_num_queries(20):
        client.get("/runs/?size=200&q=agent:codex+-status:failed&sort=-cost")


@FEW_AND_MANY
def test_a_poll_of_the_list_with_nothing_new(client, n, django_assert_num_queries):
    factories.make_runs(n)
    fields = {field.get("name"): field.get("value") for field in parsed(client.get("/runs/?size=200")).iter("input")}
    state = {name: fields[name] for name in ("v", "opened", "shown")}
    with django_assert_num_queries(4):
        assert client.get("/runs/", state, headers=HTMX).status_code == 204


@FEW_AND_MANY
@pytest.mark.parametrize(
    ("tab", "count"),
    [
        ("", 14),
        ("trials/?size=200", 19),
        ("grid/?size=200", 10),
        ("failures/", 8),
        ("history/", 7),
        ("config/", 6),
        ("log/", 6),
        ("files/", 6),
    ],
)
def test_a_tab_of_a_run(client, a_run, tab, count, django_assert_num_queries):
    forget()
    with django_assert_num_queries(count):
        client.get(f"/runs/{a_run.pk}/{tab}")


@FEW_AND_MANY
def test_a_search_of_a_run(client, a_run, django_assert_num_queries):
    forget()
    batches = -(-a_run.n_trials // BATCH)
    with django_assert_num_queries(6 + batches):
        client.get(f"/runs/{a_run.pk}/search/?find=error")


@FEW_AND_MANY
def test_a_poll_of_a_run_with_nothing_new(client, a_run, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(run_polls, "time", Mock(monotonic=lambda: 7.0, time=lambda: 7.0))
    page = parsed(client.get(f"/runs/{a_run.pk}/"))
    [live] = [tag for tag in page.iter("div") if tag.get("id") == "run-page"]
    client.get(live.get("hx-get"), headers=HTMX)
    with django_assert_num_queries(3):
        assert client.get(live.get("hx-get"), headers=HTMX).status_code == 204


@FEW_AND_MANY
def test_an_archive(client, a_run, tmp_path, settings, django_assert_num_queries):
    settings.VAR_DIR = tmp_path / "var"
    (tmp_path / a_run.external_id).mkdir()
    (tmp_path / a_run.external_id / "config.json").write_text("{}")
    Source.objects.update(address=str(tmp_path))
    with django_assert_num_queries(5):
        assert b"".join(client.get(f"/runs/{a_run.pk}/artifacts.zip").streaming_content).startswith(b"PK")


@FEW_AND_MANY
def test_a_poll_of_an_archive(client, a_run, tmp_path, settings, django_assert_num_queries):
    settings.VAR_DIR = tmp_path
    with django_assert_num_queries(4):
        client.get(f"/runs/{a_run.pk}/artifacts/progress/", {"download": "a" * 32}, headers=HTMX)


@FEW_AND_MANY
def test_a_trial(client, a_run, django_assert_num_queries):
    trial = a_run.trials.first()
    with django_assert_num_queries(9):
        client.get(f"/runs/{a_run.pk}/trials/{trial.pk}/")


@FEW_AND_MANY
@pytest.mark.parametrize("tab", ["trajectory/", "diff/", "logs/", "results/", "files/", "config/"])
def test_a_tab_of_a_trial(client, a_run, tab, django_assert_num_queries):
    trial = a_run.trials.first()
    with django_assert_num_queries(8):
        client.get(f"/runs/{a_run.pk}/trials/{trial.pk}/{tab}")


@FEW_AND_MANY
def test_a_task(client, n, django_assert_num_queries):
    task = factories.make_task()
    for run in [factories.make_run() for _ in range(min(n, 45))]:
        for number in range(max(1, n // 50)):
            factories.make_trial(run, task, agent=f"agent {number}")
    with django_assert_num_queries(6):
        client.get(f"/tasks/{task.pk}/")


@pytest.fixture
def a_group(n):
    """Of runs of as many tests of one template."""
    runs = [
        factories.make_test_run(
            factories.make_pipeline_test(f"test {number}"), results={"F1": number, "plot": "gs://a"}
        )
        for number in range(min(n, 25))
    ]
    return factories.make_group(runs=runs, kind="query", query={"test_id": runs[0].test.external_id})


@FEW_AND_MANY
@pytest.mark.parametrize(
    ("page", "counts"),
    [("/pipelines/", (14, 6)), ("/pipelines/{pipeline}/", (16, 7)), ("/templates/{template}/", (11, 6))],
)
def test_what_is_tested(client, a_group, page, counts, django_assert_num_queries):
    template = a_group.runs.first().test.template
    address = page.format(pipeline=template.pipeline_id, template=template.pk)
    forget()
    for count in counts:
        with django_assert_num_queries(count):
            client.get(address)


@FEW_AND_MANY
def test_the_history_of_a_test(client, n, django_assert_num_queries):
    test = factories.make_pipeline_test()
    for number in range(min(n, 40)):
        factories.make_test_run(test, results={"F1": number, "plot": "gs://a"})
    forget()
    with django_assert_num_queries(8):
        client.get(f"/tests/{test.pk}/")
    with django_assert_num_queries(6):
        client.get(f"/tests/{test.pk}/")


@FEW_AND_MANY
def test_a_comparison_of_two_runs(client, n, django_assert_num_queries):
    test = factories.make_pipeline_test()
    results = {f"result {number}": number for number in range(n)}
    runs = [factories.make_test_run(test, results=results) for _ in range(2)]
    with django_assert_num_queries(8):
        client.get(f"/runs/{runs[1].pk}/compare/")


@FEW_AND_MANY
def test_a_group_of_runs(client, a_group, django_assert_num_queries):
    forget()
    with django_assert_num_queries(10):
        client.get(f"/groups/{a_group.pk}/")


@pytest.fixture
def some_reports(n):
    """Of runs of one test, each of its own template, and one of our own over as many evaluation runs."""
    test = factories.make_pipeline_test()
    runs = [factories.make_test_run(test) for _ in range(min(n, 40))]
    found = [factories.make_report(run) for run in runs]
    found.append(factories.make_report(*factories.make_runs(min(n, 40)), maker=ReportMaker.QUAYSIDE, title="Weekly"))
    factories.make_report(template=found[0].template, group=factories.make_group(test.source, runs=runs))
    forget()
    return found


@FEW_AND_MANY
def test_the_reports_list(client, some_reports, django_assert_num_queries):
    with django_assert_num_queries(17):
        client.get("/reports/?size=200")
    with django_assert_num_queries(8):
        client.get("/reports/?size=200")


@FEW_AND_MANY
def test_a_poll_of_the_reports_list_with_nothing_new(client, some_reports, django_assert_num_queries):
    fields = {field.get("name"): field.get("value") for field in parsed(client.get("/reports/?size=200")).iter("input")}
    state = {name: fields[name] for name in ("v", "opened", "shown", "told")}
    with django_assert_num_queries(6):
        assert client.get("/reports/", state, headers=HTMX).status_code == 204


@FEW_AND_MANY
@pytest.mark.parametrize(("which", "counts"), [(0, (6, 4)), (-1, (8, 5))])
def test_a_report(client, some_reports, which, counts, django_assert_num_queries):
    address = f"/reports/{some_reports[which].pk}/"
    for query, headers, count in zip(("", "?v=0.0"), ({}, HTMX), counts, strict=True):
        with django_assert_num_queries(count):
            client.get(address + query, headers=headers)


@FEW_AND_MANY
@pytest.mark.parametrize(("tab", "count"), [("", 11), ("inputs/", 8), ("reports/", 10), ("history/", 9)])
def test_a_tab_of_a_run_of_a_test(client, some_reports, tab, count, django_assert_num_queries):
    run = some_reports[0].runs.get()
    for number in range(3):
        factories.make_report(run, template=factories.make_report_template(f"T {number}", run.source))
    with django_assert_num_queries(count):
        client.get(f"/runs/{run.pk}/{tab}")


@FEW_AND_MANY
def test_the_reports_of_an_evaluation(client, some_reports, django_assert_num_queries):
    with django_assert_num_queries(10):
        client.get(f"/runs/{some_reports[-1].runs.first().pk}/reports/")


@FEW_AND_MANY
def test_what_a_report_is_to_be_of(client, some_reports, django_assert_num_queries):
    with django_assert_num_queries(9):
        client.get("/reports/new/")


@FEW_AND_MANY
def test_the_form_for_a_report(client, some_reports, django_assert_num_queries):
    run = some_reports[0].runs.get()
    with django_assert_num_queries(7):
        client.get(f"/reports/new/?run={run.pk}")


@FEW_AND_MANY
def test_the_form_for_a_report_of_our_own(client, some_reports, django_assert_num_queries):
    runs = [("run", pk) for pk in some_reports[-1].runs.values_list("pk", flat=True)]
    address = f"{reverse('own-report-new')}?{urlencode(runs)}"
    with django_assert_num_queries(6):
        client.get(address)


@FEW_AND_MANY
def test_the_tasks_list(client, a_run, django_assert_num_queries):
    forget()
    with django_assert_num_queries(11):
        client.get("/tasks/?size=200")


@FEW_AND_MANY
def test_a_filtered_and_sorted_tasks_list(client, a_run, django_assert_num_queries):
    forget()
    with django_assert_num_queries(11):
        client.get("/tasks/?size=200&q=solved:never,sometimes&sort=solved")
