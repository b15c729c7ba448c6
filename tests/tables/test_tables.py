"""Rows and cells: what each kind of value looks like, and rows that are rendered once per version."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Run
from dashboard.tables import LISTS
from dashboard.tables.base import Table
from dashboard.tables.columns import Cell, CountCell
from dashboard.tables.runs import BAR_ORDER, RunTable, outcome_label, outcome_segments
from dashboard.tables.trials import TrialTable
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def contents(table, record):
    return {name: cell.content(record) for name, cell in zip(table.chosen, table.cells, strict=True)}


ALL_RUN_COLUMNS = tuple(RunTable.base_columns)
ALL_TRIAL_COLUMNS = tuple(TrialTable.base_columns)


class TestChoice:
    def test_every_list_has_a_name_and_columns_of_its_own(self):
        assert set(LISTS) == {"runs", "trials", "tasks", "reports"}
        for table in LISTS.values():
            assert set(table.default_columns) <= set(table.base_columns)
            assert issubclass(table, Table)

    def test_chosen_columns_stand_in_their_order_and_others_not_at_all(self):
        assert [column.name for column in RunTable(chosen=["cost", "name"]).columns] == ["cost", "name"]

    def test_no_known_column_means_the_lists_own(self):
        assert RunTable.clean_columns(["x", "y"]) == RunTable.default_columns
        assert RunTable.clean_columns(["cost", "x", "cost"]) == ("cost",)

    def test_a_look_is_made_once(self):
        assert RunTable.look(("cost",)) is RunTable.look(("cost",))
        assert RunTable.look(("cost",)) is not RunTable.look(("name",))


class TestRunCells:
    def test_what_is_not_known_is_a_dash(self):
        run = factories.make_run(agents_text="")
        shown = contents(RunTable(chosen=ALL_RUN_COLUMNS), run)
        for name in ("dataset", "cost", "tokens", "output_tokens", "duration", "retries", "uid"):
            assert shown[name] == "–", name
        for name in ("agents", "rate", "started", "finished"):
            assert "–" in shown[name], name
        assert "UNRESOLVED" not in "".join(map(str, shown.values()))

    def test_values_are_written_for_people(self):
        run = factories.make_run(
            cost=Decimal("1204.4"), input_tokens=12_345, started_at=NOW, duration=timedelta(minutes=3, seconds=20),
            n_passed=61, n_failed=20, n_errored=3, n_trials=1204, rate_strict=0.753, interval_low=0.6,
            interval_high=0.9,
        )  # fmt: skip
        shown = contents(RunTable(chosen=ALL_RUN_COLUMNS), run)
        assert (shown["cost"], shown["tokens"], shown["duration"]) == ("$1,204", "12.3k", "3 min 20 s")
        assert shown["trials"] == "1,204"
        assert "61 passed, 20 failed, 3 errored" in shown["outcomes"]
        assert "75.3" in shown["rate"]
        assert "60–90 %" in shown["rate"]
        assert 'datetime="2026-11-21T12:00:00' in shown["started"]

    def test_a_running_run_counts_on_and_its_rate_is_so_far(self):
        run = factories.make_run(
            status=RunStatus.RUNNING, started_at=NOW, rate_strict=0.5, interval_low=0.1, interval_high=0.9
        )
        shown = contents(RunTable(chosen=("duration", "rate")), run)
        assert "data-since" in shown["duration"]
        assert "so far" in shown["rate"]

    def test_a_stalled_run_counts_no_further(self):
        run = factories.make_run(status=RunStatus.RUNNING, is_stalled=True, started_at=NOW)
        [shown] = contents(RunTable(chosen=("duration",)), run).values()
        assert shown == '<span title="stalled">–</span>'

    def test_an_export_holds_plain_values(self):
        run = factories.make_run(cost=Decimal("1.5"), started_at=NOW, duration=timedelta(seconds=90), rate_strict=0.25)
        plain = {
            name: cell.plain(run)
            for name, cell in zip(ALL_RUN_COLUMNS, RunTable(chosen=ALL_RUN_COLUMNS).cells, strict=True)
        }
        assert (plain["cost"], plain["duration"], plain["rate"]) == (1.5, 90.0, 0.25)
        assert plain["started"] == "2026-11-21T12:00:00Z"
        assert plain["finished"] is None
        assert plain["outcomes"] == "no trials"
        assert all(isinstance(value, (str, int, float, bool, type(None))) for value in plain.values())


class TestTrialCells:
    def test_a_judged_trial_that_raised_shows_both(self):
        trial = factories.make_trial(
            factories.make_run(), factories.make_task("org/fix"), outcome=Outcome.FAILED, has_error=True,
            error_type="Oops", error_summary="it broke", reward=1 / 3,
        )  # fmt: skip
        shown = contents(TrialTable(chosen=ALL_TRIAL_COLUMNS), trial)
        assert "Failed" in shown["outcome"]
        assert "Oops" in shown["outcome"]
        assert 'title="Oops: it broke"' in shown["error"]
        assert shown["reward"] == "0.3333"
        assert 'title="org/fix"' in shown["task"]
        assert "UNRESOLVED" not in "".join(map(str, shown.values()))

    def test_a_reward_is_written_as_numbers_are_everywhere(self):
        run = factories.make_run()
        rewards = [factories.make_trial(run, reward=reward) for reward in (-0.51239, float("inf"))]
        table = TrialTable(chosen=("reward",))
        assert [contents(table, trial)["reward"] for trial in rewards] == ["−0.5124", "–"]

    def test_a_running_trial_counts_on(self):
        trial = factories.make_trial(factories.make_run(), outcome=Outcome.RUNNING, started_at=NOW)
        shown = contents(TrialTable(chosen=("duration", "reward", "cost")), trial)
        assert "data-since" in shown["duration"]
        assert (shown["reward"], shown["cost"]) == ("–", "–")

    @pytest.mark.parametrize(
        ("passed", "total", "shown"), [(3, 5, "3 of 5"), (True, None, "all"), (4, None, "4"), (None, 2, "–")]
    )
    def test_tests_are_told_as_far_as_they_are_known(self, passed, total, shown):
        trial = factories.make_trial(factories.make_run())
        trial.tests_passed, trial.tests_total, trial.n_artifacts = passed, total, 0
        table = TrialTable(chosen=("tests", "artifacts"))
        assert list(contents(table, trial).values()) == [shown, "–"]
        assert [cell.plain(trial) for cell in table.cells] == [None if shown == "–" else shown, 0]


class TestRows:
    def test_a_row_escapes_what_it_shows(self):
        run = factories.make_run(dataset="<b>&\"'", uid="<i>")
        row = RunTable(chosen=("dataset", "uid")).row(run)
        assert "<b>" not in row
        assert "&lt;b&gt;&amp;" in row
        assert row.startswith(f'<tr id="run-{run.pk}">')

    def test_only_rows_that_are_not_kept_are_fetched(self):
        runs = [factories.make_run() for _ in range(3)]
        asked = []

        def fetch(ids):
            asked.append(sorted(ids))
            return Run.objects.filter(pk__in=ids).select_related("source")

        table = RunTable()
        page = [(run.pk, run.version) for run in reversed(runs)]
        first = table.kept_rows(page, fetch)
        assert table.kept_rows(page, fetch) == first
        assert asked == [[run.pk for run in runs]]
        touched = factories.touch(runs[1], name="renamed")
        again = table.kept_rows([(touched.pk, touched.version), *page[:1]], fetch)
        assert asked[1:] == [[touched.pk]]
        assert "renamed" in again[0]
        assert again[1] == first[0]

    def test_other_columns_are_another_row(self):
        run = factories.make_run(cost=1)
        page, fetch = [(run.pk, run.version)], lambda ids: Run.objects.filter(pk__in=ids)
        assert RunTable(chosen=("name",)).kept_rows(page, fetch) != RunTable(chosen=("cost",)).kept_rows(page, fetch)

    def test_a_row_that_vanished_meanwhile_is_left_out(self):
        assert RunTable().kept_rows([(999, 1)], lambda ids: []) == []


class TestOutcomes:
    def test_a_bars_segments_fill_it_in_a_fixed_order(self):
        segments = outcome_segments({"failed": 1, "passed": 3})
        assert [(each["outcome"], each["x"], each["width"], each["count"]) for each in segments] == [
            ("passed", "0.00", "75.00", 3),
            ("failed", "75.00", "25.00", 1),
        ]

    def test_no_trials_are_no_segments(self):
        assert outcome_segments({}) == []
        assert outcome_label({}) == "no trials"

    def test_every_outcome_has_its_place(self):
        assert set(BAR_ORDER) == set(Outcome)


def test_django_tables2_renders_the_same_cell():
    run = factories.make_run(n_trials=1204)
    assert CountCell(accessor="n_trials").render(record=run) == "1,204"
    assert Cell(accessor=None).content(run) == "–"
