"""Charts as inline SVG: geometry and classes only, so that a strict policy for styles may stand.

How the classes look is the business of whoever shows them: ``static/css/components.css`` on pages, a document's own
style sheet in documents. Every chart says in its label what it shows; its numbers stand in a table beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard import formats

WIDTH, HEIGHT = 320, 72
"""Of a line chart, in units of its own box; it may be drawn at any size."""
_MARGIN = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One value in a row of values; ``value`` is None where there is none, which leaves a gap in the line."""

    title: str
    """What it is of, shown when it is pointed at."""
    value: float | None


def line_chart(points: Sequence[Point], *, name: str, unit: str = "") -> SafeString:
    """Values in order, evenly spaced, as a line with a dot each; the last one is marked. Empty without any value.

    The label says first, last, lowest and highest, and the change from first to last.
    """
    known = _known(points)
    if not known:
        return SafeString("")
    places = _places(points, min(known), max(known))
    lines = format_html_join("", '<polyline points="{}"/>', ((line,) for line in _lines(places)))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        WIDTH,
        HEIGHT,
        describe(points, name=name, unit=unit),
        lines,
        _dots(points, places),
    )


def describe(points: Sequence[Point], *, name: str, unit: str = "") -> str:
    """A row of values in words: «F1: 12 values, first 0.9, last 0.93, lowest 0.88, highest 0.93, change +0.03»."""
    known = _known(points)
    if not known:
        return f"{name}: no values"
    first, last = known[0], known[-1]
    said = [("first", first), ("last", last), ("lowest", min(known)), ("highest", max(known))]
    figures = ", ".join(f"{word} {formats.number(value, 4)}{unit}" for word, value in said)
    return f"{name}: {formats.plural(len(known), 'value')}, {figures}, change {formats.signed(last - first)}{unit}"


def _known(points: Sequence[Point]) -> list[float]:
    return [point.value for point in points if point.value is not None and math.isfinite(point.value)]


def _places(points: Sequence[Point], low: float, high: float) -> list[tuple[float, float] | None]:
    """Where each point stands; None for a gap. Values that are all the same stand in the middle."""
    step = (WIDTH - 2 * _MARGIN) / max(1, len(points) - 1)
    return [
        (_MARGIN + at * step, _height(known[0], low, high)) if (known := _known([point])) else None
        for at, point in enumerate(points)
    ]


def _height(value: float, low: float, high: float) -> float:
    """Halves first: the span of two finite numbers need not be finite."""
    span = high / 2 - low / 2
    share = (value / 2 - low / 2) / span if span else 0.5
    return HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN)


def _lines(places: Sequence[tuple[float, float] | None]) -> list[str]:
    """The stretches without a gap, each as SVG's list of points."""
    stretches = [
        list(stretch) for is_there, stretch in groupby(places, key=lambda place: place is not None) if is_there
    ]
    return [" ".join(f"{place[0]:.1f},{place[1]:.1f}" for place in stretch if place) for stretch in stretches]


def _dots(points: Sequence[Point], places: Sequence[tuple[float, float] | None]) -> SafeString:
    last = max(at for at, place in enumerate(places) if place is not None)
    return SafeString(
        "".join(
            _dot(point, place, is_last=at == last)
            for at, (point, place) in enumerate(zip(points, places, strict=True))
            if place is not None
        )
    )


def _dot(point: Point, place: tuple[float, float], *, is_last: bool) -> str:
    look = 'r="3.5" class="last"' if is_last else 'r="2"'
    title = escape(f"{point.title}: {formats.number(point.value, 6)}")
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" {look}><title>{title}</title></circle>'
