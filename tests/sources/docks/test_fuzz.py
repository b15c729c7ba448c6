"""Made-up answers: whatever a server says, the source answers with storable records or a ``SourceError``.

The profile ``soak`` (``HYPOTHESIS_PROFILE=soak``) makes 10,000 of them.
"""

import json
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.errors import SourceError
from dashboard.models import Run, Task, Trial
from tests.http.faulty_server import reply
from tests.sources import made_up
from tests.sources.docks.fake import evaluation, sandbox, trial
from tests.sources.made_up import body, over_the_wire, values

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VALUES = values(
    "e1", "x" * 6_000, "2026-11-22T09:00:00", "9999-12-31T23:59:59-12:00", "success", "failed", "error", "completed",
    "https://[x", "https://me:pw@h/x?s", '{"reward": 1}',
)  # fmt: skip
document = partial(made_up.document, VALUES)
assert_storable = partial(made_up.assert_storable, longest=4_000)

RESULT = document({"reward": 1, "tests_passed": 3, "tests_total": 4, "duration_seconds": 9, "prompt_tokens": 12,
                   "error_code": "E", "error_message": "m", "error": "e"})  # fmt: skip
TRIAL = document(trial(), result_data=RESULT | RESULT.map(json.dumps))
RUN = document(evaluation(), leaderboard=st.lists(document(evaluation()["leaderboard"][0]) | VALUES, max_size=3))
SANDBOX = document(sandbox())


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
