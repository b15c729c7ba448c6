"""A notice in words, from its body: what mails and messages say."""

from collections.abc import Mapping
from typing import Any

from dashboard import formats
from dashboard.domain.statistics import Interval


def lines(body: Mapping[str, Any]) -> list[str]:
    """A notice in words, a line each, below its title."""
    found = [body["failure"], _told_of_regression(body["regression"]), _told_of_numbers(body["numbers"])]
    run = body["run"]
    if run:
        parts = [run["source"], run["test"] or run["dataset"], run["agents"]]
        found.append(" · ".join(part for part in parts if part))
    return [line for line in [*found, body["reason"]] if line]


def _told_of_numbers(numbers: Mapping[str, Any] | None) -> str:
    if numbers is None or not numbers["trials"]:
        return ""
    bounds = (numbers["interval_low"], numbers["interval_high"])
    within = "" if None in bounds else f", 95 % interval {formats.interval(Interval(*bounds, 'wilson'))}"
    errored = f", {numbers['errored']:,} errored" if numbers["errored"] else ""
    rate = formats.percent(numbers["rate"])
    return f"{numbers['passed']:,} of {formats.plural(numbers['trials'], 'trial')} passed ({rate}{within}){errored}."


def _told_of_regression(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ""
    before = f"the run before it, {found['previous_name']}"
    if found["has_failed"]:
        return f"It failed where {before}, completed."
    if found["tasks"]:
        return f"Against {before}: {_told_of_tasks(found['tasks'])}"
    return f"Against {before}: {'; '.join(_told_of_result(each) for each in found['results'])}."


def _told_of_tasks(tasks: Mapping[str, Any]) -> str:
    rates = f"{formats.percent(tasks['rate_after'])} passed, after {formats.percent(tasks['rate_before'])}"
    counts = (
        f"over {formats.plural(tasks['compared'], 'task')}, {tasks['worse']:,} worse and {tasks['better']:,} better"
    )
    if tasks["p_value"] is not None:
        return f"{rates}, {counts} (p = {tasks['p_value']:.2g})."
    low, high = (formats.signed_percent(tasks[name]) for name in ("difference_low", "difference_high"))
    return f"{rates}, {counts} (difference {low} to {high}, 95 % interval)."


def _told_of_result(result: Mapping[str, Any]) -> str:
    keys = ("after", "before", "usual_low", "usual_high")
    after, before, low, high = (formats.number(result[key], 4) for key in keys)
    usual = f"usual is {low}" if low == high else f"usual is {low} to {high}"
    return f"{result['name']} is {after} after {before} ({usual}, by {result['earlier_runs']} runs)"
