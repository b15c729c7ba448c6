"""Runs that are not in the mirror yet: asked for, by the id that somebody pasted, at the sources that could have them.

All sources are asked at once and for a few seconds together; what they do not have is remembered for a while, and
nobody can have them asked often. What is found is mirrored like anything else that a source says.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.cache import cache
from django.utils import timezone

from dashboard.domain.errors import Missing, SourceError
from dashboard.domain.records import RunReading
from dashboard.models import MirrorClock, Run, Source, Trial
from dashboard.services import visibility
from dashboard.services.reach import reach
from dashboard.services.sync import reading
from dashboard.services.visibility import Viewer
from dashboard.sources.registry import SOURCES

SECONDS = 2.0
"""For all sources together."""
MOST_SOURCES = 8
MOST_A_MINUTE = 20
"""Lookups that one person may have made in a minute."""
MISSING_FOR = 30
"""Seconds that a source is not asked again for what it did not have."""

_MINUTE = 60
_MOST_WORDS = 50
_ADDRESS = re.compile(r"https?://[^\s\"']+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s/?#&='\"]+")

_PAUSED = "It is paused."
_TOO_MANY = f"Only {MOST_SOURCES} sources are asked at once."
_TOO_OFTEN = "You had sources asked often within a minute. Wait a little and try again."
_TOO_SLOW = "It took too long to answer."

Reasons = dict[str, str]
"""Why sources could not be asked, by their names."""
Answer = RunReading | str | None
"""What a source says of an id, why it could not be asked, or nothing: it has no such run."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What asking brought."""

    found: Run | Trial | None = None
    asked: tuple[str, ...] = ()
    """Names of the sources that do not have it."""
    unasked: tuple[tuple[str, str], ...] = ()
    """Names of the sources that could not be asked, each with the reason."""


class _Place(NamedTuple):
    """A source, and the ids under which it may have what is meant."""

    source: Source
    ids: Sequence[str]


def find_mirrored(viewer: Viewer, text: str) -> Run | Trial | None:
    """The run, or the trial of it, that the text means in the words of its source; None unless it is mirrored."""
    for place in _places(viewer, text):
        runs = visibility.runs(viewer).filter(source=place.source, external_id__in=place.ids)
        there = {run.external_id: run for run in runs}
        for external_id in place.ids:
            if external_id in there:
                return _meant(there[external_id], text)
    return None


def find_at_sources(viewer: Viewer, text: str, *, seconds: float = SECONDS) -> Lookup:
    """Ask each source that could have what the text means, and mirror it. Empty where no source could."""
    reasons: Reasons = {}
    places = _askable(_places(viewer, text), reasons)
    new = [place for place in places if not cache.get(_missing_key(place))]
    if new and not may_ask(viewer):
        reasons |= {place.source.name: _TOO_OFTEN for place in new}
        new = []
    found = _find(new, reasons, seconds)
    if found is not None:
        return Lookup(found=_meant(found, text))
    asked = tuple(place.source.name for place in places if place.source.name not in reasons)
    return Lookup(asked=asked, unasked=tuple(reasons.items()))


def _places(viewer: Viewer, text: str) -> list[_Place]:
    """The visible sources that could have it; of an address those at its host, if there are any."""
    ids = {kind: found for kind, source in SOURCES.items() if (found := source.external_ids(text))}
    if not ids:
        return []
    sources = list(visibility.sources(viewer).filter(kind__in=ids))
    address = _ADDRESS.search(text)
    host = _host(address[0]) if address else ""
    at_host = [source for source in sources if host and _host(source.address) == host]
    return [_Place(source, ids[source.kind]) for source in at_host or sources]


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.rpartition("@")[2].casefold()
    except ValueError:
        return ""


def _askable(places: list[_Place], reasons: Reasons) -> list[_Place]:
    reasons |= {place.source.name: _PAUSED for place in places if place.source.is_paused}
    awake = [place for place in places if not place.source.is_paused]
    reasons |= {place.source.name: _TOO_MANY for place in awake[MOST_SOURCES:]}
    return awake[:MOST_SOURCES]


def _missing_key(place: _Place) -> str:
    ids = blake2b("\n".join(place.ids).encode(), digest_size=12).hexdigest()
    return f"lookup:none:{place.source.pk}:{ids}"


def may_ask(viewer: Viewer) -> bool:
    """Count a lookup of this person's; False if there were too many within a minute."""
    key = f"lookup:by:{viewer.pk}:{int(timezone.now().timestamp()) // _MINUTE}"
    if cache.add(key, 1, 2 * _MINUTE):
        return True
    return cache.incr(key) <= MOST_A_MINUTE


def _find(places: Sequence[_Place], reasons: Reasons, seconds: float) -> Run | None:
    if not places:
        return None
    found: Run | None = None
    since = MirrorClock.now()
    for place, answer in _answers(places, seconds):
        if isinstance(answer, RunReading):
            found = found or _mirrored(place.source, answer, since, reasons)
        elif answer is None:
            cache.set(_missing_key(place), True, MISSING_FOR)
        else:
            reasons[place.source.name] = answer
    return found


def _answers(places: Sequence[_Place], seconds: float) -> Iterator[tuple[_Place, Answer]]:
    """What each source says, in their order. One that is too slow is left to its own deadline; nobody waits for it."""
    pool = ThreadPoolExecutor(MOST_SOURCES)
    asked = [(place, pool.submit(_read_first, place)) for place in places]
    pool.shutdown(wait=False)
    wait([future for _, future in asked], timeout=seconds)
    for place, future in asked:
        yield place, _answer(future) if future.done() else _TOO_SLOW


def _read_first(place: _Place) -> RunReading | None:
    """The first of the ids that the source has. Happens in a thread of its own: it must not touch the database."""
    client = reach(place.source)
    for external_id in place.ids:
        try:
            return client.read_run(external_id, {})
        except Missing:
            continue
    return None


def _answer(future: Future[RunReading | None]) -> Answer:
    try:
        return future.result()
    except SourceError as error:
        return error.sentence


def _mirrored(source: Source, said: RunReading, since: int, reasons: Reasons) -> Run | None:
    try:
        return reading.keep(source, said, timezone.now(), since=since)
    except SourceError as error:
        reasons[source.name] = error.sentence
        return None


def _meant(run: Run, text: str) -> Run | Trial:
    """The trial of the run that the text names as well, else the run itself."""
    words = {unquote(word) for word in _SEPARATORS.split(text)[:_MOST_WORDS]} - {run.own_id}
    return Trial.objects.filter(run=run, external_id__in=words, is_gone=False).first() or run
