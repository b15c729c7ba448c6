"""What is mapped to templates (results, reports) and who is told of what (subscriptions)."""

import re

from dashboard.demo.answers import Answer, answer_json
from dashboard.demo.carrot import definitions
from dashboard.demo.carrot.answers import (
    Refusal,
    cannot_delete,
    deleted,
    deleted_maybe_more,
    duplicate,
    no_parent,
    none_found,
    none_to_delete,
    plain,
    problem,
)
from dashboard.demo.carrot.bodies import a_text
from dashboard.demo.carrot.desks import Desk, Handler, read_id
from dashboard.demo.carrot.entities import CREATOR, Entity, describe, find
from dashboard.demo.carrot.queries import one_of, text, uuid_text
from dashboard.demo.carrot.run_views import is_moving
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import new_id

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TRIGGERS = ("single", "pr")
KINDS = ("pipeline", "template", "test")
RESULT_MAPPING = Entity(
    noun="template_result mapping",
    table="template_results",
    key="result_id",
    columns=("template_id", "result_id", "result_key", "created_at", "created_by"),
    parsers={"result_id": uuid_text, "result_key": text, **CREATOR},
    none=("No template_result mapping found", "No template_result mapping found"),
)
REPORT_MAPPING = Entity(
    noun="template_report mapping",
    table="template_reports",
    key="report_id",
    columns=("template_id", "report_id", "report_trigger", "created_at", "created_by"),
    parsers={"report_id": uuid_text, "report_trigger": one_of(TRIGGERS), **CREATOR},
    none=("No template_report mapping found", "No template_report mapping found"),
)
SUBSCRIPTION = Entity(
    noun="subscription",
    table="subscriptions",
    key="subscription_id",
    columns=("subscription_id", "entity_type", "entity_id", "email", "created_at"),
    parsers={
        "subscription_id": uuid_text,
        "entity_type": one_of(KINDS),
        "entity_id": uuid_text,
        "email": text,
    },
    none=("No subscriptions found", "No subscriptions found"),
    filters={"email": lambda _, row, value: row["email"].lower() == str(value).lower()},
)


def make_list(entity: Entity) -> Handler:
    """The mappings of a template."""

    def list_rows(desk: Desk, identity: str) -> Answer:
        query = desk.query(entity.known)
        rows = desk.world.where(entity.table, template_id=read_id(identity))
        return answer_json([describe(entity, row) for row in find(desk.world, entity, rows, query)])

    return list_rows


def key_of(*parts: str) -> str:
    """The key of a mapping: its ids, and the trigger of a report's."""
    ids = [read_id(each) for each in parts[:2]]
    return "/".join([*ids, *map(read_trigger, parts[2:])])


def read_trigger(value: str) -> str:
    """The trigger of a path in any case; else 400."""
    if value.lower() not in TRIGGERS:
        raise problem(400, "Unsupported value for report_trigger", "report_trigger must be 'single' or 'pr'")
    return value.lower()


def make_get(entity: Entity) -> Handler:
    """One mapping."""

    def get(desk: Desk, *parts: str) -> Answer:
        row = desk.world.table(entity.table).get(key_of(*parts))
        if row is None:
            raise none_found(entity.noun)
        return answer_json(describe(entity, row))

    return get


def map_result(desk: Desk, template: str, result: str) -> Answer:
    """Say under which key a template gives a result."""
    fields = desk.body({"result_key": a_text, "created_by": a_text}, ("result_key",))
    key = key_of(template, result)
    ids: Row = {"template_id": read_id(template), "result_id": read_id(result)}
    check_pair(desk, RESULT_MAPPING, key, ("templates", "template_id"), ("results", "result_id"))
    return answer_json(
        describe(RESULT_MAPPING, desk.world.add("template_results", key, ids | fields | {"created_at": desk.moment}))
    )


def map_report(desk: Desk, template: str, report: str, trigger: str) -> Answer:
    """Say that a report is made whenever a run of the template succeeds, or both runs of a pull request end."""
    fields = desk.body({"created_by": a_text})
    key = key_of(template, report, trigger)
    row: Row = {"template_id": read_id(template), "report_id": read_id(report)}
    check_pair(desk, REPORT_MAPPING, key, ("templates", "template_id"), ("reports", "report_id"))
    row |= {"report_trigger": read_trigger(trigger), "created_at": desk.moment, **fields}
    return answer_json(describe(REPORT_MAPPING, desk.world.add("template_reports", key, row)))


