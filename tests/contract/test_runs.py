"""What every source promises about runs and trials (``sources/base.py``)."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from dashboard.domain.errors import Missing, Unreachable
from dashboard.domain.statuses import Outcome
from dashboard.models import Run, Task, Trial
from tests.contract.lists import listed_ids
from tests.contract.stages import on_stages

OFFERED = {"trials", "artifacts", "reports", "stop", "delete", "cancel", "start", "create", "catalogue"}
"""What a page would offer."""
NOT_THERE = ["", ".", "..", "no such run", "../jobs", "a/b", "/etc", "\0", "x" * 5_000, "%2E%2E", "\udc80", "🙂"]


def read_all(source, stage):
    return [source.read_run(run_id, {}) for run_id in sorted(stage.run_ids)]


def fingerprints(source, stage):
    return {reading.run.external_id: reading.run.fingerprint for reading in read_all(source, stage)}


def known_trials(reading):
    return {trial.external_id: trial.fingerprint for trial in reading.trials}


def test_what_it_can_do_is_known_without_constructing_it(stage):
    can = stage.source_class.capabilities
    assert can.why_not.keys() == {name for name in OFFERED if not getattr(can, name)}
    assert all(sentence.endswith(".") for sentence in can.why_not.values())


def test_constructing_it_asks_nobody(stage):
    stage.lose()
    assert stage.source_class(stage.config)


@on_stages(unable="pages")
def test_the_first_listing_names_every_run_once(source, stage):
    listing = source.list_runs({})
    assert sorted(listing.changed) == sorted(stage.run_ids)
    assert listing.present == stage.run_ids


@on_stages(unable="pages")
def test_a_listing_says_whether_what_it_leaves_out_is_gone(stage):
    source = stage.source_class(replace(stage.config, list_limit=1))
    listing = source.list_runs({})
    assert listing.complete == stage.lists_everything
    assert (listing.present == stage.run_ids) == listing.complete
    for run_id in stage.run_ids - listing.present:
        assert source.read_run(run_id, {}).run.external_id == run_id


@on_stages(unable="pages")
def test_a_run_with_the_known_fingerprint_is_present_and_not_changed(source, stage):
    listing = source.list_runs(fingerprints(source, stage))
    assert (listing.changed, listing.present) == ((), stage.run_ids)


@on_stages(unable="pages")
def test_another_fingerprint_makes_that_run_changed(source, stage):
    known = fingerprints(source, stage) | {stage.run_id: "another"}
    assert source.list_runs(known).changed == (stage.run_id,)


@on_stages(unable="pages")
def test_a_known_run_that_is_not_there_is_not_listed(source, stage):
    listing = source.list_runs(fingerprints(source, stage) | {"ghost": "x"})
    assert (listing.changed, listing.present) == ((), stage.run_ids)


def test_reading_twice_gives_the_same(source, stage):
    assert read_all(source, stage) == read_all(source, stage)


def test_fingerprints_are_the_same_whoever_asks(source, stage):
    other = stage.source_class(replace(stage.config, name="The same by another name"))
    assert fingerprints(other, stage) == fingerprints(source, stage)


@on_stages(unable="pages")
def test_what_another_read_is_not_listed_as_changed(source, stage):
    other = stage.source_class(replace(stage.config, name="The same by another name"))
    assert other.list_runs(fingerprints(source, stage)).changed == ()


def test_known_trials_are_not_told_again_and_still_present(source, stage):
    for reading in read_all(source, stage):
        again = source.read_run(reading.run.external_id, known_trials(reading))
        assert again.trials == ()
        assert (again.run, again.present) == (reading.run, reading.present)


@on_stages(able="trials")
def test_a_trial_that_changed_is_told_alone(source, stage):
    known, before = fingerprints(source, stage), source.read_run(stage.run_id, {})
    stage.change_trial()
    assert source.list_runs(known).changed == (stage.run_id,)
    after = source.read_run(stage.run_id, known_trials(before))
    assert [trial.external_id for trial in after.trials] == [stage.trial_id]
    assert after.present == before.present
    assert after.run.fingerprint != before.run.fingerprint


@on_stages(able="trials")
def test_a_trial_that_changed_leaves_all_other_fingerprints_as_they_were(source, stage):
    runs, trials = fingerprints(source, stage), known_trials(source.read_run(stage.run_id, {}))
    stage.change_trial()
    runs_after, trials_after = fingerprints(source, stage), known_trials(source.read_run(stage.run_id, {}))
    assert {name for name in runs if runs[name] != runs_after[name]} == {stage.run_id}
    assert {name for name in trials if trials[name] != trials_after[name]} == {stage.trial_id}


@on_stages(able="trials")
def test_a_trial_that_went_is_not_present(source, stage):
    known, before = fingerprints(source, stage), source.read_run(stage.run_id, {})
    stage.remove_trial()
    assert source.list_runs(known).changed == (stage.run_id,)
    after = source.read_run(stage.run_id, known_trials(before))
    assert (after.trials, after.present) == ((), before.present - {stage.trial_id})


@on_stages(unable="pages")
def test_a_run_that_went_is_not_listed(source, stage):
    known = fingerprints(source, stage)
    stage.remove_run()
    listing = source.list_runs(known)
    assert (listing.changed, listing.present) == ((), stage.run_ids - {stage.run_id})


def test_a_run_that_went_is_missing_by_its_own_id(source, stage):
    stage.remove_run()
    assert stage.run_id not in listed_ids(source)
    with pytest.raises(Missing):
        source.read_run(stage.run_id, {})


@pytest.mark.parametrize("external_id", NOT_THERE, ids=ascii)
def test_an_id_that_never_was_is_missing(source, stage, external_id):
    for prefix in stage.id_prefixes:
        with pytest.raises(Missing) as raised:
            source.read_run(prefix + external_id, {})
        assert raised.value.code in {"missing", "gone"}
        assert raised.value.sentence.endswith(".")


def test_a_place_that_is_lost_is_unreachable_and_nothing_is_missing(source, stage):
    stage.lose()
    asked = [lambda: listed_ids(source), lambda: source.read_run(stage.run_id, {})]
    if source.capabilities.artifacts:
        asked += [
            lambda: source.list_artifacts(stage.run_id, stage.trial_id),
            lambda: source.open_artifact(stage.run_id, stage.trial_id, stage.path).__enter__(),
        ]
    for ask in asked:
        with pytest.raises(Unreachable) as raised:
            ask()
        error = raised.value
        assert (error.source, error.can_retry) == (stage.config.name, True)
        assert error.code
        assert error.sentence.endswith(".")
        assert stage.config.address not in error.sentence


def test_several_threads_may_use_it(source, stage):
    alone = read_all(source, stage)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: read_all(source, stage), range(4)))
    assert together == [alone] * 4


def test_ids_are_told_once_and_trials_told_are_present(source, stage):
    for reading in read_all(source, stage):
        ids = [trial.external_id for trial in reading.trials]
        assert len(ids) == len(set(ids))
        assert set(ids) == reading.present


def test_texts_fit_the_columns_they_are_kept_in(source, stage):
    run_texts = ("external_id", "uid", "name", "dataset", "raw_status", "status_reason", "created_by", "fingerprint")
    for reading in read_all(source, stage):
        assert reading.run.external_id
        assert reading.run.name
        assert reading.run.fingerprint
        for name in run_texts:
            assert_fits(getattr(reading.run, name), Run, name)
        for trial in reading.trials:
            assert trial.fingerprint
            assert trial.task_name
            assert_fits(trial.task_name, Task, "name")
            assert_fits(trial.dataset, Task, "dataset")
            for name in ("external_id", "uid", "fingerprint"):
                assert_fits(getattr(trial, name), Trial, name)


def assert_fits(text, model, column):
    assert len(text) <= model._meta.get_field(column).max_length
    assert "\0" not in text


def test_times_are_aware_and_utc(source, stage):
    for reading in read_all(source, stage):
        run = reading.run
        for when in [run.started_at, run.updated_at, run.finished_at, *all_times(reading.trials)]:
            assert when is None or when.utcoffset() == timedelta(0)
            assert when is None or when.tzinfo is UTC


def all_times(trials):
    for trial in trials:
        yield from (trial.started_at, trial.finished_at)
        for phase in trial.phases:
            yield from (phase.started_at, phase.finished_at)


def test_a_beginning_or_an_end_that_is_not_told_is_not_made_up(source, stage):
    for reading in read_all(source, stage):
        for trial in reading.trials:
            assert trial.duration is None or (trial.outcome.is_final and trial.duration >= timedelta())
            if not source.capabilities.starts:
                assert trial.finished_at is None
                assert trial.started_at is None or trial.outcome.is_final


def test_numbers_are_known_or_none_and_never_below_zero(source, stage):
    for reading in read_all(source, stage):
        for usage in [reading.run.counted_usage, *(trial.usage for trial in reading.trials)]:
            tokens = (usage.input_tokens, usage.cached_tokens, usage.output_tokens)
            assert all(number is None or (type(number) is int and number >= 0) for number in tokens)
            assert usage.cost is None or (type(usage.cost) is Decimal and usage.cost.is_finite())
            if usage.cached_tokens is not None and usage.input_tokens is not None:
                assert usage.cached_tokens <= usage.input_tokens


def test_outcomes_hang_together_with_reward_and_error(source, stage):
    for reading in read_all(source, stage):
        for trial in reading.trials:
            assert trial.outcome in possible_outcomes(trial, stage)


def possible_outcomes(trial, stage):
    if trial.reward is not None:
        return outcomes_with_reward(trial.reward, stage)
    if not stage.judges_by_reward:
        return set(Outcome) - ({Outcome.UNSCORED} if trial.error else {Outcome.ERRORED})
    if trial.error is not None:
        return {Outcome.ERRORED, Outcome.CANCELLED}
    return {Outcome.UNSCORED, Outcome.RUNNING, Outcome.PENDING}


def outcomes_with_reward(reward, stage):
    if not stage.judges_by_reward:
        return {outcome for outcome in Outcome if outcome.is_verdict}
    return {Outcome.PASSED if reward >= 1 else Outcome.PARTIAL if reward > 0 else Outcome.FAILED}


def test_what_is_kept_as_json_is_json(source, stage):
    for reading in read_all(source, stage):
        run = reading.run
        for value in [run.config, run.source_stats, *(trial.config for trial in reading.trials)]:
            assert json.loads(json.dumps(value, allow_nan=False)) == value
