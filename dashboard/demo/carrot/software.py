"""Software that runs are built from: what is registered, its versions and their builds."""

import re

from dashboard.demo.answers import Answer, Json, answer_json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import problem
from dashboard.demo.carrot.bodies import read_fields, read_json
from dashboard.demo.carrot.definitions import add, make_get, make_list, make_update
from dashboard.demo.carrot.desks import Desk, Handler
from dashboard.demo.carrot.entities import Entity, Filter, describe
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


ROUTES: dict[str, dict[str, Handler]] = {
    "/software": {"GET": make_list(SOFTWARE.entity), "POST": create_software},
    "/software/{}": {"GET": make_get(SOFTWARE.entity), "PUT": make_update(SOFTWARE)},
    "/software_versions": {"GET": make_list(VERSION)},
    # Whoever puts a version has its tags read anew, which changes nothing here.
    "/software_versions/{}": {"GET": make_get(VERSION), "PUT": make_get(VERSION)},
    "/software_builds": {"GET": make_list(BUILD, view_build)},
    "/software_builds/{}": {"GET": make_get(BUILD, view_build)},
}
