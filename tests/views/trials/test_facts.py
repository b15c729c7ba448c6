"""What a trial's page says of its facts: where the time went, and why it came out as it did."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.domain.statuses import Outcome
from dashboard.models import Trial, TrialDetail
from dashboard.views.trials import facts as trial_facts

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def phase(name, start, end):
    return {"name": name, "started_at": at(start).isoformat(), "finished_at": at(end).isoformat()}


class TestPhases:
    def test_what_no_phase_measured_is_the_last_row_and_all_rows_add_up(self):
        stored = [phase("environment setup", 10, 20), phase("agent", 30, 80), phase("verifier", 80, 90)]
        shown = trial_facts.phases(stored, at(0), at(100))
        rows = [
            (row["name"], row["duration"], row["share"].replace("\N{NO-BREAK SPACE}", " ")) for row in shown["phases"]
        ]
        assert rows == [
            ("Environment setup", "10 s", "10 %"),
            ("Agent", "50 s", "50 %"),
            ("Verifier", "10 s", "10 %"),
            ("Not measured", "30 s", "30 %"),
        ]
        assert shown["total"] == "1 min 40 s"
        assert shown["label"].endswith("Verifier 10 s, Not measured 30 s")

    def test_it_is_drawn_as_gaps(self):
        shown = trial_facts.phases([phase("agent", 25, 75)], at(0), at(100))
        drawn = [(row["x"], row["width"], row["tone"]) for row in shown["phases"]]
        assert drawn == [("25.00", "50.00", 3), ("0", "0", 0)]

    @pytest.mark.parametrize(
        ("end", "whole", "is_told"),
        [
            (100, 100, False), (99.7, 100, False), (99.4, 100, True), (9_999.4, 10_000, True),
            (9.95, 10, False), (9.9, 10, True), (110, 100, False),
        ],
    )  # fmt: skip
    def test_a_rest_is_told_from_half_a_second_or_a_hundredth_on(self, end, whole, is_told):
        shown = trial_facts.phases([phase("agent", 0, end)], at(0), at(whole))
        assert [row["name"] for row in shown["phases"]][1:] == (["Not measured"] if is_told else [])

    @pytest.mark.parametrize("span", [(None, None), (at(0), None), (None, at(99)), (at(99), at(0))])
    def test_where_the_trials_own_times_are_unknown_the_whole_is_what_the_phases_span(self, span):
        shown = trial_facts.phases([phase("environment setup", 10, 20), phase("agent", 40, 60)], *span)
        assert shown["total"] == "50 s"
        assert shown["phases"][-1]["name"] == "Not measured"
        assert shown["phases"][-1]["duration"] == "20 s"

    def test_phases_that_take_no_time_have_no_rest(self):
        assert len(trial_facts.phases([phase("agent", 5, 5)])["phases"]) == 1

    def test_without_a_whole_phase_there_is_nothing_to_show(self):
        assert trial_facts.phases([phase("agent", 5, 1), {"name": "x", "started_at": None}], at(0), at(9)) is None


class TestReason:
    def test_an_unscored_trial_blames_what_could_not_be_read(self):
        problems = [{"where": "a__1/result.json", "what": "It holds no readable JSON."}, {"where": "x", "what": "y."}]
        said = trial_facts.reason(Trial(outcome=Outcome.UNSCORED), TrialDetail(problems=problems))
        assert said.endswith("cannot be read: a__1/result.json: It holds no readable JSON.")
        assert "verifier" not in said

    def test_an_unscored_trial_that_was_read_blames_the_verifier(self):
        assert "the verifier was off" in trial_facts.reason(Trial(outcome=Outcome.UNSCORED), TrialDetail())
