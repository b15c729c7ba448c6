"""Report maps: the renderings of reports for runs and run groups."""

from dataclasses import dataclass, replace

from dashboard.demo.answers import Answer, Json, answer_json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import QUERY_FAILED, Dropped, deleted, no_app_data, none_to_delete, problem
from dashboard.demo.carrot.bodies import a_text
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import find
from dashboard.demo.carrot.groups import runs_of
from dashboard.demo.carrot.plans import status_at
from dashboard.demo.carrot.queries import COMMON, Query, flag
from dashboard.demo.carrot.rendering import make_map
from dashboard.demo.carrot.report_views import MAP, describe_map, map_key, view_map
from dashboard.demo.carrot.run_routes import PARENTS, query_runs
from dashboard.demo.carrot.run_views import FILTERS, RUN
from dashboard.demo.carrot.software_queries import name_versions
from dashboard.demo.carrot.statuses import FAILED_JOBS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import new_id

STORED = (
    "created_after", "created_before", "created_by", "eval_cromwell_job_id", "eval_input", "eval_options",
    "finished_after", "finished_before", "limit", "name", "offset", "pipeline_id", "run_group_id", "software_versions",
    "sort", "status", "template_id", "test_cromwell_job_id", "test_id", "test_input", "test_options",
)  # fmt: skip
"""The keys of a query that is kept with the group that it made."""
MATCHING = replace(RUN, none=("No runs found", "No runs found"))
"""Runs, where a report is to be made on those that match: another title when none do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where report maps are: below runs or below run groups."""

    entity_type: str

    def list_maps(self, desk: Desk, identity: str) -> Answer:
        """The renderings of one run or group."""
        query = desk.query(MAP.known)
        entity = {"entity_type": self.entity_type, "entity_id": read_id(identity)}
        views = [view_map(row, desk.moment) for row in desk.world.where("report_maps", **entity)]
        found = find(desk.world, MAP, views, {name: value for name, value in query.items() if name not in entity})
        return answer_json([describe_map(desk, view) for view in found])

    def get_map(self, desk: Desk, identity: str, report: str) -> Answer:
        """One rendering."""
        row = desk.world.table("report_maps").get(self.key(identity, report))
        if row is None:
            raise problem(404, "No report_map found", "No report_map found with the specified IDs")
        return answer_json(describe_map(desk, view_map(row, desk.moment)))

    def delete_map(self, desk: Desk, identity: str, report: str) -> Answer:
        """Delete a rendering in whatever status."""
        key = self.key(identity, report)
        if key not in desk.world.table("report_maps"):
            raise none_to_delete("report_map")
        return deleted(desk.world.remove("report_maps", key))

    def create_map(self, desk: Desk, identity: str, report: str) -> Answer:
        """Start a rendering, in the order of checks of the real server."""
        created_by = read_creator(desk)
        replaces = desk.query({"delete_failed": flag}).get("delete_failed", False)
        entity, report_id = (self.entity_type, read_id(identity)), read_id(report)
        clear_way(desk, entity, report_id, replaces=bool(replaces))
        self.check_entity(desk, entity[1])
        return answer_json(start_map(desk, entity, report_id, created_by))

    def key(self, identity: str, report: str) -> str:
        """The key of the pair of ids of a path."""
        return map_key(self.entity_type, read_id(identity), read_id(report))

    def check_entity(self, desk: Desk, identity: str) -> None:
        """500 without the run; no answer at all without a run in the group."""
        if self.entity_type == "run":
            if identity not in desk.world.table("runs") or identity in desk.gone:
                raise not_there()
        elif not runs_of(desk, identity):
            raise Dropped


def read_creator(desk: Desk) -> str | None:
    """Who says that the report is theirs; 400 without a word unless the body is JSON."""
    created_by = desk.body({"created_by": a_text})["created_by"]
    return None if created_by is None else str(created_by)


