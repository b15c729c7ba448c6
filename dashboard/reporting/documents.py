"""The document of a report: one HTML file that needs nothing else, frozen at the moment it was made.

No script, nothing from elsewhere, its own strict policy; it is read on a screen, by a screen reader and on paper.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from dashboard import formats
from dashboard.models import Report, Run
from dashboard.reporting import comparison_words, comparisons, numbers, trials, words
from dashboard.services.own_report_making import CannotMake, Tell
from dashboard.services.own_reports import Order, Part, order_of

MOST_READINGS = 3
"""Times that runs are read which change meanwhile, so that all numbers are of one moment."""


def write(report: Report, *, tell: Tell, now: datetime) -> str:
    """The document of a report as its runs are now.

    ``tell`` is told of trials read, of all that are to be read. Runs that never stand still are told as they were read
    last, and that they changed meanwhile. Raises :class:`CannotMake` where no run is left.
    """
    for _ in range(MOST_READINGS):
        runs = _runs(report)
        context = _read(report, runs, tell, now)
        context["is_mixed"] = [run.version for run in _runs(report)] != [run.version for run in runs]
        if not context["is_mixed"]:
            break
    # All that is shown was written by a template, escaped there.
    return get_template("reports/document/page.html").render(context)


def _runs(report: Report) -> list[Run]:
    """Its runs, oldest first."""
    runs = report.runs.select_related("source").order_by(F("started_at").asc(nulls_last=True), "pk")
    if not runs:
        raise CannotMake("The runs that it is of are no longer here.")
    return list(runs)


def _read(report: Report, runs: Sequence[Run], tell: Tell, now: datetime) -> dict[str, Any]:
    """What the document's template shows."""
    order, names = order_of(report), words.labels(runs)
    progress = _Progress(tell, runs, order)
    found = []
    for run in runs:
        found.append(numbers.of_run(run))
        progress.add(run)
    context = _context(report, order, found, names, now)
    if Part.TRIALS in order.parts:
        context["trials"] = _trials(runs, names, progress)
    return context


class _Progress:
    """Trials read so far, of all that are."""

    def __init__(self, tell: Tell, runs: Sequence[Run], order: Order) -> None:
        self._tell = tell
        self._counts = {run.pk: trials.count(run) for run in runs}
        there = sum(self._counts.values())
        self.n_trials = there
        self._total = there + (min(there, trials.MOST) if Part.TRIALS in order.parts else 0)
        self._done = 0
        tell(0, self._total)

    def add(self, run: Run) -> None:
        """A run's numbers are made."""
        self.add_rows(self._counts[run.pk])

    def add_rows(self, n: int) -> None:
        """So many trials are read, once more."""
        self._done = min(self._done + n, self._total)
        self._tell(self._done, self._total)


def _context(
    report: Report, order: Order, found: Sequence[numbers.RunNumbers], names: Mapping[int, str], now: datetime
) -> dict[str, Any]:
    runs = [each.run for each in found]
    return {
        "title": str(report),
        "notes": order.notes,
        "made_at": formats.moment(now),
        "made_by": report.created_by,
        "style": get_template("reports/document/style.css").render(),
        "runs": [words.run_row(run, names[run.pk], order.origin) for run in runs],
        "is_several": len(runs) > 1,
        "is_unfinished": any(not run.is_finished for run in runs),
        "summaries": [words.summary(each, names[each.run.pk]) for each in found],
        "comparison": comparison_words.comparison(comparisons.compare(found), runs, names),
        **{part.value: _part(order, part, make, found, names) for part, make in _PARTS.items()},
        "trials": None,
    }


_PARTS = {Part.LEADERBOARD: words.leaderboard, Part.FAILURES: words.failures, Part.COSTS: words.costs}


def _part(
    order: Order, part: Part, make: Any, found: Sequence[numbers.RunNumbers], names: Mapping[int, str]
) -> list[dict[str, Any]] | None:
    """A part run by run; nothing where it was not asked for."""
    return [make(each, names[each.run.pk]) for each in found] if part in order.parts else None


def _trials(runs: Sequence[Run], names: Mapping[int, str], progress: _Progress) -> dict[str, Any]:
    """The rows of the table, written batch by batch."""
    template, several, written, n = get_template("reports/document/trial_rows.html"), len(runs) > 1, [], 0
    for run, batch in trials.batches(runs):
        written.append(template.render({"rows": words.trial_rows(batch, names[run.pk]), "is_several": several}))
        n += len(batch)
        progress.add_rows(len(batch))
    return {
        "rows": _joined(written),
        "n": formats.plural(n, "trial"),
        "n_all": formats.plural(progress.n_trials, "trial"),
        "is_cut": n < progress.n_trials,
    }


def _joined(written: Sequence[str]) -> SafeString:
    """What templates wrote, and so escaped, one after the other."""
    return mark_safe("".join(written))  # noqa: S308 - see above