def check_pair(desk: Desk, entity: Entity, key: str, *parents: tuple[str, str]) -> None:
    """500 when the pair is there already, or one of its sides is not."""
    table = entity.table.removesuffix("s")
    if key in desk.world.table(entity.table):
        raise duplicate(f"{table}_pkey")
    for (owners, column), identity in zip(parents, key.split("/"), strict=False):
        if identity not in desk.world.table(owners):
            raise no_parent(table, column)


def unmap_result(desk: Desk, template: str, result: str) -> Answer:
    """Take a result from a template; 403 while runs of it go on."""
    key = key_of(template, result)
    if key not in desk.world.table("template_results"):
        raise none_to_delete(RESULT_MAPPING.noun)
    if has_moving_runs(desk, read_id(template)):
        raise cannot_delete("Cannot delete a template_result mapping if the associated template has runs in progress")
    return deleted(desk.world.remove("template_results", key))


def has_moving_runs(desk: Desk, template_id: str) -> bool:
    """Whether a run of the template goes on."""
    tests = {row["test_id"] for row in desk.world.where("tests", template_id=template_id)}
    runs = desk.world.table("runs").values()
    return any(run["test_id"] in tests and is_moving(run, desk.moment) for run in runs)


def unmap_report(desk: Desk, template: str, report: str, trigger: str) -> Answer:
    """Take a report from a template."""
    key = key_of(template, report, trigger)
    if key not in desk.world.table("template_reports"):
        raise none_to_delete(REPORT_MAPPING.noun)
    return deleted(desk.world.remove("template_reports", key))


def make_own_list(kind: str) -> Handler:
    """Who is told of one pipeline, template or test."""

    def list_rows(desk: Desk, identity: str) -> Answer:
        query = desk.query(SUBSCRIPTION.known)
        rows = desk.world.where("subscriptions", entity_type=kind, entity_id=read_id(identity))
        return answer_json([describe(SUBSCRIPTION, row) for row in find(desk.world, SUBSCRIPTION, rows, query)])

    return list_rows


def make_subscribe(kind: str) -> Handler:
    """Tell somebody of one pipeline, template or test from now on."""

    def subscribe(desk: Desk, identity: str) -> Answer:
        email, entity_id = desk.body({"email": a_text}, ("email",))["email"], read_id(identity)
        if entity_id not in desk.world.table(f"{kind}s"):
            raise none_found(kind)
        if not MAIL.fullmatch(str(email)):
            raise bad_mail()
        row = {"entity_type": kind, "entity_id": entity_id, "email": email, "created_at": desk.moment}
        row["subscription_id"] = key = new_id()
        return answer_json(describe(SUBSCRIPTION, desk.world.add("subscriptions", key, row)))

    return subscribe


def bad_mail() -> Refusal:
    """400: not an address of mail."""
    return problem(400, "Not a valid email address", "Email must be a valid email address")


def make_unsubscribe(kind: str) -> Handler:
    """Tell somebody no longer."""

    def unsubscribe(desk: Desk, identity: str) -> Answer:
        query = desk.query({"email": text})
        if "email" not in query:
            raise plain(400, "Query deserialize error: missing field `email`")
        wanted = {"entity_type": kind, "entity_id": read_id(identity), "email": query["email"]}
        found = desk.world.where("subscriptions", **wanted)
        if not found:
            raise none_to_delete("subscription", "parameters")
        return deleted_maybe_more(desk.world.remove("subscriptions", *(row["subscription_id"] for row in found)))

    return unsubscribe


RESULT_ROUTES: dict[str, dict[str, Handler]] = {
    "/templates/{}/results": {"GET": make_list(RESULT_MAPPING)},
    "/templates/{}/results/{}": {"GET": make_get(RESULT_MAPPING), "POST": map_result, "DELETE": unmap_result},
}
REPORT_ROUTES: dict[str, dict[str, Handler]] = {
    "/templates/{}/reports": {"GET": make_list(REPORT_MAPPING)},
    "/templates/{}/reports/{}/{}": {"GET": make_get(REPORT_MAPPING), "POST": map_report, "DELETE": unmap_report},
}
SUBSCRIPTION_ROUTES: dict[str, dict[str, Handler]] = {
    "/subscriptions": {"GET": definitions.make_list(SUBSCRIPTION)},
    "/subscriptions/{}": {"GET": definitions.make_get(SUBSCRIPTION)},
    **{
        f"/{kind}s/{{}}/subscriptions": {
            "GET": make_own_list(kind),
            "POST": make_subscribe(kind),
            "DELETE": make_unsubscribe(kind),
        }
        for kind in KINDS
    },
}
