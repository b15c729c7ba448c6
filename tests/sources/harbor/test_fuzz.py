"""Made-up job folders, thousands of them: whatever they hold, the source answers, and with storable records.

The profile ``soak`` (``HYPOTHESIS_PROFILE=soak``) makes 10,000 of them.
"""

import json
import os
import shutil

from hypothesis import given
from hypothesis import strategies as st

from tests.sources.made_up import assert_storable

NAMES = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."} and len(os.fsencode(name)) < 200
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, 2**64, -1, 10**30, 10**400, 0]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["\0", "\ud800", "CancelledError", "a/b", "m:C", "2026-11-22T09:00:00Z", "2026-11-22T09:00:00", "0000-00-00"]
    ),
    st.datetimes().map(lambda moment: moment.isoformat()),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def document(*keys, **known):
    """An object with some of these keys, each with anything or with something of the right shape."""
    optional = dict.fromkeys(keys, VALUES) | {key: shape | VALUES for key, shape in known.items()}
    return st.fixed_dictionaries({}, optional=optional)


TIMES = st.datetimes().map(lambda moment: moment.isoformat()) | st.just("2026-11-22T09:00:00Z")
NUMBERS = st.integers() | st.floats() | st.booleans()
USAGE = document(n_input_tokens=NUMBERS, n_cache_tokens=NUMBERS, n_output_tokens=NUMBERS, cost_usd=NUMBERS)
AGENT = document(
    "kwargs", "env", name=st.text(max_size=9), import_path=st.text(max_size=9), model_name=st.text(max_size=9)
)
ERRORS = document(
    "exception_message", "exception_traceback", "occurred_at", exception_type=st.sampled_from(["CancelledError", "E"])
)
VERDICT = document(
    rewards=st.dictionaries(st.sampled_from(["reward", "files", "\0"]), NUMBERS | VALUES, max_size=3), reward=NUMBERS
)
RESULTS = document("model_usage", n_input_tokens=NUMBERS, n_cache_tokens=NUMBERS, cost_usd=NUMBERS)
STEP = document("step_name", agent_result=RESULTS, verifier_result=VERDICT, exception_info=ERRORS)
TRIAL_CONFIG = document("environment", "source_trial", agent=AGENT, task=document("path", "name", "source"))
TRIAL = document(
    "id", "task_name", "source", "task_id", "trial_uri", "task_checksum", "verifier",
    config=TRIAL_CONFIG, agent_info=document("name", "version", model_info=document("name", "provider")),
    agent_result=RESULTS, verifier_result=VERDICT, exception_info=ERRORS, started_at=TIMES, finished_at=TIMES,
    agent_execution=document(started_at=TIMES, finished_at=TIMES), step_results=st.lists(STEP | VALUES, max_size=3),
)  # fmt: skip
JOB_CONFIG = document(
    "job_name", "n_attempts", "n_concurrent_trials", "orchestrator",
    agents=st.lists(AGENT | VALUES, max_size=3), datasets=st.lists(document("name", "path") | VALUES, max_size=3),
)  # fmt: skip
EVALS = st.dictionaries(st.text(max_size=5), document(exception_stats=document("CancelledError")), max_size=2)
JOB = document(
    "id", "n_total_trials", "status", started_at=TIMES, updated_at=TIMES, finished_at=TIMES,
    stats=document("n_retries", "n_cancelled_trials", "n_pending_trials", n_input_tokens=NUMBERS, evals=EVALS),
)  # fmt: skip
LOCK = document("created_at", "n_concurrent_trials", trials=st.lists(document(agent=AGENT) | VALUES, max_size=3))


def as_bytes(strategy):
    """The document as JSON, whole or cut off, or any bytes at all."""
    whole = strategy.map(lambda value: json.dumps(value).encode())
    cut = st.tuples(whole, st.integers(0, 40)).map(lambda pair: pair[0][: -pair[1] or None])
    return st.one_of(whole, whole, whole, cut, st.binary(max_size=20))


TRIAL_FOLDER = st.fixed_dictionaries(
    {}, optional={"config.json": as_bytes(TRIAL_CONFIG), "result.json": as_bytes(TRIAL)}
)
JOB_FOLDER = st.fixed_dictionaries(
    {"trials": st.dictionaries(NAMES, TRIAL_FOLDER, max_size=3)},
    optional={"config.json": as_bytes(JOB_CONFIG), "result.json": as_bytes(JOB), "lock.json": as_bytes(LOCK)},
)


@given(job=JOB_FOLDER, age=st.sampled_from([0, 60, 3600]))
def test_any_job_folder_is_read(jobs, job, age):
    build(jobs, job, age)

    listing = jobs.listed()
    assert set(listing.changed) == set(listing.present)
    for external_id in listing.present:
        reading = jobs.read(external_id)
        assert_storable(reading)
        known = {trial.external_id: trial.fingerprint for trial in reading.trials}
        assert set(known) == set(reading.present)
        if not reading.run.fingerprint.startswith("again:"):
            assert jobs.listed({external_id: reading.run.fingerprint}).changed == ()
            assert jobs.read(external_id, known).trials == ()
        for trial_id in [None, *reading.present]:
            assert_storable(jobs.source().list_artifacts(external_id, trial_id))


def build(jobs, job, age):
    shutil.rmtree(jobs.root)
    (jobs.root / "job").mkdir(parents=True)
    for name, data in job.items():
        if name != "trials":
            (jobs.root / "job" / name).write_bytes(data)
    for name, documents in job["trials"].items():
        folder = jobs.root / "job" / name
        if not folder.exists():
            folder.mkdir()
            for file, data in documents.items():
                (folder / file).write_bytes(data)
    jobs.settle(age)
