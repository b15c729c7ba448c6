"""What each word of the runs list's query box lets through."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.queries import parse
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.filters.runs import RunFilter
from dashboard.models import Run
from tests import factories
from tests.factories import NOW
from tests.filters import test_runs_of_tests
from tests.filters.letters import fields_tried, let_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs():
    docks = factories.make_source("Docks staging")
    jobs = factories.make_source("Jobs", address="/b")
    a = factories.make_run(
        docks, name="nightly", uid="5f0c2a9e-8a1d-4c57-9f2e-5a7d8e6b1c34", dataset="terminal-bench/core",
        status=RunStatus.COMPLETED, started_at=NOW - timedelta(days=10), duration=timedelta(hours=2),
        cost=Decimal("12.5"), input_tokens=3_000_000, rate_strict=0.5, n_trials=80, n_errored=4,
        agents_text="codex · gpt-5",
        agents=[("codex", "gpt-5", "openai")],
    )  # fmt: skip
    b = factories.make_run(
        jobs, name="nightly-2", dataset="local", status=RunStatus.FAILED, started_at=NOW - timedelta(hours=30),
        duration=timedelta(minutes=7), cost=Decimal(0), input_tokens=900, rate_strict=0.0, n_trials=5, n_errored=0,
        agents=[("claude code", "sonnet", "anthropic"), ("codex", "gpt-5", "openai")],
    )  # fmt: skip
    c = factories.make_run(
        jobs, name="smoke test", status=RunStatus.RUNNING, is_stalled=True, started_at=NOW - timedelta(minutes=5)
    )
    d = factories.make_run(jobs, name="old", status=RunStatus.RUNNING, is_gone=True, started_at=None, kind="sandbox")
    factories.make_trial(
        a, factories.make_task("terminal-bench/fix-git"), has_error=True, error_type="AgentTimeoutError"
    )
    factories.make_trial(b, factories.make_task("hello"))
    factories.make_trial(c, factories.make_task("vanished"), is_gone=True, outcome=Outcome.RUNNING)
    for run, name in ((a, "nightly"), (a, "gpu"), (b, "nightly build")):
        factories.make_label(run, name)
    factories.make_label(factories.make_trial(d, factories.make_task("labelled")), "of a trial")
    return {"a": a, "b": b, "c": c, "d": d}


QUERIES = [
    ("label:nightly", "a"),
    ("label:night*", "ab"),
    ('label:gpu,"nightly build"', "ab"),
    ("-label:gpu", "bcd"),
    ("-label:*", "cd"),
    ('label:"of a trial"', ""),
    # Of rows that know nobody's stars.
    ("is:starred", ""),
    ("-is:starred", "abcd"),
    ("is:starred,stalled", "c"),
    ("", "abcd"),
    ("status:failed", "b"),
    ("status:failed,completed", "ab"),
    ("-status:failed", "acd"),
    ("-status:failed,completed", "cd"),
    ('source:"docks staging"', "a"),
    ("source:docks*", "a"),
    ("-source:jobs", "a"),
    ("kind:sandbox", "d"),
    ("-kind:sandbox", "abc"),
    ("kind:evaluation,sandbox", "abcd"),
    ("name:nightly", "a"),
    ("name:nightly*", "ab"),
    ("name:*-2", "b"),
    ("name:*t*", "abc"),
    ("name:n*l*2", "b"),
    ('name:"smoke test"', "c"),
    ("name:SMOKE*", "c"),
    ("dataset:core", "a"),
    ("dataset:terminal-bench/core", "a"),
    ("dataset:local,core", "ab"),
    ("dataset:*", "ab"),
    ("-dataset:*", "cd"),
    ("agent:codex", "ab"),
    ('agent:"claude code"', "b"),
    ("-agent:codex", "cd"),
    ("agent:codex -agent:claude*", "a"),
    ("model:gpt-*", "ab"),
    ("provider:anthropic", "b"),
    ("task:fix-*", "a"),
    ("task:fix-git", "a"),
    ("task:terminal-bench/fix-git,hello", "ab"),
    ("task:vanished", ""),
    ("-task:hello", "acd"),
    ("error:AgentTimeoutError", "a"),
    ("error:*Timeout*", "a"),
    ("-error:*", "bcd"),
    ("after:2d", "bc"),
    ("after:today", "c"),
    ("before:2d", "a"),
    ("after:2026-11-20", "bc"),
    ("before:2026-11-12", "a"),
    ("after:2026-11-20 before:2026-11-21", "b"),
    ("-after:2d", "ad"),
    ("cost:>5", "a"),
    ("cost:0", "b"),
    ("cost:<=12.5", "ab"),
    ("cost:1..20", "a"),
    ("cost:$12.5", "a"),
    ("-cost:>5", "bcd"),
    ("tokens:>2M", "a"),
    ("tokens:<1k", "b"),
    ("duration:>1h", "a"),
    ("duration:5m..30m", "b"),
    ("rate:50", "a"),
    ("rate:<50%", "b"),
    ("rate:>=0", "ab"),
    ("trials:>10", "a"),
    ("errored:>0", "a"),
    ("errored:0", "bcd"),
    ("id:5f0c2a9e-8a1d-4c57-9f2e-5a7d8e6b1c34", "a"),
    ("id:5f0c2a9e*", "a"),
    ("is:live", "c"),
    ("is:finished", "ab"),
    ("is:stalled", "c"),
    ("is:gone", "d"),
    ("-is:finished", "cd"),
    ("is:finished,gone", "abd"),
    ("night", "ab"),
    ("night docks", "a"),
    ('"smoke test"', "c"),
    ("5f0c2a9e", "a"),
    ("status:completed,failed agent:codex cost:<5 night", "b"),
]


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_a_query_lets_through(runs, text, expected):
    assert let_through(RunFilter, text, runs) == expected


def test_every_field_of_the_box_is_tried_here():
    queries = [*QUERIES, *test_runs_of_tests.QUERIES]
    assert fields_tried(RunFilter, queries) == set(RunFilter.fields_of_box())


def test_several_terms_of_a_field_must_all_hold(runs):
    query = parse("name:night* name:*2", RunFilter.fields_of_box(), now=NOW)
    assert list(RunFilter.apply(query, Run.objects.all())) == [runs["b"]]


def test_a_field_can_be_left_out(runs):
    query = parse("status:failed source:jobs", RunFilter.fields_of_box(), now=NOW)
    found = set(RunFilter.apply(query, Run.objects.all(), leaving_out="status"))
    assert found == {runs["b"], runs["c"], runs["d"]}
