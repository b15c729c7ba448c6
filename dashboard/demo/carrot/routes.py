"""Which routes there are below ``/api/v1``, what they need of the configuration, and who answers."""

import re
from dataclasses import dataclass

from dashboard.demo.answers import Answer
from dashboard.demo.carrot import (
    definitions,
    groups,
    mappings,
    report_maps,
    reports,
    run_routes,
    software,
    starts,
    templates,
)
from dashboard.demo.carrot.answers import Refusal, nothing, problem
from dashboard.demo.carrot.desks import Desk, Handler, Shape

BASE = "/api/v1"
CROMWELL = "http://cromwell.example.com:8000"
ANY_NAME = ("/None/None/runs", "///runs")
"""Where the real client looks for a run by its name; no real server answers there."""
Routes = dict[str, dict[str, Handler]]


def get_cromwell(_desk: Desk) -> Answer:
    """The address of Cromwell, of which no header says what it is."""
    return Answer(body=CROMWELL.encode(), type="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address with its methods."""

    pattern: re.Pattern[str]
    methods: dict[str, Handler]
    needs: str
    """``reporting`` or ``image_builds`` where it does nothing without."""


def compile_routes(needs: str, *tables: Routes) -> list[Route]:
    """Routes from their addresses, in which ``{}`` is one piece of a path."""
    found = []
    for path, methods in merge(*tables).items():
        pattern = re.compile(path.replace("{}", "([^/]+)"))
        found.append(Route(pattern=pattern, methods=methods, needs=needs))
    return found


def merge(*tables: Routes) -> Routes:
    """One table: the methods of an address may come from several."""
    merged: Routes = {}
    for table in tables:
        for path, methods in table.items():
            merged[path] = merged.get(path, {}) | methods
    return merged


ROUTES = [
    *compile_routes("reporting", reports.ROUTES, report_maps.ROUTES, mappings.REPORT_ROUTES),
    *compile_routes("query", report_maps.QUERY_ROUTES),
    *compile_routes("image_builds", software.ROUTES),
    *compile_routes(
        "",
        definitions.ROUTES,
        templates.ROUTES,
        mappings.RESULT_ROUTES,
        mappings.SUBSCRIPTION_ROUTES,
        groups.ROUTES,
        run_routes.ROUTES,
        starts.ROUTES,
        {"/config/cromwell": {"GET": get_cromwell}},
    ),
]
REPORTING = (
    "Reporting disabled",
    "You are trying to access a reporting-related endpoint, but the reporting feature is disabled for this CARROT "
    "server",
)
BUILDS = (
    "Software building disabled",
    "You are trying to access a software-related endpoint, but the software building feature is disabled for this "
    "CARROT server",
)


def answer_route(desk: Desk) -> Answer:
    """The answer below ``/api/v1``; 404 or 405 without a word where nobody answers."""
    path = desk.call.path.removeprefix(BASE)
    if desk.is_lenient and path in ANY_NAME and desk.call.method == "GET":
        return run_routes.find_by_name(desk)
    if is_newer(desk, path):
        raise nothing(404)
    for route in ROUTES:
        if found := route.pattern.fullmatch(path):
            check_configured(desk, route)
            if desk.call.method not in route.methods:
                raise nothing(405)
            return route.methods[desk.call.method](desk, *found.groups())
    raise nothing(404)


def is_newer(desk: Desk, path: str) -> bool:
    """Whether a route came after the version whose JSON is spoken."""
    shape = desk.switches.shape
    return (shape is Shape.V0_4 and path.startswith("/run-groups")) or (
        shape is not Shape.V1_0 and path == "/config/cromwell"
    )


def check_configured(desk: Desk, route: Route) -> None:
    """422 for what the server is not configured for."""
    switches = desk.switches
    is_query = route.needs == "query" and desk.call.method == "POST"
    if not switches.reporting and (route.needs == "reporting" or is_query):
        raise disabled(REPORTING)
    if not switches.image_builds and route.needs == "image_builds":
        raise disabled(BUILDS)


def disabled(said: tuple[str, str]) -> Refusal:
    """422 with what is disabled."""
    return problem(422, *said)
