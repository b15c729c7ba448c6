"""Templates: pairs of WDLs, given by their addresses or as files."""

from dashboard.demo.answers import Answer, Json, answer_json
from dashboard.demo.carrot.answers import no_parent, none_found, nothing, problem
from dashboard.demo.carrot.bodies import Body, read_fields, read_json
from dashboard.demo.carrot.definitions import add, change, guard_by, make_delete
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import describe, find
from dashboard.demo.carrot.forms import is_form, read_form
from dashboard.demo.carrot.kinds import TEMPLATE, WDLS
from dashboard.demo.carrot.mappings import has_moving_runs
from dashboard.demo.carrot.queries import uuid_text
from dashboard.demo.carrot.run_views import locate_wdl
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.wdls import answer_wdl, check_location, check_wdl, keep_wdl
from dashboard.demo.carrot.worlds import World

FILES = {f"{wdl}_file": wdl for wdl in WDLS}
TEXTS = ("name", "pipeline_id", "description", "created_by", *WDLS)


def describe_template(desk: Desk, row: Row) -> dict[str, Json]:
    """A template as JSON: WDLs that are kept here have an address without a scheme."""
    place = f"templates/{row['template_id']}"
    return describe(TEMPLATE.entity, row | {wdl: locate_wdl(desk, f"{place}/{wdl}", row[wdl]) for wdl in WDLS})


def list_templates(desk: Desk) -> Answer:
    """All templates that a query asks for."""
    rows = desk.world.table("templates").values()
    found = find(desk.world, TEMPLATE.entity, rows, desk.query(TEMPLATE.entity.known))
    return answer_json([describe_template(desk, row) for row in found])


def find_template(desk: Desk, identity: str) -> Row:
    """One template; else 404."""
    row = desk.world.table("templates").get(read_id(identity))
    if row is None:
        raise none_found("template")
    return row


def get_template(desk: Desk, identity: str) -> Answer:
    """One template."""
    return answer_json(describe_template(desk, find_template(desk, identity)))


def create_template(desk: Desk) -> Answer:
    """A new template, or a copy of one with some of it changed."""
    copied = desk.query({"copy": uuid_text}).get("copy")
    fields = read_template(desk)
    if copied is not None:
        fields = merge_template(desk, str(copied), fields)
    check_required(desk, fields)
    return answer_json(describe_template(desk, add(desk, TEMPLATE, fields)))


def read_template(desk: Desk) -> Body:
    """The fields of a body of either type; 405 without a word for any other, a parameter included."""
    media_type = desk.call.headers["content-type"]
    if is_form(media_type):
        return read_fields(read_parts(desk), TEMPLATE.body)
    if media_type != "application/json":
        raise nothing(405)
    fields = read_fields(read_json(desk.call), TEMPLATE.body)
    return fields | {wdl: check_given(desk, fields[wdl]) for wdl in WDLS}


def check_given(desk: Desk, location: Json) -> str | None:
    """A location that may be fetched, or none."""
    return check_location(str(location), takes_gs=desk.switches.gs_wdls) if location is not None else None


def read_parts(desk: Desk) -> Body:
    """The parts of a form; files are kept and become locations. 400 for a part that nobody expects."""
    fields: Body = {}
    for name, content in read_form(desk.call.headers["content-type"], desk.call.body):
        if name in TEXTS:
            fields[name] = content.decode("utf-8", "replace")
        elif name in FILES:
            fields[FILES[name]] = keep_file(desk.world, FILES[name], content)
        else:
            raise problem(400, "Encountered an expected field", f"Encountered unexpected field {name}")
    return fields | {wdl: check_part(desk, fields.get(wdl)) for wdl in WDLS}


def check_part(desk: Desk, location: Json) -> str | None:
    """What a part says: kept already, or a location that may be fetched."""
    is_here = isinstance(location, str) and location.startswith("local:")
    return str(location) if is_here else check_given(desk, location)


def keep_file(world: World, wdl: str, content: bytes) -> str:
    """The location of a file; 400 for a WDL that is none. An archive is kept as the text of its bytes."""
    if wdl.endswith("dependencies"):
        return keep_wdl(world, content.decode("latin-1"))
    return keep_wdl(world, check_wdl(wdl.removesuffix("_wdl"), content.decode("utf-8", "replace")))


def merge_template(desk: Desk, copied: str, fields: Body) -> Body:
    """The fields, and for those that are missing what the copied one has; 404 when that is not there."""
    old = desk.world.table("templates").get(copied)
    if old is None:
        raise none_found("template")
    kept = {name: old[name] for name in TEMPLATE.body} | {"name": f"{old['name']}_copy", "created_by": None}
    return {name: kept[name] if fields[name] is None else fields[name] for name in TEMPLATE.body}


def check_required(desk: Desk, fields: Body) -> None:
    """What has to be there: 400 in a form, 400 without a word in JSON; 500 for a pipeline that is not."""
    missing = [name for name in TEMPLATE.required if fields[name] is None]
    if missing and not is_form(desk.call.headers["content-type"]):
        raise nothing(400)
    if missing:
        raise problem(400, "Missing required field", f"Payload does not contain required field: {missing[0]}")
    if fields["pipeline_id"] not in desk.world.table("pipelines"):
        raise no_parent("template", "pipeline_id")


def update_template(desk: Desk, identity: str) -> Answer:
    """Some fields of a template changed; 403 for other WDLs while a run of it goes on."""
    template_id = read_id(identity)
    read = read_template(desk)
    changes = {name: each for name, each in read.items() if each is not None and name not in TEMPLATE.fixed}
    if changes.keys() & {*WDLS} and has_moving_runs(desk, template_id):
        detail = (
            "Updating test_wdl, eval_wdl, test_wdl_dependencies, or eval_wdl_dependencies is not allowed if there is a "
            "run tied to this template that is running"
        )
        raise problem(403, "Update params not allowed", detail)
    return answer_json(describe_template(desk, change(desk, TEMPLATE, template_id, changes)))


def make_wdl(column: str) -> Handler:
    """The text of a WDL, or the archive of what it imports."""

    def get_wdl(desk: Desk, identity: str) -> Answer:
        location = find_template(desk, identity)[column]
        if location is None:
            title = f"No {column.partition('_')[0]} dependencies found"
            raise problem(404, title, f"{title} for the specified template")
        answer = answer_wdl(desk.world, location)
        if column.endswith("dependencies"):
            body = answer.body.decode().encode("latin-1", "replace")
            return Answer(body=body, type="application/zip")
        return answer

    return get_wdl


ROUTES: dict[str, dict[str, Handler]] = {
    "/templates": {"GET": list_templates, "POST": create_template},
    "/templates/{}": {
        "GET": get_template,
        "PUT": update_template,
        "DELETE": make_delete(
            TEMPLATE,
            guard_by(
                "Cannot delete a template if there are tests or results mapped to it",
                ("tests", "template_id"),
                ("template_results", "template_id"),
                ("template_reports", "template_id"),
            ),
        ),
    },
    **{f"/templates/{{}}/{wdl}": {"GET": make_wdl(wdl)} for wdl in WDLS},
}
