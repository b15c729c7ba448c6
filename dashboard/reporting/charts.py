"""Pictures of a report: where things stand, for templates to draw as inline SVG. Each has its numbers beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dashboard import formats
from dashboard.domain.statistics import Rate
from dashboard.domain.statuses import Outcome

ORDER = (
    Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ERRORED,
    Outcome.UNSCORED, Outcome.CANCELLED, Outcome.RUNNING, Outcome.PENDING,
)  # fmt: skip
"""From what is wanted to what is not there yet, as on every page."""

BAR = 600
"""Width of a bar, in units of its own box."""
_GAP = 2
_LEAST = 3
"""Width of a segment of which there is little."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome in a bar, and its count for the legend."""

    outcome: str
    count: int
    share: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Marks:
    """A rate and its interval on a line of 0–100."""

    value: str
    low: str
    high: str
    label: str


def outcomes(counts: Mapping[str, int]) -> list[Segment]:
    """The bar of a run's outcomes; what there is of is seen, however little."""
    there = [(outcome, counts[outcome]) for outcome in ORDER if counts.get(outcome)]
    total = sum(n for _, n in there)
    room = BAR - _GAP * max(0, len(there) - 1)
    widths = _widths([room * n / total for _, n in there], room)
    segments, x = [], 0.0
    for (outcome, n), width in zip(there, widths, strict=True):
        segments.append(Segment(outcome.value, n, formats.percent(n / total), f"{x:.1f}", f"{width:.1f}"))
        x += width + _GAP
    return segments


def _widths(wanted: list[float], room: float) -> list[float]:
    """Widths that fill the room, none below the least."""
    widths = [max(width, _LEAST) for width in wanted]
    beyond = sum(widths) - room
    spare = sum(width - _LEAST for width in widths)
    return [width - beyond * (width - _LEAST) / spare for width in widths] if spare > 0 else widths


def in_words(segments: Sequence[Segment]) -> str:
    """«61 passed, 20 failed»"""
    return ", ".join(f"{segment.count:,} {segment.outcome}" for segment in segments) or "no trials"


def marks(rate: Rate) -> Marks | None:
    """Where a rate stands with its interval; None without a rate."""
    if rate.value is None:
        return None
    low, high = (rate.interval.low, rate.interval.high) if rate.interval else (rate.value, rate.value)
    label = f"{formats.percent(rate.value)}, 95 % interval {formats.interval(rate.interval)}"
    return Marks(f"{100 * rate.value:.1f}", f"{100 * low:.1f}", f"{100 * high:.1f}", label)


def share(count: int, most: int) -> str:
    """Length of a bar, 0–100."""
    return f"{100 * count / most:.1f}" if most else "0"


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie in each of equal steps."""

    bars: Sequence[dict[str, str]]
    """x, y, height and title of each, in a box of 100 × 40."""
    width: str
    low: str
    high: str


def histogram(values: Sequence[timedelta], n_bars: int = 20) -> Histogram | None:
    """Durations from the shortest to the longest; None below two that differ."""
    seconds = [value.total_seconds() for value in values]
    low, high = min(seconds, default=0.0), max(seconds, default=0.0)
    if high <= low:
        return None
    counts = [0] * n_bars
    for value in seconds:
        counts[min(n_bars - 1, int((value - low) / (high - low) * n_bars))] += 1
    step = (high - low) / n_bars
    bars = [
        {"x": f"{100 * at / n_bars:.2f}", "title": f"{_span(low, step, at)}: {n:,}", **_height(n, max(counts))}
        for at, n in enumerate(counts)
    ]
    return Histogram(bars, f"{100 / n_bars - 0.6:.2f}", *(formats.duration(timedelta(seconds=s)) for s in (low, high)))


def _height(n: int, most: int) -> dict[str, str]:
    return {"y": f"{40 - 40 * n / most:.2f}", "height": f"{40 * n / most:.2f}"}


def _span(low: float, step: float, at: int) -> str:
    ends = (timedelta(seconds=low + step * place) for place in (at, at + 1))
    return " to ".join(formats.duration(end) for end in ends)
