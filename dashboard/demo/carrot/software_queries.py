"""``software_versions={…}``: the runs that were made with certain versions of a software."""

import json
from collections.abc import Callable

from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import server_error
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World

Wanted = dict[str, object]
FORMS: dict[str, frozenset[str]] = {
    "list": frozenset({"name", "commits_and_tags"}),
    "count": frozenset({"name", "count", "branch", "tags_only"}),
    "dates": frozenset({"name", "from", "to", "branch"}),
}


def find_runs_with(world: World, text: str) -> frozenset[str]:
    """Ids of runs; 500 for JSON that is in none of the three forms, or for a software that nobody knows."""
    versions = {row["software_version_id"] for row in find_versions(world, text)}
    return frozenset(key for key, run in world.table("runs").items() if versions & set(run["software"]))


def name_versions(world: World, text: str) -> list[str]:
    """The same versions as ``name|commit_or_tag``, as a stored query has them."""
    return [f"{read_wanted(text)['name']}|{row['commit']}" for row in find_versions(world, text)]


def read_wanted(text: str) -> Wanted:
    """The JSON of the query; 500 when it is none."""
    try:
        wanted = json.loads(text)
    except (ValueError, RecursionError):
        raise no_such_query(f"Parse(Error({text[:80]!r}))") from None
    if not isinstance(wanted, dict) or not isinstance(wanted.get("name"), str):
        raise no_such_query('Parse(Error("data did not match any variant of untagged enum SoftwareVersionQuery"))')
    return wanted


def find_versions(world: World, text: str) -> list[Row]:
    """The versions that a query means."""
    wanted = read_wanted(text)
    software = world.where("software", name=wanted["name"])
    form = next((name for name in FORMS if is_in_form(wanted, name)), "")
    if form == "list":
        return by_list(versions_of(world, software), wanted)
    if not form or not software:
        raise no_such_query(f'SoftwareNotFound("{wanted["name"]}")')
    choose: Callable[[list[Row], Wanted], list[Row]] = newest if form == "count" else between
    return choose(versions_of(world, software), wanted)


def is_in_form(wanted: Wanted, form: str) -> bool:
    """Whether a query is in one of the forms."""
    if form == "list":
        return isinstance(wanted.get("commits_and_tags"), list)
    if form == "count":
        count = wanted.get("count")
        return isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return wanted.keys() <= FORMS["dates"]


def versions_of(world: World, software: list[Row]) -> list[Row]:
    """All versions, newest first."""
    ids = {row["software_id"] for row in software}
    rows = [row for row in world.table("software_versions").values() if row["software_id"] in ids]
    return sorted(rows, key=lambda row: str(row["commit_date"]), reverse=True)


def by_list(versions: list[Row], wanted: Wanted) -> list[Row]:
    """Those that are named by commit or tag."""
    named = wanted["commits_and_tags"]
    names = {str(each) for each in named} if isinstance(named, list) else set()
    return [row for row in versions if names & {row["commit"], *row["tags"]}]


def newest(versions: list[Row], wanted: Wanted) -> list[Row]:
    """The newest commits, or tags."""
    found = [row for row in versions if row["tags"]] if wanted.get("tags_only") else versions
    count = wanted["count"]
    return found[:count] if isinstance(count, int) else []


def between(versions: list[Row], wanted: Wanted) -> list[Row]:
    """Those of a span of time."""
    try:
        first = times.parse(str(wanted.get("from") or "0001-01-01T00:00:00"))
        last = times.parse(str(wanted.get("to") or "9999-12-31T00:00:00"))
    except ValueError as error:
        raise no_such_query(f"DateParse({error})") from None
    return [row for row in versions if first <= row["commit_date"] <= last]


def no_such_query(debug: str) -> Exception:
    """500 for a query of software that cannot be turned into one of the database."""
    return server_error(f"RunQueryConversionError {debug}")
