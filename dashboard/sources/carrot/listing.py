"""All runs of a server: pipeline by pipeline, each one's newest first, a request a page.

There is no list of all runs. A place is ``{"pipeline": id, "offset": of the page behind it}``, without an offset where
the pipeline's last page was. A server that does not list runs says nothing about them: that page speaks for no time.
A pipeline that errs by itself is left, and the others are listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dashboard.domain.errors import SourceError, Unsupported, is_of_source
from dashboard.domain.records import Json, Problem, RunPage, RunReading
from dashboard.sources.base import AreKnown
from dashboard.sources.carrot.client import RUNS_AT_ONCE, CarrotClient
from dashboard.sources.carrot.ids import read_id
from dashboard.sources.carrot.mapping import run_reading
from dashboard.sources.carrot.refusals import NO_APP_DATA
from dashboard.sources.clocks import describe_skew
from dashboard.sources.problems import Problems
from dashboard.sources.values import YEARS

MOST_RUNS = 1_000_000
"""Of one pipeline."""
WITHOUT_QUERIES = (
    "This CARROT server makes no reports of the runs of a filter: its configuration lacks custom_image_build."
)
NEVER = datetime(YEARS.stop, 1, 1, tzinfo=UTC)
"""No run is made after this."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a listing begins."""

    pipeline: str = ""
    offset: int | None = 0

    @classmethod
    def at(cls, place: Json, pipelines: Sequence[str]) -> "_Start":
        if not isinstance(place, dict) or place.get("pipeline") not in pipelines:
            return cls(pipelines[0] if pipelines else "")
        offset = place.get("offset")
        return cls(str(place["pipeline"]), offset if isinstance(offset, int) and offset >= 0 else None)


def list_pages(client: CarrotClient, place: Json, are_known: AreKnown | None) -> Iterator[RunPage]:
    """The pages behind a place; see :class:`~dashboard.sources.base.PageSource`."""
    problems = Problems()
    pipelines = _pipelines(client, problems)
    start = _Start.at(place, pipelines)
    first = pipelines.index(start.pipeline) if pipelines else 0
    failures = _Failures()
    for number, pipeline in enumerate(pipelines[first:], start=first):
        offset = start.offset if number == first else 0
        for page in failures.pages(pipeline, _pages_of(client, pipeline, offset, are_known)):
            done = number + page.is_last
            yield replace(page, done=done, total=len(pipelines), problems=_told(problems, page))
            problems = Problems()
            if page.without:
                return
    if not first and start.offset == 0:
        failures.check()


class _Failures:
    """What became of the pipelines so far: one that errs by itself holds up no other."""

    def __init__(self) -> None:
        self._first: SourceError | None = None
        self._is_any_read = False

    def pages(self, pipeline: str, pages: Iterator[RunPage]) -> Iterator[RunPage]:
        """A pipeline's pages, the last of which says so if it could not be read. Raises what is of the whole source."""
        try:
            for page in pages:
                self._is_any_read = True
                yield page
        except SourceError as error:
            if is_of_source(error) or (isinstance(error, Unsupported) and error.code != NO_APP_DATA):
                raise
            self._first = self._first or error
            yield _unread(pipeline, error)

    def check(self) -> None:
        """Raise the first error if nothing at all could be read."""
        if self._first is not None and not self._is_any_read:
            raise self._first


def _unread(pipeline: str, error: SourceError) -> RunPage:
    """The page in place of one that could not be read. It speaks for no time."""
    problems = Problems()
    if error.code == NO_APP_DATA:
        problems.add("/runs", error.sentence)
        without = {"report_queries": WITHOUT_QUERIES}
        return RunPage(parent=pipeline, since=NEVER, is_unread=True, without=without, problems=problems.listed())
    problems.add(f"/pipelines/{pipeline}/runs", error.sentence)
    place, told = _behind(pipeline, None), problems.listed()
    return RunPage(parent=pipeline, since=NEVER, place=place, is_last=True, is_unread=True, problems=told)


def _pipelines(client: CarrotClient, problems: Problems) -> list[str]:
    found = []
    for number, item in enumerate(client.list_pipelines(), start=1):
        if pipeline := read_id(item.get("pipeline_id")) if isinstance(item, dict) else "":
            found.append(pipeline)
        else:
            problems.add(f"/pipelines {number}", "It has no usable id and cannot be listed.")
    if skew := describe_skew(client.clock_skew):
        problems.add("clock", skew)
    return list(dict.fromkeys(found))


def _pages_of(client: CarrotClient, pipeline: str, offset: int | None, are_known: AreKnown | None) -> Iterator[RunPage]:
    seen = set[str]()
    while offset is not None:
        page = _page(client.api, pipeline, client.list_runs(pipeline, offset=offset), offset)
        ids = {reading.run.external_id for reading in page.readings}
        if ids <= seen or offset > MOST_RUNS:
            page = _cut(page)
        elif are_known is not None and are_known(pipeline, ids):
            page = replace(page, place=_behind(pipeline, None), is_last=True)
        seen |= ids
        offset = _next_offset(page)
        yield page


def _cut(page: RunPage) -> RunPage:
    """The page as the pipeline's last. If the server says that there are more, it does not turn pages."""
    if _next_offset(page) is None:
        return page
    problems = Problems()
    problems.add(f"/pipelines/{page.parent}/runs", "The server's pages do not come to an end; the rest is not listed.")
    told = (*page.problems, *problems.listed())
    return replace(page, place=_behind(page.parent, None), is_last=True, since=NEVER, problems=told)


def _behind(pipeline: str, offset: int | None) -> Json:
    return {"pipeline": pipeline, "offset": offset}


def _page(api: str, pipeline: str, items: Sequence[Json], offset: int) -> RunPage:
    problems = Problems()
    readings = _readings(api, pipeline, items, problems)
    since, until = _span(readings, is_first=not offset, is_full=len(items) >= RUNS_AT_ONCE)
    behind = offset + len(items) if len(items) >= RUNS_AT_ONCE else None
    return RunPage(
        parent=pipeline,
        readings=readings,
        since=since,
        until=until,
        place=_behind(pipeline, behind),
        is_last=behind is None,
        problems=problems.listed(),
    )


def _readings(api: str, pipeline: str, items: Sequence[Json], problems: Problems) -> tuple[RunReading, ...]:
    found: dict[str, RunReading] = {}
    for number, item in enumerate(items, start=1):
        run_id = read_id(item.get("run_id")) if isinstance(item, dict) else ""
        if not run_id:
            problems.add(f"/pipelines/{pipeline}/runs {number}", "It has no usable id and cannot be shown.")
        elif run_id not in found:
            found[run_id] = run_reading(run_id, item, api=api)
    return tuple(found.values())


def _span(readings: Sequence[RunReading], *, is_first: bool, is_full: bool) -> tuple[datetime | None, datetime | None]:
    """(since, until) of a page. One that is not in order speaks for no time at all.

    Runs may come and go between two requests, so a page speaks only for the time between its own runs: an empty one
    for all of it if it is the first, else for none.
    """
    times = [reading.run.started_at for reading in readings]
    told = [time for time in times if time is not None]
    if len(told) < len(times) or told != sorted(told, reverse=True) or not (told or is_first):
        return NEVER, None
    return (told[-1] if is_full and told else None), (None if is_first else told[0])


def _next_offset(page: RunPage) -> int | None:
    offset = page.place.get("offset") if isinstance(page.place, dict) else None
    return offset if isinstance(offset, int) else None


def _told(problems: Problems, page: RunPage) -> Sequence[Problem]:
    return (*problems.listed(), *page.problems)
