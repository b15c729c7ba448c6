"""Pipelines, templates, tests, results, reports and software: read, list, create, change and delete."""

from collections.abc import Callable

from dashboard.demo.answers import Answer, answer_json
from dashboard.demo.carrot.answers import (
    Refusal,
    cannot_delete,
    deleted,
    no_parent,
    none_found,
    none_to_delete,
    problem,
    server_error,
)
from dashboard.demo.carrot.bodies import Body
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import Entity, describe, find
from dashboard.demo.carrot.kinds import DEFAULTS, PIPELINE, RESULT, TEST, Kind
from dashboard.demo.carrot.queries import uuid_text
from dashboard.demo.carrot.run_views import is_moving
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import new_id

Guard = Callable[[Desk, str], None]
View = Callable[[Row, str], Row]


def make_get(entity: Entity, view: View = lambda row, _: row) -> Handler:
    """One by its id; ``view`` says how its row stands at a moment."""

    def get(desk: Desk, identity: str) -> Answer:
        row = desk.world.table(entity.table).get(read_id(identity))
        if row is None:
            raise none_found(entity.noun)
        return answer_json(describe(entity, view(row, desk.moment)))

    return get


def make_list(entity: Entity, view: View = lambda row, _: row) -> Handler:
    """All that a query asks for; ``view`` says how each row stands at a moment."""

    def list_rows(desk: Desk) -> Answer:
        rows = [view(row, desk.moment) for row in desk.world.table(entity.table).values()]
        found = find(desk.world, entity, rows, desk.query(entity.known))
        return answer_json([describe(entity, row) for row in found])

    return list_rows


def make_create(kind: Kind) -> Handler:
    """A new one from the body."""

    def create(desk: Desk) -> Answer:
        return answer_json(describe(kind.entity, add(desk, kind, desk.body(kind.body, kind.required))))

    return create


def add(desk: Desk, kind: Kind, fields: Body) -> Row:
    """Keep a new one; 500 for a name that is taken."""
    entity = kind.entity
    for column in kind.unique:
        desk.world.check_unique(entity.table, entity.noun, column, fields[column])
    key = new_id()
    return desk.world.add(entity.table, key, {entity.key: key, **fields, "created_at": desk.moment})


def make_update(kind: Kind, check: Callable[[Desk, str, Body], None] = lambda *_: None) -> Handler:
    """Some fields of one changed; ``check`` may refuse it."""

    def update(desk: Desk, identity: str) -> Answer:
        key = read_id(identity)
        checks = {name: each for name, each in kind.body.items() if name not in kind.fixed}
        changes = {name: value for name, value in desk.body(checks).items() if value is not None}
        check(desk, key, changes)
        return answer_json(describe(kind.entity, change(desk, kind, key, changes)))

    return update


def change(desk: Desk, kind: Kind, key: str, changes: Body) -> Row:
    """Change one; 500 when it is not there, when nothing is to be changed, or when a name is taken."""
    entity = kind.entity
    row = desk.world.table(entity.table).get(key)
    if not changes:
        said = "There are no changes to save. This query cannot be built"
        raise wrapped(kind, f'QueryBuilderError("{said}")')
    if row is None:
        raise wrapped(kind, "NotFound")
    for column in kind.unique:
        desk.world.check_unique(entity.table, entity.noun, column, changes.get(column), but=key)
    return desk.world.add(entity.table, key, row | changes)


def wrapped(kind: Kind, debug: str) -> Refusal:
    """500 of a change: reports, tests and templates say more of where it comes from."""
    is_wrapped = kind.entity.noun in {"report", "test", "template"}
    return server_error(f"DB({debug})" if is_wrapped else debug)


def make_delete(kind: Kind, guard: Guard) -> Handler:
    """One deleted, unless ``guard`` refuses it."""

    def delete(desk: Desk, identity: str) -> Answer:
        key = read_id(identity)
        if key not in desk.world.table(kind.entity.table):
            raise none_to_delete(kind.entity.noun)
        guard(desk, key)
        return deleted(desk.world.remove(kind.entity.table, key))

    return delete


def guard_by(detail: str, *columns: tuple[str, str]) -> Guard:
    """A guard that refuses while rows of other tables refer to it."""

    def guard(desk: Desk, key: str) -> None:
        if any(desk.world.where(table, **{column: key}) for table, column in columns):
            raise cannot_delete(detail)

    return guard


def create_test(desk: Desk) -> Answer:
    """A new test, or a copy of one with some of it changed."""
    copied = desk.query({"copy": uuid_text}).get("copy")
    fields = desk.body(TEST.body)
    if copied is not None:
        fields = merge_copy(desk, TEST, str(copied), fields)
    if fields["name"] is None or fields["template_id"] is None:
        raise problem(400, "Invalid request body", "Fields 'name' and 'template_id' are required if not copying")
    if fields["template_id"] not in desk.world.table("templates"):
        raise no_parent("test", "template_id")
    return answer_json(describe(TEST.entity, add(desk, TEST, fields)))


def merge_copy(desk: Desk, kind: Kind, copied: str, fields: Body) -> Body:
    """The fields, and for those that are missing what the copied one has; 500 when that is not there."""
    old = desk.world.table(kind.entity.table).get(copied)
    if old is None:
        raise server_error("DB(NotFound)")
    kept = {name: old[name] for name in kind.body} | {"name": f"{old['name']}_copy", "created_by": None}
    return {name: kept[name] if fields[name] is None else fields[name] for name in kind.body}


def check_test(desk: Desk, test_id: str, changes: Body) -> None:
    """403 for other defaults while a run of it is going on."""
    runs = desk.world.where("runs", test_id=test_id)
    if changes.keys() & {*DEFAULTS} and any(is_moving(run, desk.moment) for run in runs):
        detail = (
            "Updating test_input_defaults, eval_input_defaults, test_option_defaults, or eval_option_defaults is not "
            "allowed if there is a run tied to this test that is running"
        )
        raise problem(403, "Update params not allowed", detail)


def make_routes(kind: Kind, guard: Guard, **more: Handler) -> dict[str, dict[str, Handler]]:
    """The routes of a kind; ``more`` has methods that it does in its own way."""
    path = f"/{kind.entity.table}"
    return {
        path: {"GET": make_list(kind.entity), "POST": more.get("create") or make_create(kind)},
        f"{path}/{{}}": {
            "GET": make_get(kind.entity),
            "PUT": more.get("update") or make_update(kind),
            "DELETE": make_delete(kind, guard),
        },
    }


ROUTES: dict[str, dict[str, Handler]] = {
    **make_routes(
        PIPELINE,
        guard_by("Cannot delete a pipeline if there is a template mapped to it", ("templates", "pipeline_id")),
    ),
    **make_routes(
        TEST,
        guard_by("Cannot delete a test if there are runs mapped to it", ("runs", "test_id")),
        create=create_test,
        update=make_update(TEST, check_test),
    ),
    **make_routes(
        RESULT,
        guard_by(
            "Cannot delete a result if there is a template_result mapped to it", ("template_results", "result_id")
        ),
    ),
}
