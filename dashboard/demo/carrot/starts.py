"""``POST /tests/{id}/runs``: start a run."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from dashboard.demo.answers import Answer, answer_json
from dashboard.demo.carrot.answers import QUERY_FAILED, Refusal, problem
from dashboard.demo.carrot.bodies import Body, a_text, any_json
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.outcomes import make_results
from dashboard.demo.carrot.plans import Plan, at_once, plan_run
from dashboard.demo.carrot.run_views import INPUTS, WDLS, describe_run, view_run
from dashboard.demo.carrot.statuses import ENDED_RUNS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.troubles import write_errors
from dashboard.demo.carrot.wdls import hash_of
from dashboard.demo.carrot.worlds import World, new_id
from dashboard.demo.harbor.chances import made_uuid, seeded

IMAGE = re.compile(r"image_build:([^|]*)\|(.*)")
LEADS_TO = re.compile(r"stand-in://(\w+)")
"""An input or option value that says how the run ends: ``stand-in://evalfailed``. No real server has this."""
CHECKS = {"name": a_text, **dict.fromkeys(INPUTS, any_json), "created_by": a_text}
TAKEN = ("Run with specified name already exists", "If a custom run name is specified, it must be unique.")


def start_run(desk: Desk, identity: str) -> Answer:
    """Start a run of a test; 500 when that is not there, 400 when the name is taken."""
    fields, test_id = desk.body(CHECKS), read_id(identity)
    test = desk.world.table("tests").get(test_id)
    if test is None:
        raise problem(500, "Server error", QUERY_FAILED)
    name = str(fields["name"] or f"{test['name']}_run_{write_now(desk)}")
    if desk.world.where("runs", name=name):
        raise problem(400, *TAKEN)
    run = build_run(desk.world, test, name=name, begin=desk.world.now(), fields=fields)
    desk.world.add("runs", run["run_id"], run)
    if refusal := go_on(desk.world, run):
        desk.world.save()
        raise refusal
    desk.world.save()
    return answer_json(describe_run(desk, view_run(run, desk.moment), is_long=False))


def write_now(desk: Desk) -> str:
    """Now, as the names of runs have it: nine decimals and the zone."""
    return desk.moment.replace("T", " ") + " UTC"


def build_run(world: World, test: Row, *, name: str, begin: datetime, fields: Body, key: str = "") -> Row:
    """The row of a run that was created at a moment, without a plan; ``key`` makes its ids those of the key."""
    template = world.table("templates")[test["template_id"]]
    rng = seeded(key or new_id())
    row: Row = {"run_id": made_uuid(rng), "test_id": test["test_id"], "run_group_ids": [], "name": name}
    for wdl in WDLS:
        row |= {wdl: template[wdl], f"{wdl}_hash": hash_of(template[wdl])}
    for inputs in INPUTS:
        default = test[f"{inputs.removesuffix('s')}_defaults"]
        row[inputs] = merge_inputs(default, fields.get(inputs), is_needed=inputs.endswith("input"))
    jobs = {"test_cromwell_job_id": made_uuid(rng), "eval_cromwell_job_id": made_uuid(rng)}
    moment = begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000")
    made = {"created_at": moment, "created_by": fields.get("created_by"), "errors": [], "software": []}
    return row | jobs | made | {"plan": [[moment, "created"]], "test_results": {}, "eval_results": {}}


def merge_inputs(default: object, given: object, *, is_needed: bool) -> object:
    """Defaults with what is given, by JSON merge patch; nothing on both sides stays null where it may."""
    if default is None and given is None:
        return {} if is_needed else None
    return any_json(merge_patch({} if default is None else default, {} if given is None else given))


def merge_patch(target: object, patch: object) -> object:
    """RFC 7396: null deletes a key."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def go_on(world: World, run: Row, ending: str = "") -> Refusal | None:
    """Give a new run its plan, its software and its results; a start that fails leaves it ``carrotfailed``."""
    begin = datetime.fromisoformat(run["created_at"][:26]).replace(tzinfo=UTC)
    images = list(find_images(run))
    try:
        run["software"] = [find_version(world, software, version) for software, version in images]
    except Refusal as refusal:
        run["plan"] = at_once(begin, "carrotfailed")
        return refusal
    run["plan"] = plan_of(run, begin, ending, builds=bool(images))
    test_results, eval_results = make_results(world, run)
    run |= {"test_results": test_results, "eval_results": eval_results}
    run["errors"] = list(write_errors(run))
    return None


def plan_of(run: Row, begin: datetime, ending: str, *, builds: bool) -> Plan:
    """The plan of a run, which an input may lead to another end than success."""
    asked = next((found[1] for value in values_of(run) if (found := LEADS_TO.fullmatch(value))), "succeeded")
    ending = ending or (asked if asked in ENDED_RUNS else "succeeded")
    return plan_run(begin, ending, seeded(run["run_id"]), builds=builds)


def values_of(run: Row) -> Iterator[str]:
    """All values of inputs and options that are texts."""
    for inputs in INPUTS:
        values = run[inputs].values() if isinstance(run[inputs], dict) else ()
        yield from (value for value in values if isinstance(value, str))


def find_images(run: Row) -> Iterator[tuple[str, str]]:
    """Software and version of each input that has to be built."""
    for value in values_of(run):
        if found := IMAGE.fullmatch(value):
            yield found[1], found[2]


def find_version(world: World, name: str, version: str) -> str:
    """The id of a version by commit or tag; 400 for a software and 500 for a version that nobody knows."""
    software = world.where("software", name=name)
    if not software:
        raise problem(400, "No such software exists", f"No software registered with the name: {name}")
    for row in world.where("software_versions", software_id=software[0]["software_id"]):
        if version in (row["commit"], *row["tags"]):
            return str(row["software_version_id"])
    said = f"Error while attempting to retrieve git repo information: pathspec '{version}' did not match"
    raise problem(500, "Git error", said)


ROUTES: dict[str, dict[str, Handler]] = {"/tests/{}/runs": {"POST": start_run}}
