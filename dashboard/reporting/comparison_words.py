"""Runs side by side as what the templates of a document show: texts ready."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.domain.statistics import Interval
from dashboard.models import Run
from dashboard.reporting.comparisons import Comparison, Pairing
from dashboard.reporting.words import rate


def comparison(found: Comparison | None, chosen: Sequence[Run], names: Mapping[int, str]) -> dict[str, Any] | None:
    """Runs side by side; nothing for one run."""
    if found is None:
        return None
    rates = zip(chosen, found.strict, found.scored, strict=True)
    return {
        "n_shared": found.n_shared,
        "rows": [{"label": names[run.pk], "strict": rate(one), "scored": rate(two)} for run, one, two in rates],
        "lacks": [
            {"label": names[lack.run.pk], "n": lack.n, "names": lack.names, "more": lack.n - len(lack.names)}
            for lack in found.lacks
        ],
        "namesakes": found.namesakes,
        "n_namesakes": found.n_namesakes,
        "n_more_namesakes": found.n_namesakes - len(found.namesakes),
        "pairing": _pairing(found.pairing, *(names[run.pk] for run in chosen[:2])) if found.pairing else None,
        "columns": [names[run.pk] for run in chosen],
        "differences": [
            {"name": each.name, "cells": [f"{one.passed}/{one.finished}" for one in each.tallies]}
            for each in found.differences
        ],
        "n_differences": found.n_differences,
        "n_hidden": found.n_differences - len(found.differences),
    }


def _pairing(found: Pairing, first: str, second: str) -> dict[str, Any]:
    return {
        "first": first,
        "second": second,
        "n_first": found.n_only_first,
        "n_second": found.n_only_second,
        "n_same": found.n_same,
        "difference": _signed(found.difference),
        "interval": _points(found.interval),
        "p_value": "" if found.p_value is None else _p_value(found.p_value),
        "detectable": "" if found.detectable is None else f"{100 * found.detectable:.1f}",
    }


def _points(interval: Interval | None) -> str:
    return "" if interval is None else f"{_signed(interval.low)} to {_signed(interval.high)}"


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - three decimals


def _signed(difference: float) -> str:
    """Percentage points with their sign: ``+3.4``, ``−1.0``, ``0.0``."""
    points = round(100 * difference, 1) + 0.0
    return f"{points:+.1f}".replace("-", "\N{MINUS SIGN}") if points else "0.0"
