"""Speaks CARROT's REST API: one short function per route, JSON in and out.

All routes lie below ``{address}/api/v1``. Reads are tried again twice where nobody waits for them. Actions are sent
once; ``Unreachable`` with the code ``timeout`` or ``reset`` means that their outcome is not known. Lists have no
default order and no total, and an empty one is a 404; see :mod:`dashboard.sources.carrot.refusals`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from dashboard.domain.errors import BadAnswer, Missing, Unreachable
from dashboard.domain.records import Json, SourceConfig
from dashboard.domain.reports import Parent, ReportKey, ReportQuery, ReportRequest, SubjectKind
from dashboard.http import ACTION_LIMITS, Limits, Params, StreamLimits
from dashboard.sources.carrot import refusals
from dashboard.sources.carrot.ids import read_id
from dashboard.sources.ranges import RangeSession
from dashboard.sources.sessions import Peer, session_with

BACKGROUND = Limits(deadline=10, retries=2)
URGENT = Limits(deadline=2, read=2)
LARGE = 64 * 2**20
"""Bytes of a list of runs, or of notebooks."""
RUNS_AT_ONCE = 200
"""Runs of one page."""
MOST_REPORTS = 500
"""Reports of one run that are asked for."""
MOST_VERSIONS = 1_000
"""Versions of software that are asked for."""
LONGEST_TEXT = 4_096

Route = tuple[str, ...]
BASE: Route = ("api", "v1")
SUBJECTS: dict[SubjectKind, str] = {SubjectKind.RUN: "runs", SubjectKind.GROUP: "run-groups"}
PARENTS: dict[Parent, str] = {Parent.PIPELINE: "pipelines", Parent.TEMPLATE: "templates", Parent.TEST: "tests"}
OLDEST_FIRST = "asc(created_at)"
NEWEST_FIRST = "desc(created_at)"

_RUN = ("run",)
_REPORT = ("report_map", "run_report")
"""What a report is called in refusals, now and before 0.6."""


class CarrotClient:
    """The API of one server. Cheap to construct."""

    def __init__(self, config: SourceConfig) -> None:
        self.clock_skew: timedelta | None = None
        """The server's clock minus ours, as the last answer to a question told it."""
        self._config = config
        self._limits = URGENT if config.is_urgent else BACKGROUND
        self._base = () if config.address.rstrip("/").endswith("/".join(BASE)) else BASE
        self._peer = Peer.of(config)

    @property
    def api(self) -> str:
        """The address below which all routes lie."""
        return "/".join((self._config.address.rstrip("/"), *self._base))

    def list_pipelines(self) -> list[Json]:
        """All pipelines, the oldest first."""
        return self._get_list(("pipelines",), ("pipeline",), {"sort": f"{OLDEST_FIRST},asc(pipeline_id)"})

    def list_templates(self) -> list[Json]:
        """All templates, the oldest first."""
        return self._get_list(("templates",), ("template",), {"sort": OLDEST_FIRST})

    def list_tests(self) -> list[Json]:
        """All tests, the oldest first."""
        return self._get_list(("tests",), ("test",), {"sort": OLDEST_FIRST}, max_bytes=LARGE)

    def list_groups(self) -> list[Json]:
        """All run groups, the oldest first."""
        return self._get_list(("run-groups",), ("run group", "run_group"), {"sort": OLDEST_FIRST}, max_bytes=LARGE)

    def list_report_templates(self) -> list[Json]:
        """All report templates with their whole notebooks, the oldest first."""
        return self._get_list(("reports",), ("report",), {"sort": OLDEST_FIRST}, max_bytes=LARGE)

    def list_result_types(self) -> list[Json]:
        """What results are, the oldest first."""
        return self._get_list(("results",), ("result",), {"sort": OLDEST_FIRST})

    def list_software(self) -> list[Json]:
        """All software that can be built, the oldest first. Raises ``Unsupported`` (``no_software``)."""
        return self._get_list(("software",), ("software",), {"sort": OLDEST_FIRST})

    def list_software_versions(self) -> list[Json]:
        """The versions of software that were registered last, the newest first. Raises ``Unsupported``."""
        params: Params = {"sort": NEWEST_FIRST, "limit": MOST_VERSIONS}
        return self._get_list(("software_versions",), ("software_version",), params)

    def list_runs(self, pipeline_id: str, *, offset: int) -> list[Json]:
        """A page of a pipeline's runs, the newest first; empty behind the last."""
        params: Params = {"sort": f"{NEWEST_FIRST},desc(run_id)", "limit": RUNS_AT_ONCE, "offset": offset}
        return self._get_list(("pipelines", pipeline_id, "runs"), _RUN, params, max_bytes=LARGE)

    def get_run(self, run_id: str) -> dict[str, Json]:
        """One run. Raises ``Missing``."""
        return self._object(self._get(("runs", run_id), _RUN), run_id=run_id)

    def list_reports(self, subject: SubjectKind, subject_id: str) -> list[Json]:
        """The reports of a run or a group, the newest first."""
        params: Params = {"sort": NEWEST_FIRST, "limit": MOST_REPORTS}
        return self._get_list((SUBJECTS[subject], subject_id, "reports"), _REPORT, params)

    def get_report(self, key: ReportKey) -> dict[str, Json]:
        """One report. Raises ``Missing``."""
        return self._object(self._get(_report_route(key), _REPORT), report_id=key.template_id)

    def create_report(self, key: ReportKey, request: ReportRequest) -> dict[str, Json]:
        """Have a report made of a run or a group. Raises ``Conflict`` (``exists``) and ``Missing``."""
        params = {"delete_failed": "true" if request.replaces_failed else "false"}
        made = self._act("POST", _report_route(key), _REPORT, params=params, json=_creator(request))
        return self._object(made, report_id=key.template_id)

    def create_query_report(self, query: ReportQuery, request: ReportRequest) -> dict[str, Json]:
        """Have a report made of a new group of a query's runs. Raises ``Missing`` (``gone``) where there are none."""
        route = (PARENTS[query.parent], query.parent_id, "runs", "reports", request.template_id)
        made = self._act("POST", route, _RUN, params=dict(query.filters), json=_creator(request))
        return self._object(made, report_id=request.template_id)

    def delete_report(self, key: ReportKey) -> None:
        """Forget a report. Raises ``Missing``."""
        self._check_done(self._act("DELETE", _report_route(key), _REPORT))

    def delete_run(self, run_id: str) -> None:
        """Forget a run. Raises ``Missing``, and ``Conflict`` (``not_failed``)."""
        self._check_done(self._act("DELETE", ("runs", run_id), _RUN))

    def get_cromwell_address(self) -> str:
        """What the server says of where Cromwell answers, as it says it: plain text."""
        classify = refusals.reading((), self._config.token)
        limits = StreamLimits(deadline=self._limits.deadline, transfer=self._limits.deadline, max_bytes=LONGEST_TEXT)
        route = (*self._base, "config", "cromwell")
        with self._session().open_stream(route, limits=limits, classify=classify) as stream:
            return b"".join(stream).decode("utf-8", "replace")

    def _session(self) -> RangeSession:
        try:
            return session_with(self._peer)
        except ValueError as error:
            raise Unreachable(str(error), source=self._config.name, code="config") from None

    def _get(
        self, route: Route, nouns: Collection[str], *, params: Params | None = None, max_bytes: int | None = None
    ) -> Json:
        limits = replace(self._limits, max_bytes=max_bytes) if max_bytes else self._limits
        classify = refusals.reading(nouns, self._config.token)
        answer = self._session().get_json((*self._base, *route), params=params, limits=limits, classify=classify)
        self.clock_skew = answer.clock_skew
        return answer.value

    def _get_list(
        self, route: Route, nouns: Collection[str], params: Params, *, max_bytes: int | None = None
    ) -> list[Json]:
        try:
            items = self._get(route, nouns, params=params, max_bytes=max_bytes)
        except Missing:
            return []
        if not isinstance(items, list):
            raise self._bad("The source answered with something that is not a list.")
        return items

    def _act(
        self, method: str, route: Route, nouns: Collection[str], *, params: Params | None = None, json: Json = None
    ) -> Json:
        classify = refusals.reading(nouns, self._config.token)
        route = (*self._base, *route)
        session = self._session()
        return session.request_json(
            method, route, params=params, json=json, limits=ACTION_LIMITS, classify=classify
        ).value

    def _check_done(self, value: Json) -> None:
        """A server that did it says so in a message; another answer leaves it open."""
        if not isinstance(value, dict) or not isinstance(value.get("message"), str):
            raise self._bad("The source does not say whether it deleted it.")

    def _object(self, value: Json, **ids: str) -> dict[str, Json]:
        """The object that was asked for, as it says itself by these ids."""
        if not isinstance(value, dict):
            raise self._bad("The source answered with something that is not an object.")
        if any(read_id(value.get(key)) != found for key, found in ids.items()):
            raise self._bad("The source answered with something that is not what it was asked for.")
        return value

    def _bad(self, sentence: str) -> BadAnswer:
        return BadAnswer(sentence, source=self._config.name, code="bad_response")


def _report_route(key: ReportKey) -> Route:
    return SUBJECTS[key.subject], key.subject_id, "reports", key.template_id


def _creator(request: ReportRequest) -> dict[str, Json]:
    return {"created_by": request.created_by} if request.created_by else {}
