from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.records import ErrorInfo, Phase, Problem, StepRecord, Usage
from dashboard.domain.statistics import pass_rate
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import MirrorClock, Run, RunAgent, Trial
from dashboard.services.sync import mirror
from tests.contract.memory import START, reading, run, trial
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

PASSED, PARTIAL, FAILED, ERRORED = Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ERRORED
UNSCORED, CANCELLED, RUNNING, PENDING = Outcome.UNSCORED, Outcome.CANCELLED, Outcome.RUNNING, Outcome.PENDING
MINUTE = timedelta(minutes=1)


@pytest.fixture
def write(source):
    """Writes a run with these trials, all of them there and all of them news."""

    def write_it(*trials, now=NOW, present=None, **fields):
        whole = reading(run(trials=trials, **fields), trials)
        found = mirror.write_run(source, whole if present is None else replace(whole, present=frozenset(present)), now)
        found.refresh_from_db()
        return found

    return write_it


def outcomes(*wanted):
    return [trial(f"task{number}__1", outcome) for number, outcome in enumerate(wanted)]


def queries(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


class TestTheRun:
    def test_when_it_is_looked_at_for_reports_is_nothing_that_a_reading_sets(self, write, monkeypatch):
        """Somebody asks for its reports while it is written."""
        write(trial(), status=RunStatus.RUNNING)

        def and_meanwhile(*args):
            Run.objects.update(reports_looked_at=NOW)
            recount(*args)

        recount = mirror.numbers.recount
        monkeypatch.setattr(mirror.numbers, "recount", and_meanwhile)
        write(trial(), status=RunStatus.COMPLETED)
        assert (Run.objects.get().status, Run.objects.get().reports_looked_at) == ("completed", NOW)

    def test_what_the_source_says_is_kept(self, write):
        found = write(
            trial(),
            name="Nightly",
            dataset="bench",
            uid="u-1",
            raw_status="done",
            retries=3,
            updated_at=START,
            config={"n": 1},
            source_stats={"mean": 1},
            counted_usage=Usage(input_tokens=5, cost=Decimal("0.5")),
            concurrency=4,
            planned_attempts=2,
            planned_trials=7,
            problems=[Problem(where="x", what="Odd.")],
        )
        assert (found.name, found.dataset, found.uid, found.raw_status) == ("Nightly", "bench", "u-1", "done")
        assert (found.n_retries, found.updated_at, found.first_seen_at) == (3, START, NOW)
        assert found.duration == timedelta(hours=1)
        detail = found.detail
        assert (detail.config, detail.source_stats, detail.concurrency) == ({"n": 1}, {"mean": 1}, 4)
        assert (detail.planned_attempts, detail.planned_trials) == (2, 7)
        assert detail.problems == [{"where": "x", "what": "Odd."}]
        usage = {"input_tokens": 5, "cached_tokens": None, "output_tokens": None, "cost": "0.5"}
        assert detail.counted_usage == usage

    def test_every_write_is_a_new_version_of_the_run_and_of_what_changed_in_it(self, write):
        first = write(trial("a__1"), trial("b__1"))
        assert first.version == first.created_version == MirrorClock.now()
        changed = trial("b__1", FAILED)
        again = write(changed, present={"a__1", "b__1"})
        assert again.version > first.version == again.created_version
        versions = dict(again.trials.values_list("external_id", "version"))
        assert versions == {"a__1": first.version, "b__1": again.version}

    def test_versions_follow_the_order_of_writing_across_runs(self, write):
        versions = [write(external_id=name).version for name in ("a", "b", "a", "c")]
        assert versions == sorted(set(versions))

    def test_a_run_that_ends_before_it_began_has_no_duration(self, write):
        assert write(started_at=START, finished_at=START - MINUTE).duration is None
        assert write(started_at=None).duration is None

    def test_who_looks_at_it_and_when_it_is_read_next_are_not_the_readings_to_write(self, write, source, monkeypatch):
        found = write()
        soon = NOW + MINUTE

        def watch_meanwhile(run, record):
            Run.objects.update(watched_until=soon, next_sync_at=soon, claimed_until=soon)
            recount(run, record)

        recount = mirror.numbers.recount
        monkeypatch.setattr(mirror.numbers, "recount", watch_meanwhile)
        found = write(trial())
        assert (found.n_passed, found.watched_until, found.next_sync_at, found.claimed_until) == (1, soon, soon, soon)

    def test_a_write_that_fails_leaves_nothing_behind(self, write, monkeypatch):
        write(trial())
        version = MirrorClock.now()
        monkeypatch.setattr(mirror, "_note_state", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write(trial("a__1", FAILED))
        assert (MirrorClock.now(), Run.objects.get().n_passed, Trial.objects.get().outcome) == (version, 1, PASSED)


def test_a_duration_that_is_told_counts_instead_of_the_span(write):
    told = trial(duration=MINUTE)
    unseen = trial("b__1", started_at=None, finished_at=None, duration=2 * MINUTE)
    span = trial("c__1")
    found = write(told, unseen, span)
    durations = dict(found.trials.values_list("external_id", "duration"))
    assert durations == {told.external_id: MINUTE, "b__1": 2 * MINUTE, "c__1": 10 * MINUTE}


class TestStates:
    def test_states_are_appended_only_when_they_change(self, write):
        live = {"status": RunStatus.RUNNING}
        write(now=NOW, **live)
        write(trial(), now=NOW + MINUTE, **live)
        write(trial(), now=NOW + 2 * MINUTE, is_stalled=True, **live)
        write(trial(), now=NOW + 3 * MINUTE, **live)
        found = write(trial(), now=NOW + 4 * MINUTE, raw_status="DONE")
        states = [(c.status, c.raw_status, c.is_stalled, c.seen_at - NOW) for c in found.state_changes.all()]
        assert states == [
            ("running", "", False, 0 * MINUTE),
            ("running", "", True, 2 * MINUTE),
            ("running", "", False, 3 * MINUTE),
            ("completed", "DONE", False, 4 * MINUTE),
        ]

    def test_going_and_coming_back_are_states(self, write):
        found = write(trial())
        mirror.mark_gone(found, NOW + MINUTE)
        back = write(trial(), now=NOW + 2 * MINUTE)
        assert [c.is_gone for c in back.state_changes.all()] == [False, True, False]
        assert (back.is_gone, back.gone_at) == (False, None)

    def test_a_gone_run_keeps_everything(self, write):
        found = write(trial(), trial("b__1", ERRORED))
        Run.objects.update(next_sync_at=NOW)
        mirror.mark_gone(found, NOW)
        found.refresh_from_db()
        assert (found.is_gone, found.gone_at, found.next_sync_at) == (True, NOW, None)
        assert (found.n_passed, found.n_errored, found.trials.count()) == (1, 1, 2)
        assert found.version == MirrorClock.now() > found.created_version


class TestCounts:
    def test_every_trial_is_counted_once_by_its_outcome(self, write):
        found = write(*outcomes(*Outcome, PASSED, PASSED), planned_trials=20)
        counts = {name: getattr(found, f"n_{name}") for name in Outcome}
        assert counts == dict.fromkeys(Outcome, 1) | {"passed": 3, "pending": 11}
        assert (found.n_trials, found.n_tasks, found.n_finished, found.n_scored) == (20, 10, 8, 5)
        assert sum(counts.values()) == found.n_trials

    def test_more_trials_than_planned_are_all_counted(self, write):
        found = write(*outcomes(PASSED, FAILED, PENDING), planned_trials=2)
        assert (found.n_trials, found.n_pending) == (3, 1)

    def test_a_trial_that_raised_keeps_its_verdict_and_a_mark(self, write):
        timeout = ErrorInfo(type="AgentTimeoutError", message="Out of time.")
        found = write(
            trial("a__1", PASSED, error=timeout), trial("b__1", FAILED, error=timeout), trial("c__1", ERRORED)
        )
        assert (found.n_passed, found.n_failed, found.n_errored, found.n_raised) == (1, 1, 1, 3)
        first = found.trials.get(external_id="a__1")
        assert (first.outcome, first.has_error, first.cause) == (PASSED, True, "agent_budget")

    def test_sums_say_how_many_trials_they_rest_on(self, write):
        found = write(
            trial("a__1", usage=Usage(input_tokens=10, cached_tokens=4, output_tokens=1, cost=Decimal("0.10"))),
            trial("b__1", usage=Usage(input_tokens=5, cost=Decimal("0.05"))),
            trial("c__1"),
        )
        assert (found.input_tokens, found.cached_tokens, found.output_tokens) == (15, 4, 1)
        assert (found.cost, found.n_with_cost, found.n_with_tokens) == (Decimal("0.15"), 2, 2)

    def test_what_nobody_reports_is_unknown_and_not_zero(self, write):
        found = write(trial())
        assert (found.cost, found.input_tokens, found.n_with_cost, found.n_with_tokens) == (None, None, 0, 0)

    def test_the_largest_numbers_a_source_may_tell_are_kept(self, write):
        most = Usage(input_tokens=10**12, cached_tokens=10**12, output_tokens=10**12, cost=Decimal("999999.999999"))
        found = write(*(trial(f"t{number}__1", usage=most, reward=1e100) for number in range(20)))
        assert float(found.cost) == pytest.approx(20e6)
        assert found.input_tokens == 20 * 10**12


class TestRates:
    def rates(self, found):
        return found.rate_scored, found.rate_strict

    @pytest.mark.parametrize(
        ("wanted", "scored", "strict"),
        [
            ([PASSED], 1, 1),
            ([PASSED, FAILED], 1 / 2, 1 / 2),
            ([PASSED, PARTIAL], 1 / 2, 1 / 2),
            ([PASSED, ERRORED], 1, 1 / 2),
            ([PASSED, UNSCORED], 1, 1 / 2),
            ([PASSED, CANCELLED], 1, 1 / 2),
            ([PASSED, RUNNING, PENDING], 1, 1),
            ([PASSED, PARTIAL, FAILED, ERRORED, UNSCORED, CANCELLED, RUNNING], 1 / 3, 1 / 6),
            ([ERRORED, ERRORED], None, 0),
            ([UNSCORED], None, None),
            ([CANCELLED], None, None),
            ([RUNNING], None, None),
            ([], None, None),
        ],
    )
    def test_scored_is_of_verdicts_and_strict_of_all_that_finished(self, write, wanted, scored, strict):
        assert self.rates(write(*outcomes(*wanted))) == (scored, strict)

    def test_an_errored_trial_with_a_verdict_counts_by_its_verdict(self, write):
        late = ErrorInfo(type="AgentTimeoutError")
        found = write(trial("a__1", PASSED, error=late), trial("b__1", FAILED, error=late), trial("c__1", ERRORED))
        assert self.rates(found) == (1 / 2, 1 / 3)

    def test_one_trial_a_task_has_wilsons_interval(self, write):
        found = write(*outcomes(PASSED, PASSED, FAILED, ERRORED))
        expected = pass_rate([(1, 1), (1, 1), (0, 1), (0, 1)]).interval
        assert (found.interval_low, found.interval_high) == (expected.low, expected.high)
        assert found.interval_kind == expected.kind == "wilson"

    def test_several_trials_a_task_have_the_task_level_interval(self, write):
        found = write(trial("a__1"), trial("a__2", FAILED), trial("b__1"), trial("b__2"))
        expected = pass_rate([(1, 2), (2, 2)]).interval
        assert (found.interval_low, found.interval_kind) == (expected.low, "task-level")

    def test_a_rate_that_ends_takes_its_interval_along(self, write):
        write(trial())
        found = write(trial("a__1", RUNNING), status=RunStatus.RUNNING)
        assert (found.rate_strict, found.interval_low, found.interval_high, found.interval_kind) == (None,) * 3 + ("",)


class TestTrials:
    def test_what_only_its_page_shows_is_kept_apart(self, write):
        broken = ErrorInfo(type="E", message="first\nsecond", traceback="Traceback", occurred_at=START)
        step = StepRecord(name="s", rewards={"r": 1.0}, usage=Usage(input_tokens=1), error=ErrorInfo(type="E"))
        write(
            trial(
                error=broken,
                rewards={"reward": 1.0, "speed": 0.5},
                phases=[Phase(name="agent", started_at=START)],
                steps=[step],
                model_usage={"opus": Usage(output_tokens=2)},
                config={"a": 1},
                extra={"checksum": "x"},
                problems=[Problem(where="f", what="Odd.")],
            )
        )
        found = Trial.objects.get()
        detail = found.detail
        assert (found.error_summary, found.error_type, found.has_error) == ("first", "E", True)
        assert (detail.error_message, detail.traceback, detail.error_at) == ("first\nsecond", "Traceback", START)
        assert detail.rewards == {"reward": 1.0, "speed": 0.5}
        assert detail.phases == [{"name": "agent", "started_at": START.isoformat(), "finished_at": None}]
        assert [(s["name"], s["rewards"], s["error"]["type"]) for s in detail.steps] == [("s", {"r": 1.0}, "E")]
        assert detail.model_usage["opus"]["output_tokens"] == 2
        assert (detail.config, detail.extra) == ({"a": 1}, {"checksum": "x"})
        assert detail.problems == [{"where": "f", "what": "Odd."}]

    def test_an_error_that_is_taken_back_leaves_no_mark(self, write):
        write(trial("a__1", ERRORED))
        write(trial("a__1", PASSED))
        found = Trial.objects.get()
        marks = (found.has_error, found.error_type, found.error_summary, found.error_group, found.cause)
        assert marks == (False, "", "", "", "")
        assert (found.detail.error_message, found.detail.traceback) == ("", "")

    def test_a_trial_that_disappears_counts_no_longer_and_is_kept(self, write):
        write(trial("a__1"), trial("b__1", FAILED))
        found = write(present={"a__1"})
        assert (found.n_trials, found.n_failed, found.n_tasks, found.rate_strict) == (1, 0, 1, 1)
        gone = Trial.objects.get(external_id="b__1")
        assert (gone.is_gone, gone.version) == (True, found.version)

    def test_a_trial_that_comes_back_is_the_same_and_counts_again(self, write):
        before = write(trial("a__1"), trial("b__1", FAILED)).trials.get(external_id="b__1").pk
        write(present={"a__1"})
        found = write(trial("b__1", FAILED), present={"a__1", "b__1"})
        again = Trial.objects.get(external_id="b__1")
        assert (again.pk, again.is_gone, found.n_failed) == (before, False, 1)

    def test_very_many_trials_that_disappear_are_forgotten_in_batches(self, write, source):
        many = [trial(f"a__{number}") for number in range(620)]
        write(*many)
        found = write(present={"a__0"})
        assert (found.n_trials, Trial.objects.filter(is_gone=True).count()) == (1, 619)

    def test_attempts_are_counted_per_task_agent_and_model_by_start(self, write):
        def at(minutes, name, **fields):
            return trial(name, started_at=START + minutes * MINUTE, **fields)

        write(
            at(2, "a__y"), at(1, "a__x"), at(3, "a__z", model="haiku"), at(4, "b__1"), at(5, "a__u", provider="azure"),
            trial("a__unknown", RUNNING, started_at=None),
        )  # fmt: skip
        found = dict(Trial.objects.values_list("external_id", "attempt"))
        assert found == {"a__x": 1, "a__y": 2, "a__unknown": 3, "a__z": 1, "b__1": 1, "a__u": 1}

    def test_an_attempt_that_is_numbered_anew_is_news(self, write):
        first = write(trial("a__1"), trial("a__2", started_at=START + MINUTE), trial("b__1"))
        found = write(present={"a__2", "b__1"})
        rows = {t.external_id: (t.attempt, t.version) for t in found.trials.filter(is_gone=False)}
        assert rows == {"a__2": (1, found.version), "b__1": (1, first.version)}

    def test_a_guessed_task_is_kept_when_the_trial_ends(self, write):
        write(trial("x__1", task_name="local/words"))
        guessed = trial("y__1", RUNNING, task_name="words", task_is_guess=True)
        running = write(guessed, external_id="other", status=RunStatus.RUNNING).trials.get()
        ended = write(trial("y__1", task_name="local/words"), external_id="other").trials.get()
        assert running.task == ended.task


class TestAgents:
    def agents(self, found):
        return [(row.agent, row.model, row.provider) for row in found.agents.all()]

    def test_before_the_first_trial_there_are_those_that_are_planned(self, write):
        found = write(planned_agents=[("solver", "meta/llama"), ("oracle", "")], status=RunStatus.RUNNING)
        assert self.agents(found) == [("oracle", "", ""), ("solver", "meta/llama", "")]
        assert found.agents_text == "oracle, solver · meta/llama"

    def test_trials_tell_better(self, write):
        write(planned_agents=[("solver", "opus")], status=RunStatus.RUNNING)
        found = write(trial(), planned_agents=[("solver", "opus")])
        assert self.agents(found) == [("solver", "opus", "anthropic")]
        assert found.agents_text == "solver · opus"

    def test_an_agent_whose_trials_vanished_vanishes(self, write):
        write(trial("a__1"), trial("b__1", agent="other"))
        found = write(present={"a__1"})
        assert self.agents(found) == [("solver", "opus", "anthropic")]

    def test_when_all_trials_vanished_the_plan_is_what_is_left(self, write):
        write(trial())
        assert self.agents(write(planned_agents=[("planned", "")])) == [("planned", "", "")]
        found = write()
        assert (self.agents(found), found.agents_text) == ([], "")

    def test_agents_that_stay_keep_their_rows(self, write):
        write(trial())
        before = RunAgent.objects.get().pk
        write(trial(), trial("b__1", agent="new"))
        assert before in RunAgent.objects.values_list("pk", flat=True)

    def test_names_that_are_too_long_are_cut(self, write):
        found = write(trial(agent="a" * 300, model="m" * 300, provider="p" * 300))
        assert self.agents(found) == [("a" * 200, "m" * 200, "p" * 200)]
        assert len(found.agents_text) <= 500


class TestQueries:
    """Statements to write a run: a fixed number, and a few for every batch of trials."""

    def written(self, write, n, name):
        trials = [trial(f"task{number % 40}__{number}") for number in range(n)]
        write(*trials[:1], external_id="before")
        return queries(lambda: write(*trials, external_id=name))

    def test_a_large_run_needs_a_few_more_for_each_batch(self, write):
        few = self.written(write, 50, "a")
        many = self.written(write, 500, "b")
        most = self.written(write, 1_000, "c")
        assert few <= 32
        assert many <= few + 20
        assert most <= few + 45

    def test_a_large_run_of_which_little_changed_needs_no_more_than_a_small_one(self, write):
        few = [trial(f"a__{number:03}", started_at=START + MINUTE * number) for number in range(50)]
        many = [trial(f"a__{number:03}", started_at=START + MINUTE * number) for number in range(500)]
        write(*few, external_id="small")
        write(*many, external_id="large")

        def change(external_id, trials):
            news = trial("a__000", FAILED)
            return queries(lambda: write(news, external_id=external_id, present={t.external_id for t in trials}))

        assert change("large", many) == change("small", few) <= 30
