"""A source of tests of pipelines that lives in memory: its runs come in pages, and it makes reports.

Its address is the name of a world in :attr:`MemorySource.worlds`, like that of the other source in memory. What is
tested there is the world's ``catalogue``; a run is below the pipeline of its test.
"""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from dashboard.domain.actions import ActionReceipt
from dashboard.domain.errors import Conflict, SourceError, is_of_source
from dashboard.domain.pipelines import GroupKind, RunGroupRecord
from dashboard.domain.records import ArtifactListing, Capabilities, Problem, RunPage
from dashboard.domain.reports import ReportKey, ReportRecord, ReportStatus, SubjectKind
from dashboard.domain.statuses import RunStatus
from tests.contract.memory import Bytes, MemorySource
from tests.contract.records import START, reading, uuid_of

TESTS_KIND = "memory-tests"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
DELETABLE = {RunStatus.FAILED, RunStatus.CANCELLED}


class MemoryTestSource(MemorySource):
    """A world of tests of pipelines."""

    __test__ = False

    capabilities: ClassVar[Capabilities] = Capabilities(
        reports=True,
        delete=True,
        pages=True,
        pipelines=True,
        report_queries=True,
        run_files=False,
        starts=False,
        configurations=False,
        costs=False,
        why_not={
            "stop": "Nothing is stopped here.",
            "cancel": "Nothing is cancelled here.",
            "start": "Nothing is started here.",
            "create": "Nothing is created here.",
            "catalogue": "There are pipelines in place of data sets.",
            "trials": "There are results in place of trials.",
            "artifacts": "There are no files here.",
        },
    )

    def list_runs(self, known):
        self._refuse("pages")

    def list_artifacts(self, run_id, trial_id):
        return ArtifactListing()

    @contextmanager
    def open_artifact(self, run_id, trial_id, path, *, at=0):
        self._refuse("artifacts")
        yield

    def delete_run(self, external_id):
        with self._acting("delete_run", "delete", external_id) as world:
            record, _ = self._run(world, external_id)
            if record.status not in DELETABLE:
                raise self._conflict("Only failed runs are deleted.", "not_failed")
            del world.runs[external_id]
        return ActionReceipt(external_id=external_id)

    def list_pages(self, *, place=None, are_known=None):
        world = self._world()
        world.n_listings += 1
        parents = [pipeline.external_id for pipeline in world.catalogue.pipelines]
        begun = parents.index(place["pipeline"]) if place and place["pipeline"] in parents else 0
        for number, parent in enumerate(parents[begun:], start=begun):
            offset = place["offset"] if place and parent == place["pipeline"] else 0
            yield from self._pages_of(world, parent, offset, are_known, done=number, total=len(parents))
        self._check_any(world, place)

    def _pages_of(self, world, parent, offset, are_known, **counts):
        while offset is not None:
            try:
                page = self._page(world, parent, offset, **counts)
            except SourceError as error:
                if is_of_source(error):
                    raise
                page = self._unread(parent, error, **counts)
            ids = [each.run.external_id for each in page.readings]
            offset = page.place["offset"]
            if offset is not None and are_known and are_known(parent, ids):
                offset = None
                page = replace(page, is_last=True, done=page.done + 1, place={"pipeline": parent, "offset": None})
            yield page

    def _unread(self, parent, error, *, done, total):
        return RunPage(
            parent=parent,
            since=NEVER,
            place={"pipeline": parent, "offset": None},
            is_last=True,
            is_unread=True,
            done=done + 1,
            total=total,
            problems=(Problem(where=f"Runs of {parent}", what=error.sentence),),
        )

    def _check_any(self, world, place):
        """Fail where no pipeline can be listed at all."""
        firsts = [world.page_failures.get((each.external_id, 0)) for each in world.catalogue.pipelines]
        if place is None and firsts and all(firsts):
            raise firsts[0]

    def _page(self, world, parent, offset, *, done, total):
        self._world()
        world.pages_asked.append((parent, offset))
        if (parent, offset) in world.page_failures:
            raise world.page_failures[parent, offset]
        runs = world.runs_of(parent)[offset : offset + world.page_size]
        is_full = len(runs) == world.page_size
        return RunPage(
            parent=parent,
            readings=tuple(reading(record) for record in runs),
            since=runs[-1].started_at if is_full else None,
            until=runs[0].started_at if offset and runs else None,
            place={"pipeline": parent, "offset": offset + world.page_size if is_full else None},
            is_last=not is_full,
            done=done + (not is_full),
            total=total,
            problems=world.problems,
        )

    def read_pipelines(self):
        world = self._world()
        world.n_catalogues += 1
        return world.catalogue

    def list_reports(self, subject, subject_id):
        world = self._asked_of(f"{subject}/{subject_id}")
        found = [
            each for each in world.reports.values() if (each.key.subject, each.key.subject_id) == (subject, subject_id)
        ]
        return tuple(sorted(found, key=lambda each: each.created_at or START, reverse=True))

    def read_report(self, key):
        world = self._asked_of(str(key))
        if str(key) not in world.reports:
            raise self._missing("report")
        return world.reports[str(key)]

    def create_report(self, request):
        with self._acting("create_report", "reports", request) as world:
            if request.template_id not in {each.external_id for each in world.catalogue.report_templates}:
                raise self._missing("report template")
            key = ReportKey(*self._subject(world, request), request.template_id)
            self._check_place(world, key, request)
            made = ReportRecord(
                key=key,
                status=ReportStatus.SUBMITTED,
                raw_status="submitted",
                created_at=START,
                created_by=request.created_by,
            )
            world.reports[str(key)] = made
        return made

    def delete_report(self, key):
        with self._acting("delete_report", "reports", key) as world:
            if str(key) not in world.reports:
                raise self._missing("report")
            del world.reports[str(key)]

    @contextmanager
    def open_report_file(self, address, *, at=0):
        world = self._asked_of(address)
        if address not in world.report_files:
            raise self._missing("file")
        yield Bytes(world.report_files[address])

    def _asked_of(self, what):
        world = self._world()
        world.reports_asked.append(what)
        if what in world.report_failures:
            raise world.report_failures[what]
        return world

    def _check_place(self, world, key, request):
        there = world.reports.get(str(key))
        if there and not (there.status.has_failed and request.replaces_failed):
            raise self._conflict("There is one already.", "exists")

    def _subject(self, world, request):
        """Of what the report is made: what the request names, or the group of the runs that its query chooses."""
        if request.query is None:
            groups = {each.external_id for each in world.catalogue.groups}
            if request.subject_id not in (world.runs if request.subject is SubjectKind.RUN else groups):
                raise self._missing("run")
            return request.subject, request.subject_id
        return SubjectKind.GROUP, self._group_of(world, request.query)

    def _group_of(self, world, query):
        status = query.filters.get("status")
        below = [run for run in world.runs_below(query.parent, query.parent_id) if status in (None, run.raw_status)]
        if not below:
            raise self._conflict("No run is like that.", "no_runs")
        made = RunGroupRecord(
            external_id=uuid_of(f"group {len(world.catalogue.groups)}"),
            kind=GroupKind.QUERY,
            query=dict(query.filters),
            created_at=START,
        )
        world.catalogue = replace(world.catalogue, groups=(*world.catalogue.groups, made))
        for run in below:
            world.join(run.external_id, made.external_id)
        return made.external_id

    def _conflict(self, sentence, code):
        return Conflict(sentence, source=self._config.name, code=code)
