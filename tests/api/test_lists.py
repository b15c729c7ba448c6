"""Lists: their filter, their order, their pages, and asking for news alone."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.utils import timezone

from dashboard.domain.reports import ReportStatus
from dashboard.domain.roles import Role
from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Run
from dashboard.services import labels
from tests.api.asking import asker
from tests.factories import NOW, make_person, make_report, make_run, make_runs, make_source, make_trials, touch
from tests.pages import row_ids

pytestmark = pytest.mark.django_db


def ids(response):
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def pages(viewer, path, **asked):
    """The ids on each page, following ``next``."""
    found, response = [], viewer.get(path, **asked)
    while True:
        found.append(ids(response))
        if response.json()["next"] is None:
            return found
        response = viewer.get(response.json()["next"])


def joined(parts):
    return [pk for part in parts for pk in part]


def fault(response, status=422):
    assert response.status_code == status
    [found] = response.json()["errors"]
    return found


def test_the_filter_is_that_of_the_list(viewer):
    failed = make_run(status=RunStatus.FAILED, name="one")
    make_run(status=RunStatus.COMPLETED, name="two")

    assert ids(viewer.get("/runs", q="status:failed")) == [failed.pk]
    assert ids(viewer.get("/runs", q="-status:completed one")) == [failed.pk]


def test_what_is_not_understood_is_refused_and_not_left_out(viewer):
    found = fault(viewer.get("/runs", q="status:failed stauts:completed"))
    assert (found["where"], found["text"], found["instead"]) == ("q", "stauts:completed", "status:completed")


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"stauts": "failed"}, "stauts"),
        ({"sort": "nonsense"}, "sort"),
        ({"sort": "-"}, "sort"),
        ({"sort": "name,started"}, "sort"),
        ({"sort": "outcomes"}, "sort"),
        ({"q": "x" * 1001}, "q"),
    ],
)
def test_a_parameter_that_is_none_or_not_understood_is_named(viewer, asked, where):
    assert fault(viewer.get("/runs", **asked))["where"] == where


@pytest.mark.parametrize("path", ["/trials", "/artifacts"])
def test_the_lists_below_a_run_know_their_parameters_too(viewer, path):
    run = make_run()
    assert fault(viewer.get(f"/runs/{run.pk}{path}", sort="nonsense"))["where"] == "sort"
    assert fault(viewer.get(f"/runs/{run.pk}{path}", nonsense=1))["where"] == "nonsense"
    assert fault(viewer.get(f"/runs/{run.pk}", q="x"))["where"] == "q"


@pytest.mark.parametrize(
    "sort", ["", "started", "-started", "name", "-name", "cost", "-cost", "duration", "-rate", "status", "agents"]
)
def test_pages_by_cursor_are_the_list_in_its_order(viewer, sort):
    make_runs(23)
    make_run(name="unknown one", started_at=None)
    make_run(name="unknown two", started_at=None, dataset="x")

    whole = ids(viewer.get("/runs", sort=sort, limit=200))
    parts = pages(viewer, "/runs", sort=sort, limit=4)
    assert [len(part) for part in parts] == [4] * 6 + [1]
    assert [pk for part in parts for pk in part] == whole
    assert len(set(whole)) == 25


def test_the_order_is_that_of_the_page(viewer, client_of_viewer):
    make_runs(8)
    for sort in ("-cost", "name", "rate", "-duration"):
        assert ids(viewer.get("/runs", sort=sort)) == row_ids(client_of_viewer.get("/runs/", {"sort": sort}))


def test_unknown_values_come_last_in_both_orders(viewer):
    make_runs(3)
    unknown = make_run(cost=None)

    assert ids(viewer.get("/runs", sort="cost"))[-1] == unknown.pk
    assert ids(viewer.get("/runs", sort="-cost"))[-1] == unknown.pk


def test_rows_that_come_while_one_reads_move_nothing(viewer):
    make_runs(6)
    whole = ids(viewer.get("/runs", limit=200))
    first = viewer.get("/runs", limit=3)
    make_run(started_at=NOW + timedelta(days=1))
    make_run(started_at=NOW - timedelta(days=1))
    second = viewer.get(first.json()["next"])

    assert ids(first) + ids(second) == whole[:6]


def test_a_run_that_goes_while_one_reads_takes_no_other_with_it(viewer):
    make_runs(6)
    whole = ids(viewer.get("/runs"))
    first = viewer.get("/runs", limit=3)
    Run.objects.filter(pk=whole[2]).delete()

    assert ids(viewer.get(first.json()["next"])) == whole[3:]


def test_trials_tasks_reports_and_sources_are_paged_too(viewer):
    run = make_run()
    make_trials(run, 11)
    for number in range(5):
        make_source(f"Source {number}")
        make_report(run, status=ReportStatus.SUCCEEDED, created_at=NOW)
    for path, n in ((f"/runs/{run.pk}/trials", 11), ("/tasks", 3), ("/reports", 5), ("/sources", 6)):
        parts = pages(viewer, path, limit=2)
        assert joined(parts) == ids(viewer.get(path))
        assert len(joined(parts)) == n
        assert len(parts) == -(-n // 2)


@pytest.mark.parametrize("sort", ["", "reward", "-cost", "error", "-task", "attempt", "duration", "agent"])
def test_trials_that_are_equal_by_their_column_are_told_once_each(viewer, sort):
    run = make_run()
    make_trials(run, 17)

    whole = ids(viewer.get(f"/runs/{run.pk}/trials", sort=sort))
    assert joined(pages(viewer, f"/runs/{run.pk}/trials", sort=sort, limit=3)) == whole


@pytest.mark.parametrize("sort", ["", "solved", "-rate", "runs", "-tried", "dataset"])
def test_tasks_are_paged_by_their_figures(viewer, sort):
    run = make_run()
    make_trials(run, 23, per_task=2)

    whole = ids(viewer.get("/tasks", sort=sort))
    assert len(whole) == 12
    assert joined(pages(viewer, "/tasks", sort=sort, limit=5)) == whole


def test_the_next_page_keeps_filter_order_and_size(viewer):
    make_runs(9)
    following = viewer.get("/runs", q="status:completed", sort="-cost", limit=4).json()["next"]
    asked = dict(parse_qsl(urlsplit(following).query))

    assert following.startswith("http://testserver/api/v1/runs?")
    assert asked.pop("cursor")
    assert asked == {"q": "status:completed", "sort": "-cost", "limit": "4"}


@pytest.mark.parametrize("cursor", ["nonsense", "a:b:c", "x" * 4000])
def test_a_cursor_that_was_not_given_out_is_refused(viewer, cursor):
    assert fault(viewer.get("/runs", cursor=cursor), 400)["where"] == "cursor"


def test_a_cursor_is_good_for_its_own_list_filter_and_order_alone(viewer):
    run = make_run()
    make_runs(4)
    make_trials(run, 4)
    cursor = dict(parse_qsl(urlsplit(viewer.get("/runs", limit=2).json()["next"]).query))["cursor"]

    assert viewer.get("/runs", cursor=cursor).status_code == 200
    for path, asked in (("/runs", {"sort": "name"}), ("/runs", {"q": "x"}), (f"/runs/{run.pk}/trials", {})):
        assert fault(viewer.get(path, cursor=cursor, **asked), 400)["where"] == "cursor"


def test_the_last_page_leads_nowhere(viewer):
    make_runs(4)
    assert viewer.get("/runs", limit=4).json()["next"] is None
    assert viewer.get("/runs", limit=3).json()["next"] is not None


def test_nothing_is_an_empty_page(viewer):
    assert viewer.get("/runs").json() == {"items": [], "next": None, "version": MirrorClock.now()}


def test_an_answer_that_one_has_is_not_told_again(viewer, django_assert_max_num_queries):
    run = make_run()
    tag = viewer.get("/runs")["ETag"]
    with django_assert_max_num_queries(4):
        again = viewer.get("/runs", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)

    touch(run, name="another name")
    changed = viewer.get("/runs", headers={"if-none-match": tag})
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_another_question_and_another_reader_have_another_tag(viewer):
    make_runs(3)
    root = asker(make_person("root", role=Role.ADMINISTRATOR))
    tags = [
        viewer.get("/runs")["ETag"],
        viewer.get("/runs", sort="name")["ETag"],
        viewer.get("/tasks")["ETag"],
        root.get("/runs")["ETag"],
    ]
    assert len(set(tags)) == 4


def test_a_filter_that_goes_by_the_clock_is_asked_anew(viewer):
    now = timezone.now()
    make_run(started_at=now - timedelta(days=6, hours=23))
    with time_machine.travel(now, tick=False) as clock:
        first = viewer.get("/runs", q="after:7d")
        assert len(ids(first)) == 1
        clock.shift(timedelta(hours=48))
        later = viewer.get("/runs", q="after:7d", headers={"if-none-match": first["ETag"]})
    assert ids(later) == []


def test_a_run_and_the_sources_are_tagged_by_what_they_say(viewer):
    run = make_run()
    for path in (f"/runs/{run.pk}", "/sources"):
        tag = viewer.get(path)["ETag"]
        assert viewer.get(path, headers={"if-none-match": tag}).status_code == 304
        run.source.last_good_at = timezone.now()
        run.source.save()
        assert viewer.get(path, headers={"if-none-match": tag}).status_code == 200


def test_words_find_sources_and_files(viewer, mirrored):
    make_source("Elsewhere", kind="docks", address="http://x.example")
    run = mirrored["oracle-local"]
    trial = run.trials.order_by("pk").first()
    base = f"/runs/{run.pk}/trials/{trial.pk}/artifacts"

    assert [each["name"] for each in viewer.get("/sources", q="DOCKS else").json()["items"]] == ["Elsewhere"]
    paths = [each["path"] for each in viewer.get(base, q="trial.log").json()["items"]]
    assert paths == ["trial.log"]
    sizes = [each["size_bytes"] for each in viewer.get(base, sort="-size").json()["items"]]
    assert sizes == sorted(sizes, reverse=True)
    following = viewer.get(base, sort="size", limit=2).json()
    more = viewer.get(following["next"]).json()
    assert {each["path"] for each in following["items"]}.isdisjoint(each["path"] for each in more["items"])


def test_a_page_costs_the_same_few_queries_however_many_rows(viewer, django_assert_max_num_queries):
    make_runs(120)
    with django_assert_max_num_queries(8):
        assert len(ids(viewer.get("/runs", limit=100))) == 100


def test_runs_and_trials_tell_their_labels_and_a_new_one_is_news(viewer):
    operator = make_person("olga")
    run, bare = make_run(), make_run()
    [trial] = make_trials(run, 1)
    paths = ("/runs", f"/runs/{run.pk}", f"/runs/{run.pk}/trials", f"/runs/{run.pk}/trials/{trial.pk}")
    tags = [viewer.get(path)["ETag"] for path in paths]
    for subject, name in ((run, "nightly"), (run, "baseline"), (trial, "flaky")):
        labels.add(operator, subject, name)

    of_runs = {item["id"]: item["labels"] for item in viewer.get("/runs").json()["items"]}
    assert (of_runs[run.pk], of_runs[bare.pk]) == (["baseline", "nightly"], [])
    assert viewer.get(f"/runs/{run.pk}").json()["labels"] == ["baseline", "nightly"]
    assert [item["labels"] for item in viewer.get(f"/runs/{run.pk}/trials").json()["items"]] == [["flaky"]]
    assert viewer.get(f"/runs/{run.pk}/trials/{trial.pk}").json()["labels"] == ["flaky"]
    again = [viewer.get(path, headers={"if-none-match": tag}) for path, tag in zip(paths, tags, strict=True)]
    assert [response.status_code for response in again] == [200] * 4


def test_labels_cost_one_query_however_many_rows_have_them(viewer, django_assert_max_num_queries):
    operator = make_person("olga")
    for run in make_runs(12):
        labels.add(operator, run, f"label {run.pk}")
    with django_assert_max_num_queries(8) as asked:
        assert len(ids(viewer.get("/runs", limit=10))) == 10
    assert len([query for query in asked.captured_queries if 'FROM "dashboard_label"' in query["sql"]]) == 1
