"""Run groups: the two runs of a pull request, or what a query for a report has found."""

from dashboard.demo.answers import Answer, Json, answer_json
from dashboard.demo.carrot.answers import cannot_delete, deleted, none_found, none_to_delete
from dashboard.demo.carrot.desks import Desk, Handler, Shape, read_id
from dashboard.demo.carrot.entities import Entity, Filter, find, never, spell_column
from dashboard.demo.carrot.queries import number, text, uuid_text
from dashboard.demo.carrot.stores import Row

GITHUB = ("owner", "repo", "issue_number", "author", "base_commit", "head_commit", "test_input_key", "eval_input_key")


def in_github(column: str) -> Filter:
    """A filter by what GitHub said."""
    return lambda _, row, value: (row["github"] or {}).get(column) == value


GROUP = Entity(
    noun="run group",
    table="run_groups",
    key="run_group_id",
    columns=("run_group_id", "created_at", "metadata"),
    parsers={
        "run_group_id": uuid_text,
        **dict.fromkeys(GITHUB, text),
        "issue_number": number,
        "query": text,
    },
    none=("No run group found", "No run group found"),
    filters={**{column: in_github(column) for column in GITHUB}, "query": never},
    more_sort_keys=(*GITHUB, "query"),
    no_sort_keys=("metadata",),
)


def describe_group(desk: Desk, group: Row) -> dict[str, Json]:
    """A group as JSON; before 1.0 it was flat."""
    document: dict[str, Json] = {
        "run_group_id": group["run_group_id"],
        "created_at": spell_column("created_at", group["created_at"]),
    }
    if desk.switches.shape is not Shape.V1_0:
        return document | {name: (group["github"] or {}).get(name) for name in GITHUB}
    return document | {"metadata": describe_metadata(group)}


def describe_metadata(group: Row) -> dict[str, Json] | None:
    """An object of one key, ``Github`` or ``Query``; None for a group that has lost it."""
    for name in ("Github", "Query"):
        if found := group[name.lower()]:
            ending = {"created_at": spell_column("created_at", found["created_at"])}
            return {name: {"run_group_id": group["run_group_id"], **found, **ending}}
    return None


def list_groups(desk: Desk) -> Answer:
    """All groups that a query asks for."""
    rows = [row | (row["github"] or {}) | {"created_at": row["created_at"]} for row in all_groups(desk)]
    found = find(desk.world, GROUP, rows, desk.query(GROUP.known))
    return answer_json([describe_group(desk, group) for group in found])


def all_groups(desk: Desk) -> list[Row]:
    """The rows of the table."""
    return list(desk.world.table("run_groups").values())


def get_group(desk: Desk, identity: str) -> Answer:
    """One group."""
    group = desk.world.table("run_groups").get(read_id(identity))
    if group is None:
        raise none_found("run group")
    return answer_json(describe_group(desk, group))


def runs_of(desk: Desk, group_id: str) -> list[Row]:
    """The runs of a group."""
    runs = desk.world.table("runs").values()
    return [run for run in runs if group_id in run["run_group_ids"] and run["run_id"] not in desk.gone]


def delete_group(desk: Desk, identity: str) -> Answer:
    """Delete a group without runs; 403 otherwise, which costs a pull request's group what is known of GitHub."""
    group_id = read_id(identity)
    group = desk.world.table("run_groups").get(group_id)
    if group is None:
        raise none_to_delete("run group")
    if group["github"]:
        desk.world.add("run_groups", group_id, group | {"github": None})
    if group["query"] or runs_of(desk, group_id):
        raise cannot_delete("Cannot delete a run group if there is a run mapped to it")
    return deleted(desk.world.remove("run_groups", group_id))


ROUTES: dict[str, dict[str, Handler]] = {
    "/run-groups": {"GET": list_groups},
    "/run-groups/{}": {"GET": get_group, "DELETE": delete_group},
}
