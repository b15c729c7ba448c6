"""Report maps as they stand at a moment, and as JSON."""

from dashboard.demo.answers import Json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.desks import Desk, Shape
from dashboard.demo.carrot.entities import CREATOR, Entity, describe, never
from dashboard.demo.carrot.plans import finish_at, status_at
from dashboard.demo.carrot.queries import one_of, text, uuid_text
from dashboard.demo.carrot.run_views import locate_file
from dashboard.demo.carrot.statuses import ENDED_JOBS, JOBS
from dashboard.demo.carrot.stores import Row

FILES = ("empty_notebook", "html_report", "populated_notebook", "run_csv_zip")
MAP = Entity(
    noun="report_map",
    table="report_maps",
    key="report_id",
    columns=(
        "entity_type", "entity_id", "report_id", "status", "cromwell_job_id", "results", "created_at", "created_by",
        "finished_at",
    ),
    parsers={
        "entity_type": one_of(("run", "run_group")),
        "entity_id": uuid_text,
        "report_id": uuid_text,
        "status": one_of(JOBS),
        "cromwell_job_id": text,
        "results": text,
        "finished_before": times.parse,
        "finished_after": times.parse,
        **CREATOR,
    },
    none=("No report_map found", "No report_map found"),
    filters={"results": never},
)  # fmt: skip


def view_map(row: Row, moment: str) -> Row:
    """All columns of a report map at a moment."""
    status = status_at(row["plan"], moment)
    return row | {
        "status": status,
        "results": row["results"] if status == "succeeded" else None,
        "finished_at": finish_at(row["plan"], moment, ENDED_JOBS),
    }


def describe_map(desk: Desk, view: Row) -> dict[str, Json]:
    """A report map as JSON; ``view`` is what ``view_map`` gives."""
    document = describe(MAP, view)
    if view["results"]:
        document["results"] = {name: locate_file(desk, text) for name, text in sorted(view["results"].items())}
    return make_older(view, document) if desk.switches.shape is Shape.V0_4 else document


def make_older(view: Row, document: dict[str, Json]) -> dict[str, Json]:
    """The same as 0.4 has it: only runs had reports, and there were no data among their files."""
    older = {"run_id": view["entity_id"]} | {name: document[name] for name in MAP.columns[2:]}
    results = document["results"]
    if isinstance(results, dict):
        older["results"] = {name: results[name] for name in FILES[:3]}
    return older


def map_key(entity_type: str, entity_id: str, report_id: str) -> str:
    """The key of a rendering: there is one for each pair."""
    return f"{entity_type}/{entity_id}/{report_id}"
