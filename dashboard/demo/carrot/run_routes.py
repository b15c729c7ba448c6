"""Runs: read, list, delete."""

from collections.abc import Collection, Iterable

from dashboard.demo.answers import Answer, answer_json
from dashboard.demo.carrot.answers import cannot_delete, deleted, no_app_data, none_found, none_to_delete
from dashboard.demo.carrot.archives import zip_runs
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import Entity, find
from dashboard.demo.carrot.queries import Query, flag
from dashboard.demo.carrot.run_views import RUN, describe_run, is_failed, view_run
from dashboard.demo.carrot.software_queries import find_runs_with
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.wdls import answer_wdl

PARENTS = ("tests", "templates", "pipelines")


def get_run(desk: Desk, identity: str) -> Answer:
    """One run in its long form, or as CSV files."""
    wants_csv = desk.query({"csv": flag}).get("csv", False)
    run = desk.world.table("runs").get(read_id(identity))
    if run is None or run["run_id"] in desk.gone:
        raise none_found("run")
    view = view_run(run, desk.moment)
    return answer_zip(desk, [view]) if wants_csv else answer_json(describe_run(desk, view))


def answer_zip(desk: Desk, views: Iterable[Row]) -> Answer:
    """Runs as CSV files in a ZIP archive, of which no header says what it is."""
    return Answer(body=zip_runs([describe_run(desk, view) for view in views]), type="")


def tests_below(desk: Desk, parent: str, identity: str) -> Collection[str]:
    """The ids of the tests of a test, template or pipeline; nobody checks whether that is there."""
    if parent == "tests":
        return {identity}
    templates = {identity}
    if parent == "pipelines":
        templates = {row["template_id"] for row in desk.world.where("templates", pipeline_id=identity)}
    return {row["test_id"] for row in desk.world.table("tests").values() if row["template_id"] in templates}


def query_runs(desk: Desk, parent: str, identity: str, query: Query, entity: Entity = RUN) -> list[Row]:
    """The runs below something that a query asks for; 404 when there are none, 500 without image builds."""
    if not desk.switches.image_builds:
        raise no_app_data()
    tests = tests_below(desk, parent, identity)
    runs = [run for run in desk.world.table("runs").values() if run["test_id"] in tests]
    if "software_versions" in query:
        query = query | {"software_versions": find_runs_with(desk.world, str(query["software_versions"]))}
    views = [view_run(run, desk.moment) for run in runs if run["run_id"] not in desk.gone]
    return find(desk.world, entity, views, query)


def make_list(parent: str) -> Handler:
    """The list of runs below tests, templates or pipelines."""

    def list_runs(desk: Desk, identity: str) -> Answer:
        query = desk.query(RUN.known)
        found = query_runs(desk, parent, read_id(identity), query)
        if query.get("csv"):
            return answer_zip(desk, found)
        return answer_json([describe_run(desk, view) for view in found])

    return list_runs


def find_by_name(desk: Desk) -> Answer:
    """Runs of a name, whatever they belong to: only the lenient server can do it."""
    views = [view_run(run, desk.moment) for run in desk.world.table("runs").values()]
    return answer_json([describe_run(desk, view) for view in find(desk.world, RUN, views, desk.query(RUN.known))])


def delete_run(desk: Desk, identity: str) -> Answer:
    """Delete a failed run; its report maps stay."""
    run_id = read_id(identity)
    run = desk.world.table("runs").get(run_id)
    if run is None or run_id in desk.gone:
        raise none_to_delete("run")
    if not is_failed(run, desk.moment):
        raise cannot_delete("Cannot delete a run if it has a non-failed status")
    return deleted(desk.world.remove("runs", run_id))


def make_wdl(column: str) -> Handler:
    """The text of a run's WDL."""

    def get_wdl(desk: Desk, identity: str) -> Answer:
        run = desk.world.table("runs").get(read_id(identity))
        if run is None:
            raise none_found("run")
        return answer_wdl(desk.world, run[column])

    return get_wdl


ROUTES: dict[str, dict[str, Handler]] = {
    "/runs/{}": {"GET": get_run, "DELETE": delete_run},
    "/runs/{}/test_wdl": {"GET": make_wdl("test_wdl")},
    "/runs/{}/eval_wdl": {"GET": make_wdl("eval_wdl")},
    **{f"/{parent}/{{}}/runs": {"GET": make_list(parent)} for parent in PARENTS},
}
