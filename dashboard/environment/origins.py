"""Whether the second origin leaves the dashboard's own pages to be seen."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names of one's own machine, all of which a start answers to: pages have one, documents another."""


def faults(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the second origin, by the name of the variable that should change."""
    second = urlsplit(values["ARTIFACT_ORIGIN"]).hostname
    if not second or second not in _names_of_pages(values, second):
        return {}
    return {"ARTIFACT_ORIGIN": [f"Pages are asked for under {second}, and none would be shown there any more."]}


def _names_of_pages(values: Mapping[str, Any], second: str) -> set[str | None]:
    """The names under which people ask for pages; on one's own machine those that are left beside the second."""
    named = {urlsplit(values["BASE_URL"]).hostname}
    hosts = {name.lower().rstrip(".") for name in values["ALLOWED_HOSTS"]}
    has_other_name = second in _LOOPBACK and not hosts.isdisjoint(_LOOPBACK - {second})
    return named | ({values["WEB_HOST"]} if has_other_name else hosts)
