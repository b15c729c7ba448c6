"""The numbers of a run, made from its trials: counts, sums, rates with their interval, attempts, agents."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet, Sum

from dashboard.domain.records import RunRecord
from dashboard.domain.statistics import pass_rate
from dashboard.domain.statuses import Outcome
from dashboard.models import Run, RunAgent, Trial

_FINAL = [outcome.value for outcome in Outcome if outcome.is_final]
_SUMS = ("cost", "input_tokens", "cached_tokens", "output_tokens")


def recount(run: Run, record: RunRecord) -> None:
    """Set every derived column of the run (unsaved) and its agents' rows (saved)."""
    _number_attempts(run)
    _count(run)
    _rate(run)
    begun = run.n_finished + run.n_running
    run.n_trials = max(record.planned_trials or 0, begun + run.n_pending)
    run.n_pending = run.n_trials - begun
    if record.task_outcomes:
        _count_tasks(run, record)
    _write_agents(run, record)


def _trials(run: Run) -> QuerySet[Trial]:
    return Trial.objects.filter(run=run, is_gone=False).order_by()


def _count(run: Run) -> None:
    counts = {f"n_{o.value}": Count("pk", filter=Q(outcome=o)) for o in Outcome}
    found = _trials(run).aggregate(
        **counts,
        **{f"sum_{name}": Sum(name) for name in _SUMS},
        n_raised=Count("pk", filter=Q(has_error=True)),
        n_with_cost=Count("cost"),
        n_with_tokens=Count("input_tokens"),
        n_tasks=Count("task", distinct=True),
    )
    for name, value in found.items():
        setattr(run, name.removeprefix("sum_"), value)


def _count_tasks(run: Run, record: RunRecord) -> None:
    """Of a run without trials its tasks are counted; no rate is made of them."""
    for outcome, count in record.task_outcomes.items():
        setattr(run, f"n_{outcome.value}", count)
    run.n_tasks = sum(record.task_outcomes.values())


def _rate(run: Run) -> None:
    """Strict: passed of all finished; scored: passed of those with a verdict. None if none was judged or errored."""
    run.rate_scored = run.n_passed / run.n_scored if run.n_scored else None
    run.rate_strict = run.interval_low = run.interval_high = None
    run.interval_kind = ""
    if not run.n_scored + run.n_errored:
        return
    per_task = (
        _trials(run)
        .filter(outcome__in=_FINAL)
        .values("task")
        .annotate(n=Count("pk"), c=Count("pk", filter=Q(outcome=Outcome.PASSED)))
    )
    rate = pass_rate((row["c"], row["n"]) for row in per_task)
    run.rate_strict = rate.value
    if rate.interval is not None:
        run.interval_low, run.interval_high = rate.interval.low, rate.interval.high
        run.interval_kind = rate.interval.kind


def _number_attempts(run: Run) -> None:
    """Count the attempts of each agent and model at each task, by start; write only where a number moved."""
    order = ("task_id", "agent", "model", "provider")
    begun_first = F("started_at").asc(nulls_last=True)
    trials = _trials(run).only("pk", "attempt", "version", *order).order_by(*order, begun_first, "external_id")
    moved: list[Trial] = []
    for _, attempts in groupby(trials, key=lambda t: (t.task_id, t.agent, t.model, t.provider)):
        moved.extend(_renumbered(attempts, run.version))
    Trial.objects.bulk_update(moved, ["attempt", "version"], batch_size=500)


def _renumbered(attempts: Iterable[Trial], version: int) -> list[Trial]:
    moved = []
    for number, trial in enumerate(attempts, start=1):
        if trial.attempt != number:
            trial.attempt, trial.version = number, version
            moved.append(trial)
    return moved


def _write_agents(run: Run, record: RunRecord) -> None:
    """Agents and models seen in the trials; before the first trial, those the configuration plans."""
    seen = set(_trials(run).values_list("agent", "model", "provider").distinct())
    wanted = seen or {(agent[:200], model[:200], "") for agent, model in record.planned_agents}
    known = {(row.agent, row.model, row.provider): row for row in run.agents.all()}
    run.agents.filter(pk__in=[row.pk for key, row in known.items() if key not in wanted]).delete()
    RunAgent.objects.bulk_create(
        RunAgent(run=run, agent=a, model=m, provider=p) for a, m, p in sorted(wanted - known.keys())
    )
    run.agents_text = ", ".join(sorted({" · ".join(part for part in key[:2] if part) for key in wanted}))[:500]
