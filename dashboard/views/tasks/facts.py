"""A task's history as what its template shows: texts ready, cells ready."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from dashboard import formats
from dashboard.domain.queries import Query, Term
from dashboard.filters.terms import findable
from dashboard.models import Task
from dashboard.services.task_histories import Attempt, Column, Contender
from dashboard.services.tasks import verdict
from dashboard.views import paging
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.runs import facts as run_facts

RUNS = 40
"""Columns of the grid; older runs are on its next pages."""

SYMBOLS = 5
"""Attempts of a cell that are drawn one by one; more are counted."""

STATES = {"always": "passed", "sometimes": "partial", "never": "failed", "unfinished": "running"}
"""How a counted cell is drawn, by the verdict of its attempts."""


def page_of_runs(request: Request, total: int) -> paging.Page:
    """The stretch of the runs that the grid shows; a number beyond the end is the last page, nonsense the first."""
    number = whole_number(request.GET.get("page"), 1)
    return paging.Page(min(max(1, number), max(1, -(-total // RUNS))), RUNS, total)


def columns(runs: Sequence[Column]) -> list[dict[str, str]]:
    """Heads of the grid: day and month, and below it the year where it is another than that of the newest run, or
    the time where two runs began on one day.
    """
    days = [run.started_at.date() if run.started_at else None for run in runs]
    often = Counter(days)
    newest = next((day.year for day in days if day), 0)
    return [
        {
            "url": reverse("run-detail", args=[run.run_id]),
            "name": run.name,
            "title": f"{run.name}, {formats.moment(run.started_at)}",
            "day": f"{day.day} {day:%b}" if day else "no date",
            "below": _below(run, day, often, newest),
        }
        for run, day in zip(runs, days, strict=True)
    ]


def _below(run: Column, day: date | None, often: Counter[date | None], newest: int) -> str:
    if day is None or run.started_at is None:
        return ""
    if often[day] > 1:
        return f"{run.started_at:%H:%M}"
    return str(day.year) if day.year != newest else ""


def row(task: Task, contender: Contender, runs: Sequence[Column]) -> dict[str, Any]:
    """One agent and model: figures, and a cell per run."""
    return {
        "agent": contender.agent,
        "model": contender.model,
        "verdict": contender.verdict,
        "changes": _changes(contender),
        "flaky": _flaky(contender),
        "rate": run_facts.rate(contender.rate),
        "duration": contender.median_duration,
        "cost": contender.mean_cost,
        "cost_note": f"Mean of the {formats.plural(contender.n_with_cost, 'finished trial')} that report a cost",
        "cells": [_cell(task, contender, run) for run in runs],
    }


def _changes(contender: Contender) -> str:
    """«changed 3 of 9 times»; nothing where there is nothing to compare."""
    return f"changed {contender.n_changes} of {formats.plural(contender.n_steps, 'time')}" if contender.n_steps else ""


def _flaky(contender: Contender) -> str:
    return f"flaky in {contender.n_flaky} of {formats.plural(contender.n_repeated, 'run')}" if contender.n_flaky else ""


def _cell(task: Task, contender: Contender, run: Column) -> dict[str, Any]:
    """What became of it in one run: symbols, or a count; empty where it was not in that run."""
    attempts = contender.by_run.get(run.run_id, ())
    if len(attempts) <= SYMBOLS:
        return {"attempts": attempts, "where": run.name}
    return {"attempts": (), "where": run.name, "count": _counted(attempts), "url": _trials(task, contender, run)}


def _counted(attempts: Sequence[Attempt]) -> dict[str, str]:
    finished = [one for one in attempts if one.is_finished]
    passed = sum(one.is_passed for one in finished)
    return {
        "text": f"{passed}/{len(attempts)}",
        "state": STATES[verdict(passed, len(finished))],
        "words": f"{passed} of {formats.plural(len(attempts), 'attempt')} passed",
    }


def _trials(task: Task, contender: Contender, run: Column) -> str:
    """The run's trials of this task by this agent and model."""
    wanted = {"task": task.name, "agent": contender.agent, "model": contender.model}
    terms = (Term.of(field, findable(text)) for field, text in wanted.items() if text)
    address = reverse("run-trials", args=[run.run_id])
    return f"{address}?{urlencode({'q': Query(terms=tuple(terms)).text})}"
