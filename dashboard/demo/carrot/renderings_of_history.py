"""Report maps of the sample server: in every status that there is, on runs and on run groups."""

from datetime import datetime, timedelta

from dashboard.demo.carrot import times
from dashboard.demo.carrot.catalogue import ADORA, REPORTS, USER, sample_id
from dashboard.demo.carrot.plans import JOB, Plan, pace
from dashboard.demo.carrot.rendering import make_map
from dashboard.demo.carrot.report_maps import STORED
from dashboard.demo.carrot.run_views import run_status
from dashboard.demo.carrot.statuses import ENDED_JOBS
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import seeded

STATUSES = (
    "succeeded", "failed", "running", "succeeded", "aborted", "submitted", "starting", "queuedincromwell",
    "waitingforqueuespace", "succeeded",
)  # fmt: skip
QUERIED = "HC WGS1"


def write_maps(world: World, epoch: datetime, groups: list[str]) -> None:
    """Renderings for the newest runs that went well, for a pull request and for what a query found."""
    names = list(REPORTS)
    for number, run_id in enumerate(newest_succeeded(world, 18)):
        write_map(world, epoch, ("run", run_id), names[number % len(names)], number)
    write_map(world, epoch, ("run", newest_succeeded(world, 1)[0]), names[1], 19)
    for number, name in enumerate(names):
        write_map(world, epoch, ("run_group", groups[0]), name, 20 + number)
    queried = write_query_group(world, epoch - timedelta(days=1))
    for number, name in enumerate(names):
        write_map(world, epoch, ("run_group", queried), name, 35 + number)


def newest_succeeded(world: World, count: int) -> list[str]:
    """Ids of runs that have succeeded, newest first."""
    runs = reversed(world.table("runs").values())
    return [run["run_id"] for run in runs if run_status(run, world.moment) == "succeeded"][:count]


def write_map(world: World, begin: datetime, entity: tuple[str, str], report: str, number: int) -> None:
    """One rendering that stays in its status."""
    begin -= timedelta(minutes=50 + 3 * number, microseconds=1_313 * number)
    status = STATUSES[number % len(STATUSES)]
    creator = (USER, ADORA)[number % 2]
    plan = plan_to(begin, status, f"map:{number}")
    make_map(world, entity, sample_id("report", report), begin=begin, created_by=creator, plan=plan)


def plan_to(begin: datetime, status: str, key: str) -> Plan:
    """The statuses up to one that is stayed in."""
    if status in ENDED_JOBS:
        return pace(begin, (*JOB, status), seeded(key), 0.5)
    way = JOB[: JOB.index(status) + 1] if status in JOB else (JOB[0], status)
    return pace(begin, way, seeded(key), 0.5)


def write_query_group(world: World, moment: datetime) -> str:
    """The group of a query for the succeeded runs of a test."""
    group_id, test_id = sample_id("group", "query"), sample_id("test", QUERIED)
    created_at = times.keep(moment)
    query = dict.fromkeys(STORED) | {"status": "succeeded", "test_id": test_id, "limit": 20, "offset": 0}
    stored = {"query": query, "created_at": created_at}
    row = {"run_group_id": group_id, "created_at": created_at, "github": None, "query": stored}
    world.table("run_groups")[group_id] = row
    for run in world.where("runs", test_id=test_id):
        if run["created_at"] < created_at and run_status(run, created_at) == "succeeded":
            run["run_group_ids"].append(group_id)
    return group_id