def clear_way(desk: Desk, entity: tuple[str, str], report_id: str, *, replaces: bool) -> None:
    """Remove the rendering that is in the way if it failed and may be replaced; else 403."""
    key = map_key(*entity, report_id)
    old = desk.world.table("report_maps").get(key)
    if old is None:
        return
    if not replaces or status_at(old["plan"], desk.moment) not in FAILED_JOBS:
        detail = (
            "Error, run report already exists for the specified run and report id: A report_map record already exists "
            f"for entity_type {entity[0]} entity_id {entity[1]} and report_id {report_id}"
        )
        raise problem(403, "Prohibited", detail)
    desk.world.remove("report_maps", key)


def start_map(desk: Desk, entity: tuple[str, str], report_id: str, created_by: str | None) -> Row:
    """A new rendering as JSON; 500 when the report is not there or has no cells, or a group lost its metadata."""
    report = desk.world.table("reports").get(report_id)
    if report is None:
        raise not_there()
    if entity[0] == "run_group":
        check_group(desk, entity[1])
    if not isinstance(report["notebook"], dict) or not isinstance(report["notebook"].get("cells"), list):
        raise problem(500, "Report config parse error", "Failed to get cells from report notebook")
    row = make_map(desk.world, entity, report_id, begin=desk.world.now(), created_by=created_by)
    desk.world.save()
    return describe_map(desk, view_map(row, desk.moment))


def check_group(desk: Desk, group_id: str) -> None:
    """500 for a group that has lost what it was made for."""
    group = desk.world.table("run_groups").get(group_id)
    if group is None or not (group["github"] or group["query"]):
        raise problem(500, "Unexpected state", f"Run group {group_id} has no metadata")


def not_there() -> Exception:
    """500: what a report is made for, or from, is not there."""
    return problem(500, "Database error", QUERY_FAILED)


def make_query(parent: str) -> Handler:
    """A report on the runs below something that a query finds."""

    def create(desk: Desk, identity: str, report: str) -> Answer:
        created_by = read_creator(desk)
        query = desk.query(COMMON | FILTERS)
        if not desk.switches.image_builds:
            raise no_app_data()
        parent_id, report_id = read_id(identity), read_id(report)
        group_id = keep_group(desk, parent, parent_id, query)
        return answer_json(start_map(desk, ("run_group", group_id), report_id, created_by))

    return create


def keep_group(desk: Desk, parent: str, parent_id: str, query: Query) -> str:
    """A new group of the runs that are found, which stays whatever becomes of the report; 404 when there are none."""
    runs = query_runs(desk, parent, parent_id, query, MATCHING)
    group_id, moment = new_id(), desk.moment
    stored = {"query": store_query(desk, parent, parent_id, query), "created_at": moment}
    group = {"run_group_id": group_id, "created_at": moment, "github": None, "query": stored}
    for view in runs:
        desk.world.table("runs")[view["run_id"]]["run_group_ids"].append(group_id)
    desk.world.add("run_groups", group_id, group)
    return group_id


def store_query(desk: Desk, parent: str, parent_id: str, query: Query) -> Row:
    """A query as it is kept: every key, null where it says nothing."""
    stored: Row = dict.fromkeys(STORED) | {name: spell_value(name, value) for name, value in query.items()}
    stored[f"{parent.removesuffix('s')}_id"] = parent_id
    if "software_versions" in query:
        stored["software_versions"] = name_versions(desk.world, str(query["software_versions"]))
    return stored


def spell_value(name: str, value: Json) -> Json:
    """A value of a query as it is kept."""
    return times.spell(str(value)) if name.endswith(("_before", "_after")) else value


RUNS, GROUPS = Place(entity_type="run"), Place(entity_type="run_group")


def make_routes(path: str, place: Place) -> dict[str, dict[str, Handler]]:
    """The routes below runs or below run groups."""
    return {
        f"{path}/{{}}/reports": {"GET": place.list_maps},
        f"{path}/{{}}/reports/{{}}": {"GET": place.get_map, "POST": place.create_map, "DELETE": place.delete_map},
    }


ROUTES: dict[str, dict[str, Handler]] = make_routes("/runs", RUNS) | make_routes("/run-groups", GROUPS)
QUERY_ROUTES: dict[str, dict[str, Handler]] = {
    f"/{parent}/{{}}/runs/reports/{{}}": {"POST": make_query(parent)} for parent in PARENTS
}
