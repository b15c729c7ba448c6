"""Tasks as a person sees them: the list, and one over time."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.statuses import Outcome
from tests import factories
from tests.pages import classed, parsed, resolved, row_ids, text_of

pytestmark = pytest.mark.django_db

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
DAY = timedelta(days=1)


@pytest.fixture
def tasks():
    """By name: never, sometimes and always solved, each in a data set."""
    run = factories.make_run()
    made = {}
    for name, outcomes in {"always": [PASSED], "never": [FAILED, FAILED], "some": [PASSED, FAILED]}.items():
        made[name] = factories.make_task(name, "core" if name == "never" else "rest")
        for outcome in outcomes:
            factories.make_trial(run, made[name], outcome=outcome, agent="codex", started_at=factories.NOW)
    return made


class TestTheList:
    def listed(self, client, tasks, query):
        names = {task.pk: name for name, task in tasks.items()}
        return [names[pk] for pk in row_ids(client.get(f"/tasks/?{query}"), "task")]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["never", "always", "some"]),
            ("sort=solved", ["never", "some", "always"]),
            ("sort=-rate", ["always", "some", "never"]),
            ("sort=-name", ["some", "never", "always"]),
            ("sort=finished", ["always", "never", "some"]),
            ("sort=-passed", ["always", "some", "never"]),
            ("sort=runs", ["never", "always", "some"]),
            ("sort=-tried", ["never", "always", "some"]),
            ("q=solved:never,sometimes", ["never", "some"]),
            ("q=dataset:core", ["never"]),
            ("q=rate:>=50+trials:2", ["some"]),
            ("q=agent:codex+-model:gpt*", ["never", "always", "some"]),
            ("q=ome", ["some"]),
            ("q=after:2027-01-01", []),
        ],
    )
    def test_it_is_filtered_and_sorted(self, client, tasks, query, names):
        assert self.listed(client, tasks, query) == names

    def test_never_solved_first_is_one_click(self, client, tasks):
        [link] = [a for a in parsed(client.get("/tasks/")).iter("a") if text_of(a) == "Solved?"]
        assert link.get("href") == "/tasks/?sort=solved"

    def test_facets_count_verdicts_and_data_sets(self, client, tasks):
        page = parsed(client.get("/tasks/?q=solved:never"))
        facets = {text_of(item) for item in classed(page, "facet-item", "a")}
        assert facets == {"never1", "always1", "sometimes1"}
        facets = {text_of(item) for item in classed(parsed(client.get("/tasks/")), "facet-item", "a")}
        assert {"core1", "rest2"} <= facets

    def test_a_rate_stands_with_its_n(self, client, tasks):
        assert "50.0 % n = 2" in text_of(parsed(client.get("/tasks/?q=some")))

    def test_a_change_of_the_mirror_is_seen_at_once(self, client, tasks):
        client.get("/tasks/?q=solved:never")
        factories.make_trial(factories.make_run(), tasks["never"])
        assert row_ids(client.get("/tasks/?q=solved:never"), "task") == []

    def test_a_task_that_is_being_tried_has_no_rate_yet(self, client):
        factories.make_trial(factories.make_run(), outcome=Outcome.RUNNING)
        assert "Not finished yet" in resolved(client.get("/tasks/"))

    def test_exports_hold_the_filtered_rows(self, client, tasks):
        body = b"".join(client.get("/tasks/export.csv?q=solved:sometimes")).decode()
        [row] = csv.DictReader(io.StringIO(body))
        assert (row["id"], row["name"], row["solved"], row["rate"]) == (
            str(tasks["some"].pk),
            "some",
            "sometimes",
            "0.5",
        )
        found = json.loads(b"".join(client.get("/tasks/export.json?sort=-rate")))
        assert [one["name"] for one in found] == ["always", "some", "never"]
        assert client.get("/tasks/export.xml").status_code == 404


class TestOneTask:
    @pytest.fixture
    def task(self):
        return factories.make_task("fix", "core")

    def page(self, client, task, query=""):
        response = client.get(f"/tasks/{task.pk}/{query}")
        resolved(response)
        return parsed(response)

    def tried(self, task, started, *outcomes, agent="codex", **fields):
        run = factories.make_run(name=f"night of {started:%d %b}" if started else "undated", started_at=started)
        for attempt, outcome in enumerate(outcomes, start=1):
            given = {"agent": agent, "model": "gpt-5", "attempt": attempt, "started_at": started} | fields
            factories.make_trial(run, task, outcome=outcome, **given)
        return run

    def test_a_column_is_a_run_newest_first_and_leads_to_it(self, client, task):
        old = self.tried(task, factories.NOW - 365 * DAY, FAILED)
        new = self.tried(task, factories.NOW, PASSED)
        again = self.tried(task, factories.NOW + timedelta(hours=1), PASSED)
        undated = self.tried(task, None, PASSED)
        [table] = classed(self.page(client, task), "grid-history", "table")
        heads = [(a.get("href"), text_of(a)) for a in table.find("thead").iter("a")]
        assert heads == [
            (f"/runs/{again.pk}/", "21 Nov: night of 21 Nov13:00"),
            (f"/runs/{new.pk}/", "21 Nov: night of 21 Nov12:00"),
            (f"/runs/{old.pk}/", "21 Nov: night of 21 Nov2025"),
            (f"/runs/{undated.pk}/", "no date: undated"),
        ]

    def test_the_same_run_stands_in_the_same_column_and_absence_is_empty(self, client, task):
        self.tried(task, factories.NOW, PASSED, agent="one")
        self.tried(task, factories.NOW + DAY, FAILED, PASSED, agent="two")
        [table] = classed(self.page(client, task), "grid-history", "table")
        cells = [
            [[a.get("data-state") for a in classed(cell, "cell")] for cell in list(row)[5:]]
            for row in table.find("tbody")
        ]
        assert cells == [[[], ["passed"]], [["failed", "passed"], []]]

    def test_more_than_five_attempts_are_counted_and_lead_to_them(self, client, task):
        run = self.tried(task, factories.NOW, *[PASSED] * 3, *[FAILED] * 3, Outcome.RUNNING)
        [cell] = classed(self.page(client, task), "cell-count", "a")
        assert (text_of(cell), cell.get("data-state")) == ("3/7", "partial")
        assert len(row_ids(client.get(cell.get("href")), "trial")) == 7
        assert cell.get("href").startswith(f"/runs/{run.pk}/trials/?q=")

    def test_figures_stand_beside_a_row(self, client, task):
        known = {"duration": timedelta(minutes=4), "cost": Decimal("0.25")}
        self.tried(task, factories.NOW, PASSED, FAILED, PASSED, **known)
        self.tried(task, factories.NOW + DAY, FAILED, **known)
        [table] = classed(self.page(client, task), "grid-history", "table")
        text = text_of(table.find("tbody"))
        for part in ("codexgpt-5", "Solved sometimes", "changed 1 of 1 time, flaky in 1 of 1 run", "50.0 %", "n = 4"):
            assert part in text
        assert "4 min" in text
        assert "$0.25" in text

    def test_older_runs_are_on_the_next_page(self, client, task):
        for number in range(43):
            self.tried(task, factories.NOW - number * DAY, PASSED)
        page = self.page(client, task)
        assert "1–40 of 43" in text_of(page)
        [older] = [a for a in page.iter("a") if a.get("rel") == "next"]
        assert older.get("href") == f"/tasks/{task.pk}/?page=2"
        for query, heads in (("?page=2", 3), ("?page=99", 3), ("?page=x", 40), ("?page=0", 40)):
            [table] = classed(self.page(client, task, query), "grid-history", "table")
            assert len(list(table.find("thead").iter("a"))) == heads

    def test_the_newest_twenty_trials_are_listed(self, client, task):
        for number in range(21):
            self.tried(task, factories.NOW + number * DAY, PASSED)
        page = self.page(client, task)
        links = [a.get("href") for a in page.iter("a") if a.get("data-row-link") is not None]
        newest = max(trial.pk for trial in task.trials.all())
        assert len(links) == 20
        assert links[0].endswith(f"/trials/{newest}/")
