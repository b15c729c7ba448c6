"""Runs as they stand at a moment, and as JSON in the shape of each version."""

from dashboard.demo.answers import Json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.desks import Desk, Shape
from dashboard.demo.carrot.entities import Entity, never
from dashboard.demo.carrot.plans import finish_at, has_reached, status_at
from dashboard.demo.carrot.queries import Parser, flag, one_of, text, uuid_text
from dashboard.demo.carrot.statuses import ENDED_RUNS, FAILED_RUNS, RUNS
from dashboard.demo.carrot.stores import Row

WDLS = ("test_wdl", "test_wdl_dependencies", "eval_wdl", "eval_wdl_dependencies")
INPUTS = ("test_input", "test_options", "eval_input", "eval_options")
LONG = (
    "run_id", "test_id", "run_group_ids", "name", "status", "test_wdl", "test_wdl_hash", "test_wdl_dependencies",
    "test_wdl_dependencies_hash", "eval_wdl", "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
    *INPUTS, "test_cromwell_job_id", "eval_cromwell_job_id", "created_at", "created_by", "finished_at", "results",
    "errors",
)  # fmt: skip
ONLY_LONG = ("run_group_ids", "results", "errors", *(f"{wdl}_hash" for wdl in WDLS))
FILTERS: dict[str, Parser] = {
    "run_group_id": uuid_text,
    "name": text,
    "status": one_of(RUNS),
    **dict.fromkeys(INPUTS, text),
    "test_cromwell_job_id": text,
    "eval_cromwell_job_id": text,
    "software_versions": text,
    "created_by": text,
    "finished_before": times.parse,
    "finished_after": times.parse,
}
RUN = Entity(
    noun="run",
    table="runs",
    key="run_id",
    columns=LONG,
    parsers=FILTERS | {"csv": flag},
    none=("No run found", "No runs found"),
    filters={
        "run_group_id": lambda _, row, value: value in row["run_group_ids"],
        "software_versions": lambda _, row, value: row["run_id"] in value if isinstance(value, frozenset) else False,
        **dict.fromkeys(INPUTS, never),
    },
    no_sort_keys=(*ONLY_LONG, *WDLS),
)


def run_status(run: Row, moment: str) -> str:
    """The status of a run at a moment."""
    return status_at(run["plan"], moment)


def is_failed(run: Row, moment: str) -> bool:
    """Whether a run has one of the failed statuses."""
    return run_status(run, moment) in FAILED_RUNS


def is_moving(run: Row, moment: str) -> bool:
    """Whether a run has not ended."""
    return run_status(run, moment) not in ENDED_RUNS


def view_run(run: Row, moment: str) -> Row:
    """All columns of a run as the database has them at a moment."""
    plan = run["plan"]
    has_test = has_reached(plan, ("testsubmitted",), moment)
    has_eval = has_reached(plan, ("evalsubmitted",), moment)
    return run | {
        "status": run_status(run, moment),
        "test_cromwell_job_id": run["test_cromwell_job_id"] if has_test else None,
        "eval_cromwell_job_id": run["eval_cromwell_job_id"] if has_eval else None,
        "finished_at": finish_at(plan, moment, ENDED_RUNS),
        "results": view_results(run, moment, has_eval=has_eval),
        "errors": [text for when, text in run["errors"] if when <= moment] or None,
    }


def view_results(run: Row, moment: str, *, has_eval: bool) -> Row | None:
    """The test's results as soon as the evaluation begins, the evaluation's when the run has succeeded."""
    found = dict(run["test_results"]) if has_eval else {}
    if run_status(run, moment) == "succeeded":
        found |= run["eval_results"]
    return {name: found[name] for name in sorted(found)} or None


def describe_run(desk: Desk, view: Row, *, is_long: bool = True) -> dict[str, Json]:
    """A run as JSON; ``view`` is what ``view_run`` gives."""
    shape = desk.switches.shape
    document: dict[str, Json] = {}
    for column in LONG:
        if column == "run_group_ids" and shape in {Shape.V0_6, Shape.V0_6_3}:
            document["run_group_id"] = next(iter(view["run_group_ids"]), None)
        elif shows(column, shape) and (is_long or column not in ONLY_LONG):
            document[column] = spell_run(desk, view, column)
    return document


def shows(column: str, shape: Shape) -> bool:
    """Whether runs of a version have a column."""
    if column == "run_group_ids":
        return shape is Shape.V1_0
    return shape in {Shape.V1_0, Shape.V0_6_3} or not column.startswith(WDLS)


def spell_run(desk: Desk, view: Row, column: str) -> Json:
    """One value of a run's JSON."""
    value = view[column]
    if column in WDLS:
        return locate_wdl(desk, f"runs/{view['run_id']}/{column}", value)
    if column == "results" and value:
        return {name: locate_file(desk, text) for name, text in value.items()}
    return times.spell(value) if value and column in {"created_at", "finished_at"} else value


def locate_wdl(desk: Desk, path: str, location: str | None) -> str | None:
    """What is stored here is said to be below this server, without a scheme."""
    is_here = location is not None and location.startswith("local:")
    return f"{desk.domain}/api/v1/{path}" if is_here else location


def locate_file(desk: Desk, location: str) -> str:
    """A file that this server has, with all of its address."""
    path = location.removeprefix("file:")
    return location if path == location else f"{desk.base_url}/files/{path}"
