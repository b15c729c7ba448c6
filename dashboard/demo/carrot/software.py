"""Software that runs are built from: what is registered, its versions and their builds."""

import re

from dashboard.demo.answers import Answer, answer_json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import Json, none_found, problem
from dashboard.demo.carrot.bodies import read_fields, read_json
from dashboard.demo.carrot.definitions import add, make_get, make_list, make_update
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import Entity, Filter, describe, find
from dashboard.demo.carrot.kinds import SOFTWARE
from dashboard.demo.carrot.plans import finish_at, status_at
from dashboard.demo.carrot.queries import one_of, text, uuid_text
from dashboard.demo.carrot.statuses import ENDED_JOBS, JOBS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World

REPOSITORY = re.compile(r"https?://[^/\s]+/\S+")


def has_software_name(world: World, row: Row, value: Json) -> bool:
    """Whether a version belongs to the software of this name."""
    return any(each["software_id"] == row["software_id"] for each in world.where("software", name=value))


NAMED: dict[str, Filter] = {"software_name": has_software_name}
VERSION = Entity(
    noun="software_version",
    table="software_versions",
    key="software_version_id",
    columns=("software_version_id", "software_id", "commit", "commit_date", "tags", "created_at"),
    parsers={
        **dict.fromkeys(("software_version_id", "software_id"), uuid_text),
        **dict.fromkeys(("software_name", "commit"), text),
        **dict.fromkeys(("committed_before", "committed_after"), times.parse),
    },
    none=("No software_version found", "No software_versions found"),
    filters=NAMED,
    no_sort_keys=("tags",),
)
BUILD = Entity(
    noun="software_build",
    table="software_builds",
    key="software_build_id",
    columns=(
        "software_build_id", "software_version_id", "build_job_id", "status", "image_url", "created_at", "finished_at",
    ),
    parsers={
        **dict.fromkeys(("software_build_id", "software_version_id"), uuid_text),
        **dict.fromkeys(("build_job_id", "image_url"), text),
        "status": one_of(JOBS),
        **dict.fromkeys(("finished_before", "finished_after"), times.parse),
    },
    none=("No software_build found", "No software_builds found"),
)  # fmt: skip


def create_software(desk: Desk) -> Answer:
    """Register a software; 400 when its repository cannot be cloned."""
    fields = read_fields(read_json(desk.call), SOFTWARE.body, SOFTWARE.required)
    address = str(fields["repository_url"])
    if not REPOSITORY.fullmatch(address) or ".invalid/" in address:
        raise problem(400, "Failed to clone git repo", f"Failed to clone git repo at {address}")
    fields["machine_type"] = fields["machine_type"] or "standard"
    return answer_json(describe(SOFTWARE.entity, add(desk, SOFTWARE, fields)))


def view_build(row: Row, moment: str) -> Row:
    """All columns of a build at a moment."""
    status = status_at(row["plan"], moment)
    is_there = status == "succeeded"
    finished_at = finish_at(row["plan"], moment, ENDED_JOBS)
    return row | {"status": status, "finished_at": finished_at, "image_url": row["image_url"] if is_there else None}


def list_versions(desk: Desk) -> Answer:
    """All versions that a query asks for."""
    rows = desk.world.table("software_versions").values()
    found = find(desk.world, VERSION, rows, desk.query(VERSION.known))
    return answer_json([describe(VERSION, row) for row in found])


def get_version(desk: Desk, identity: str) -> Answer:
    """One version; whoever puts one has its tags read anew, which changes nothing here."""
    row = desk.world.table("software_versions").get(read_id(identity))
    if row is None:
        raise none_found("software_version")
    return answer_json(describe(VERSION, row))


def list_builds(desk: Desk) -> Answer:
    """All builds that a query asks for."""
    rows = [view_build(row, desk.moment) for row in desk.world.table("software_builds").values()]
    found = find(desk.world, BUILD, rows, desk.query(BUILD.known))
    return answer_json([describe(BUILD, row) for row in found])


def get_build(desk: Desk, identity: str) -> Answer:
    """One build."""
    row = desk.world.table("software_builds").get(read_id(identity))
    if row is None:
        raise none_found("software_build")
    return answer_json(describe(BUILD, view_build(row, desk.moment)))


ROUTES: dict[str, dict[str, Handler]] = {
    "/software": {"GET": make_list(SOFTWARE), "POST": create_software},
    "/software/{}": {"GET": make_get(SOFTWARE), "PUT": make_update(SOFTWARE)},
    "/software_versions": {"GET": list_versions},
    "/software_versions/{}": {"GET": get_version, "PUT": get_version},
    "/software_builds": {"GET": list_builds},
    "/software_builds/{}": {"GET": get_build},
}
