"""Finding a report by what a person pasted: its two ids, its job's, its address at its source or here, or a command.

One that is not mirrored is asked for at the sources that could have it, all at once and for a few seconds together;
what they do not have is not asked for again for a while. Nobody can have them asked often.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import urlsplit

from django.core.cache import cache
from django.utils import timezone

from dashboard.domain.errors import Missing, SourceError
from dashboard.domain.reports import ReportKey, ReportMaker, ReportRecord, SubjectKind
from dashboard.models import MirrorClock, Report, Source
from dashboard.services import lookups, visibility
from dashboard.services.reach import capabilities, reach
from dashboard.services.sync.reports import store
from dashboard.services.visibility import Viewer

LONGEST = 1_000

_UUID = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE)
_OURS = re.compile(
    r"(?:(?:https?://)?(?P<host>(?<=//)[^/?#\s]+|[^/?#\s]+:\d+))?/reports/(?P<report>\d{1,18})(?:[/?#]|$)", re.ASCII
)
_HOST = re.compile(r"https?://[^\s\"'/]+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;/]*")
_N_IDS = 2

Answer = ReportRecord | None


def find(viewer: Viewer, text: str, *, host: str = "") -> Report | None:
    """The report that the text names; one that is not mirrored is asked for, once. None where it names none."""
    text = text.strip()[:LONGEST]
    ours = _OURS.match(text)
    if ours is not None and (ours["host"] or host).casefold() == host.casefold():
        return visibility.reports(viewer).filter(pk=int(ours["report"])).first()
    named = keys(text)
    if not named:
        return _by_job(viewer, text)
    there = visibility.reports(viewer).filter(maker=ReportMaker.SOURCE, external_id__in=list(map(str, named)))
    return there.order_by("is_gone", "pk").first() or _ask(viewer, text, named)


def _by_job(viewer: Viewer, text: str) -> Report | None:
    """The report whose workflow job has this id, and nothing else in the text."""
    if not _UUID.fullmatch(text):
        return None
    there = visibility.reports(viewer).filter(job_id__in={text, text.lower()})
    return there.order_by("is_gone", "-pk").first()


def keys(text: str) -> list[ReportKey]:
    """What the two ids in the text may mean, the likeliest first; empty unless it speaks of a report."""
    ids = [found.lower() for found in _UUID.findall(text)]
    if len(ids) != _N_IDS:
        return []
    if "report" not in text.lower() and not _BETWEEN.fullmatch(_UUID.sub("", text).removeprefix("run_group").strip()):
        return []
    kinds = [SubjectKind.RUN, SubjectKind.GROUP]
    if re.search(r"run[-_]group", text, re.IGNORECASE):
        kinds = [SubjectKind.GROUP]
    elif re.search(r"(?<![a-z])runs?(?![a-z])", text, re.IGNORECASE):
        kinds = [SubjectKind.RUN]
    return [ReportKey(kind, *ids) for kind in kinds]


def _ask(viewer: Viewer, text: str, named: Sequence[ReportKey]) -> Report | None:
    sources = _sources(viewer, text)
    asked = f"lookup:report:{','.join(str(source.pk) for source in sources)}:{'|'.join(map(str, named))}"
    if not sources or cache.get(asked) or not lookups.may_ask(viewer):
        return None
    since = MirrorClock.now()
    for source, record in _answers(sources, named):
        try:
            return store(source, record, timezone.now(), since)
        except SourceError:
            continue  # it has one that cannot be stored; its next listing tells of that
    cache.set(asked, True, lookups.MISSING_FOR)
    return None


def _sources(viewer: Viewer, text: str) -> list[Source]:
    """The sources that make reports; of an address those at its host, if there are any."""
    awake = visibility.sources(viewer).filter(is_paused=False)
    able = [source for source in awake if capabilities(source).reports]
    address = _HOST.search(text)
    host = urlsplit(address[0]).netloc.casefold() if address else ""
    there = [source for source in able if host and urlsplit(source.address).netloc.casefold() == host]
    return (there or able)[: lookups.MOST_SOURCES]


def _answers(sources: Sequence[Source], named: Sequence[ReportKey]) -> Iterator[tuple[Source, ReportRecord]]:
    """What sources have; nobody waits for one that is too slow."""
    pool = ThreadPoolExecutor(lookups.MOST_SOURCES)
    asked = [(source, pool.submit(_read, source, named)) for source in sources]
    pool.shutdown(wait=False)
    wait([future for _, future in asked], timeout=lookups.SECONDS)
    for source, future in asked:
        record = future.result() if future.done() else None
        if record is not None:
            yield source, record


def _read(source: Source, named: Sequence[ReportKey]) -> Answer:
    """The first of them that the source has. Happens in a thread of its own: it must not touch the database."""
    for key in named:
        try:
            return reach(source).read_report(key)
        except Missing:
            continue
        except SourceError:
            return None
    return None
