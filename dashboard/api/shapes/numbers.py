"""The numbers of runs: counts, rates with their intervals, money, tokens, each with what it is of."""

from datetime import timedelta
from decimal import Decimal

from ninja import Schema
from pydantic import Field

from dashboard.domain import statistics
from dashboard.domain.statistics import Rate
from dashboard.domain.statuses import Outcome
from dashboard.models import Run
from dashboard.reporting import run_words as words
from dashboard.reporting.numbers import strict_rate


class Counts(Schema):
    """Trials by outcome."""

    passed: int = Field(description="The primary reward is 1 or more.")
    partial: int = Field(description="It is between 0 and 1; counted as not passed.")
    failed: int = Field(description="It is 0 or less.")
    errored: int = Field(description="Ended by an exception and without a verdict.")
    unscored: int = Field(description="Ended well and nobody judged it.")
    cancelled: int
    running: int
    pending: int


class IntervalOut(Schema):
    """A two-sided 95 % confidence interval."""

    low: float = Field(description="A fraction.")
    high: float = Field(description="A fraction.")
    kind: str = Field(
        description="`wilson` where each task has one trial; `task-level` where it has several, the task being the "
        "independent unit."
    )


class RateOut(Schema):
    """A rate of passed trials."""

    value: float | None = Field(description="A fraction: passed ÷ of. Null without trials to judge by.")
    passed: int
    of: int = Field(description="What it is a share of.")
    interval: IntervalOut | None
    words: str = Field(default="", description="What it is of, as the run's page says it.")


class Money(Schema):
    """What trials cost."""

    usd: float | None = Field(description="US dollars: the sum over the trials that report a cost.")
    n_known: int = Field(description="How many trials report a cost.")
    words: str = Field(description="The same in words.")
    usd_per_passed: float | None = Field(description="US dollars: all cost ÷ passed trials.")
    words_per_passed: str


class Tokens(Schema):
    """Tokens, summed over the trials that report them."""

    input: int | None = Field(description="Tokens in, cached ones included.")
    cached: int | None = Field(description="Of those, the cached ones.")
    output: int | None
    n_known: int = Field(description="How many trials report tokens.")
    words: str


class Numbers(Schema):
    """A run's numbers, made from its trials; those of a run of a test of a pipeline are zero."""

    is_so_far: bool = Field(description="The run has not ended: its rates are rates so far.")
    n_trials: int = Field(description="Trials planned, or there, whichever is more.")
    n_tasks: int
    n_finished: int = Field(description="Trials that came to an end, whichever way.")
    n_raised: int = Field(description="Trials with an exception, also those that were judged.")
    n_retries: int | None = Field(description="Attempts that were thrown away and done again.")
    counts: Counts
    strict: RateOut = Field(description="Passed of all finished trials: the headline.")
    scored: RateOut = Field(description="Passed of the trials with a verdict.")
    errored_words: str
    cost: Money
    tokens: Tokens


def seconds(value: timedelta | None) -> float | None:
    """A duration as the API tells it."""
    return None if value is None else value.total_seconds()


def dollars(value: Decimal | None) -> float | None:
    """Money as the API tells it."""
    return None if value is None else float(value)


def rate(found: Rate, said: str = "") -> RateOut:
    """A rate with its interval."""
    interval = None
    if found.interval is not None:
        interval = IntervalOut(low=found.interval.low, high=found.interval.high, kind=found.interval.kind)
    return RateOut(value=found.value, passed=found.successes, of=found.n, interval=interval, words=said)


def counts(by_outcome: dict[str, int]) -> Counts:
    """Counts by outcome; those that are not there are zero."""
    return Counts(**{outcome.value: by_outcome.get(outcome.value, 0) for outcome in Outcome})


def of_run(run: Run) -> Numbers:
    """The numbers of one run."""
    return Numbers(
        is_so_far=not run.is_finished,
        n_trials=run.n_trials,
        n_tasks=run.n_tasks,
        n_finished=run.n_finished,
        n_raised=run.n_raised,
        n_retries=run.n_retries,
        counts=counts({outcome.value: getattr(run, f"n_{outcome.value}") for outcome in Outcome}),
        strict=rate(strict_rate(run), words.strict(run)),
        scored=rate(Rate(run.n_passed, run.n_scored, run.rate_scored, None), words.scored(run)),
        errored_words=words.errored(run),
        cost=_money(run),
        tokens=_tokens(run),
    )


def _money(run: Run) -> Money:
    return Money(
        usd=dollars(run.cost),
        n_known=run.n_with_cost,
        words=words.known(run, run.n_with_cost, "report a cost"),
        usd_per_passed=dollars(statistics.cost_per_solved(run.cost, run.n_passed)),
        words_per_passed=words.per_solved(run),
    )


def _tokens(run: Run) -> Tokens:
    return Tokens(
        input=run.input_tokens,
        cached=run.cached_tokens,
        output=run.output_tokens,
        n_known=run.n_with_tokens,
        words=words.known(run, run.n_with_tokens, "report tokens"),
    )
