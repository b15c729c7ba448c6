"""What each word of the trials table's query box lets through."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.statuses import Outcome
from dashboard.filters.trials import TrialFilter
from tests import factories
from tests.factories import NOW
from tests.filters.letters import fields_tried, let_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def trials():
    run = factories.make_run()
    a = factories.make_trial(
        run, factories.make_task("bench/fix-git", "bench/core"), outcome=Outcome.PASSED, agent="codex", model="gpt-5",
        reward=1.0, cost=Decimal("0.75"), input_tokens=200_000, duration=timedelta(minutes=12), attempt=2,
        started_at=NOW - timedelta(days=3), external_id="fix-git__AAAA",
    )  # fmt: skip
    b = factories.make_trial(
        run, factories.make_task("hello", "local"), outcome=Outcome.ERRORED, has_error=True, cause="agent_budget",
        error_type="AgentTimeoutError", error_group="timed out after <n> s", error_summary="timed out after 600 s",
        agent="claude code", model="sonnet", cost=Decimal(0), input_tokens=10, started_at=NOW,
        external_id="hello__BBBB",
    )  # fmt: skip
    c = factories.make_trial(
        run,
        factories.make_task("hello", "local"),
        outcome=Outcome.FAILED,
        has_error=True,
        error_type="Oops",
        reward=0.0,
    )
    d = factories.make_trial(run, factories.make_task("hello", "local"), outcome=Outcome.RUNNING)
    factories.make_label(a, "flaky")
    factories.make_label(b, "flaky gpu")
    factories.make_label(run, "of the run")
    return {"a": a, "b": b, "c": c, "d": d}


QUERIES = [
    ("label:flaky", "a"),
    ("label:flaky*", "ab"),
    ("-label:flaky", "bcd"),
    ('label:"of the run"', ""),
    ("is:starred", ""),
    ("-is:starred", "abcd"),
    ("outcome:passed", "a"),
    ("outcome:failed,errored", "bc"),
    ("-outcome:running", "abc"),
    ("error:AgentTimeoutError", "b"),
    ("error:*", "bc"),
    ("-error:*", "ad"),
    ('group:"timed out after <n> s"', "b"),
    ("cause:agent_budget", "b"),
    ("agent:codex", "a"),
    ("agent:claude*", "b"),
    ("model:gpt-5,sonnet", "ab"),
    ("task:fix-*", "a"),
    ("task:fix-git", "a"),
    ("-task:hello", "a"),
    ("dataset:core", "a"),
    ("dataset:local", "bcd"),
    ("attempt:>1", "a"),
    ("reward:<1", "c"),
    ("reward:0..1", "ac"),
    ("cost:>0.5", "a"),
    ("tokens:<100", "b"),
    ("tokens:100k..300k", "a"),
    ("duration:>10m", "a"),
    ("after:1d", "b"),
    ("before:1d", "a"),
    ("is:raised", "bc"),
    ("-is:raised", "ad"),
    ("error:Oops is:wordless", "c"),
    ("error:AgentTimeoutError is:wordless", ""),
    ("is:finished", "abc"),
    ("outcome:failed,partial -is:raised", ""),
    ("BBBB", "b"),
    ("600", "b"),
    ("hello timed", "b"),
]


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_a_query_lets_through(trials, text, expected):
    assert let_through(TrialFilter, text, trials) == expected


def test_every_field_of_the_box_is_tried_here():
    assert fields_tried(TrialFilter, QUERIES) == set(TrialFilter.fields_of_box())
