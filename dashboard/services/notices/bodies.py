"""What a notice says: plain JSON, which webhooks get as it is and ``words`` makes mails and messages of.

The schema stands in ``docs/reference/webhooks.md``; a test compares it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.regressions import Decline, WorseResult
from dashboard.domain.statuses import RunKind
from dashboard.models import Run
from dashboard.services.notices.judging import Regression

VERSION = 1
"""Of the schema; a field more does not change it."""
MOST_RESULTS = 20
"""Results of a test that a notice names."""

Body = dict[str, Any]


def of_run(
    run: Run, event: NoticeEvent, *, failure: str, regression: Regression | None, reason: str, now: datetime
) -> Body:
    """What is told of a run that ended. ``reason`` says why somebody is told: what they watch."""
    return {
        "version": VERSION,
        "event": event.value,
        "title": _title(run, event),
        "at": now.isoformat(timespec="seconds"),
        "run": _run(run),
        "numbers": _numbers(run) if run.kind == RunKind.EVALUATION else None,
        "failure": failure or None,
        "regression": None if regression is None else _regression(regression),
        "reason": reason,
    }


def of_test(name: str, now: datetime) -> Body:
    """What is sent to find out whether a channel works."""
    return {
        "version": VERSION,
        "event": NoticeEvent.TESTED.value,
        "title": f"A test of the channel “{name}”",
        "at": now.isoformat(timespec="seconds"),
        "run": None,
        "numbers": None,
        "failure": None,
        "regression": None,
        "reason": "Somebody pressed “Send a test”.",
    }


def base_url() -> str:
    """Where the dashboard is asked for, without a final slash; empty where nobody has said."""
    return str(settings.BASE_URL).rstrip("/")


def _title(run: Run, event: NoticeEvent) -> str:
    return f"{run.name} {'regressed' if event is NoticeEvent.REGRESSED else run.status}"


def _address(run: Run) -> str:
    return f"{base_url()}{reverse('run-detail', args=[run.pk])}" if base_url() else ""


def _run(run: Run) -> Body:
    return {
        "id": run.pk,
        "name": run.name,
        "url": _address(run),
        "kind": run.kind,
        "status": run.status,
        "source": run.source.name,
        "dataset": run.dataset,
        "test": run.test.path if run.test else "",
        "agents": run.agents_text,
        "started_at": _moment(run.started_at),
        "finished_at": _moment(run.finished_at),
        "duration_seconds": run.duration.total_seconds() if run.duration is not None else None,
    }


def _numbers(run: Run) -> Body:
    return {
        "trials": run.n_trials,
        "passed": run.n_passed,
        "partial": run.n_partial,
        "failed": run.n_failed,
        "errored": run.n_errored,
        "rate": run.rate_strict,
        "interval_low": run.interval_low,
        "interval_high": run.interval_high,
    }


def _regression(found: Regression) -> Body:
    previous = found.previous
    return {
        "previous_id": previous.pk,
        "previous_name": previous.name,
        "previous_url": _address(previous),
        "has_failed": found.has_failed,
        "tasks": None if found.decline is None else _tasks(found.decline),
        "results": [_result(each) for each in found.results[:MOST_RESULTS]],
    }


def _tasks(found: Decline) -> Body:
    return {
        "compared": found.n_tasks,
        "worse": found.n_worse,
        "better": found.n_better,
        "rate_before": found.before,
        "rate_after": found.after,
        "p_value": found.p_value,
        "difference_low": found.low,
        "difference_high": found.high,
    }


def _result(found: WorseResult) -> Body:
    return {
        "name": found.name,
        "before": found.before,
        "after": found.after,
        "usual_low": found.low,
        "usual_high": found.high,
        "earlier_runs": found.n_earlier,
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="seconds")
