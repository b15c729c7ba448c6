"""A new rendering: its plan, and where its four files will be."""

import copy
from datetime import datetime

from dashboard.demo.carrot import times
from dashboard.demo.carrot.plans import Plan, plan_job
from dashboard.demo.carrot.report_views import map_key
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import made_uuid, seeded

NEVER = "9999-12-31T00:00:00.000000000"
WORKFLOW = "generate_report_file_workflow"
FAILING = "fails in the stand-in"
"""A report whose description has these words fails whenever it is rendered."""


def make_map(
    world: World,
    entity: tuple[str, str],
    report_id: str,
    *,
    begin: datetime,
    created_by: str | None,
    plan: Plan | None = None,
) -> Row:
    """A new report map, kept in the tables; without a plan it moves by itself. ``entity`` is its type and id."""
    report = world.table("reports")[report_id]
    key = map_key(*entity, report_id)
    rng = seeded(f"{key}:{times.keep(begin)}")
    job = made_uuid(rng)
    ending = "failed" if FAILING in (report["description"] or "") else "succeeded"
    row = {
        "entity_type": entity[0],
        "entity_id": entity[1],
        "report_id": report_id,
        "plan": plan or plan_job(begin, ending, rng),
        "cromwell_job_id": job,
        "results": place_files(job, made_uuid(rng), made_uuid(rng)),
        "created_at": times.keep(begin),
        "created_by": created_by,
    }
    world.table("report_maps")[key] = row
    world.table("renderings")[job] = freeze(world, entity, report, row)
    return row


def freeze(world: World, entity: tuple[str, str], report: Row, row: Row) -> Row:
    """What the files are made from, whatever happens to run, report and map afterwards."""
    runs = world.table("runs")
    ids = [entity[1]] if entity[0] == "run" else [key for key, run in runs.items() if entity[1] in run["run_group_ids"]]
    kept = {name: copy.deepcopy(report[name]) for name in ("name", "description", "notebook")}
    ready_at, ending = row["plan"][-1]
    is_ready = ending == "succeeded"
    return kept | {
        "runs": ids,
        "made_at": row["created_at"],
        "ready_at": ready_at if is_ready else NEVER,
        "files": row["results"],
    }


def place_files(job: str, template: str, data: str) -> dict[str, str]:
    """Where the four files are: those of the workflow below its job."""
    call = f"file:cromwell/{WORKFLOW}/{job}/call-generate_report_file"
    return {
        "empty_notebook": f"file:reports/{job}/{template}/report_template.ipynb",
        "html_report": f"{call}/report.html",
        "populated_notebook": f"{call}/report.ipynb",
        "run_csv_zip": f"file:reports/{job}/run_data/{data}/run_csvs.zip",
    }
