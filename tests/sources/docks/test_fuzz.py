"""Made-up answers: whatever a server says, the source answers with storable records or a ``SourceError``.

The profile ``soak`` (``HYPOTHESIS_PROFILE=soak``) makes 10,000 of them.
"""

import json
import math
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.domain.errors import SourceError
from dashboard.models import Run, Task, Trial
from tests.http.faulty_server import reply
from tests.sources.docks.fake import evaluation, sandbox, trial

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
over_the_wire = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, 2**64, -1, 10**30, 10**400, 0, 1e308, -0.0]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["\0", "\ud800", "e1", "..", "a/b", "x" * 6_000, "2026-11-22T09:00:00", "9999-12-31T23:59:59-12:00"]
    ),
    st.sampled_from(["success", "failed", "error", "completed", "https://[x", "https://me:pw@h/x?s", '{"reward": 1}']),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def document(example, **known):
    """An object like the example, some of whose fields are anything or of the right shape, or not there."""
    wild = {key: known.get(key, VALUES) | VALUES for key in example}
    changes = st.fixed_dictionaries({}, optional=wild)
    missing = st.sets(st.sampled_from(sorted(example)), max_size=3)
    return st.tuples(changes, missing).map(
        lambda drawn: {key: value for key, value in (example | drawn[0]).items() if key not in drawn[1]}
    )


RESULT = document({"reward": 1, "tests_passed": 3, "tests_total": 4, "duration_seconds": 9, "prompt_tokens": 12,
                   "error_code": "E", "error_message": "m", "error": "e"})  # fmt: skip
TRIAL = document(trial(), result_data=RESULT | RESULT.map(json.dumps))
RUN = document(evaluation(), leaderboard=st.lists(document(evaluation()["leaderboard"][0]) | VALUES, max_size=3))
SANDBOX = document(sandbox())


def body(strategy):
    """The document as JSON, whole or cut off, or any bytes at all."""
    whole = strategy.map(lambda value: json.dumps(value).encode())
    cut = st.tuples(whole, st.integers(1, 40)).map(lambda pair: pair[0][: -pair[1]])
    return st.one_of(whole, whole, whole, whole, cut, st.binary(max_size=20))


def listed(strategy):
    return body(
        st.lists(strategy | VALUES, max_size=4) | st.fixed_dictionaries({"items": st.lists(strategy, max_size=3)})
    )


@over_the_wire
@given(runs=listed(RUN), sandboxes=listed(SANDBOX))
def test_any_lists_are_listed_or_refused(docks, source, runs, sandboxes):
    docks.answers |= {"GET /harbor/runs": reply(runs), "GET /runs": reply(sandboxes)}
    with suppress(SourceError):
        listing = source.list_runs({})
        assert set(listing.changed) == listing.present
        assert_storable(listing)
        assert max(map(len, listing.present), default=0) <= Run._meta.get_field("external_id").max_length


@over_the_wire
@given(run=body(RUN), trials=listed(TRIAL))
def test_any_evaluation_run_is_read_or_refused(docks, source, run, trials):
    docks.answers |= {"GET /harbor/runs/e1": reply(run), "GET /harbor/runs/e1/trials": reply(trials)}
    with suppress(SourceError):
        reading = source.read_run("eval/e1", {})
        assert_reading(reading)
        known = {one.external_id: one.fingerprint for one in reading.trials}
        assert set(known) == reading.present
        assert source.read_run("eval/e1", known).trials == ()


@over_the_wire
@given(run=body(SANDBOX))
def test_any_sandbox_run_is_read_or_refused(docks, source, run):
    docks.answers["GET /runs/s1"] = reply(run)
    with suppress(SourceError):
        assert_reading(source.read_run("run/s1", {}))


@over_the_wire
@given(found=body(TRIAL))
def test_the_files_of_any_trial_are_listed_or_refused(docks, source, found):
    docks.answers["GET /harbor/runs/e1/trials/t1"] = reply(found)
    with suppress(SourceError):
        listing = source.list_artifacts("eval/e1", "t1")
        assert_storable(listing)
        for artifact in listing.artifacts:
            with suppress(SourceError), source.open_artifact("eval/e1", "t1", artifact.path):
                pass


@over_the_wire
@given(items=listed(VALUES), status=st.sampled_from([200, 400, 401, 403, 404, 409, 422, 429, 500]))
def test_any_catalogue_or_answer_to_an_action_is_read_or_refused(docks, source, items, status):
    answer = reply(items, status=status)
    routes = ("GET /datasets", "GET /datasets/d", "GET /datasets/d/tasks", "GET /templates", "POST /runs/s1/stop")
    docks.answers |= dict.fromkeys(routes, answer)
    asked = [
        source.list_datasets,
        lambda: source.read_dataset("d"),
        lambda: source.list_tasks("d"),
        source.list_templates,
        lambda: source.stop_run("run/s1"),
    ]
    for ask in asked:
        with suppress(SourceError):
            assert_storable(ask())


def assert_reading(reading):
    """All records fit the tables."""
    assert_storable(reading)
    run = reading.run
    assert run.name
    assert run.fingerprint
    for name in ("external_id", "uid", "name", "dataset", "raw_status", "fingerprint"):
        assert_fits(getattr(run, name), Run, name)
    json.dumps(run.source_stats, allow_nan=False)
    for one in reading.trials:
        assert one.task_name
        assert_fits(one.task_name, Task, "name")
        assert_fits(one.dataset, Task, "dataset")
        for name in ("external_id", "uid", "agent", "fingerprint"):
            assert_fits(getattr(one, name), Trial, name)
        json.dumps(one.extra, allow_nan=False)
        assert (one.reward is None) or one.outcome.is_verdict
        assert one.finished_at is None
        assert one.duration is None or (one.outcome.is_final and one.duration >= timedelta())


def assert_fits(text, model, column):
    assert len(text) <= model._meta.get_field(column).max_length


def assert_storable(value):
    """Texts without NUL and half characters and of bounded length, numbers within columns, times aware and sane."""
    if is_dataclass(value):
        inner = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | frozenset):
        inner = value
    else:
        inner = ()
        assert is_storable(value), value
    for part in inner:
        assert_storable(part)


def is_storable(value):
    match value:
        case str():
            value.encode()
            return "\0" not in value and len(value) <= 4_000
        case datetime():
            return value.tzinfo is UTC and 1970 <= value.year < 2200
        case timedelta():
            return timedelta() <= value <= timedelta(days=3650)
        case float():
            return math.isfinite(value)
        case int():
            return abs(value) < 2**63
    return value is None
