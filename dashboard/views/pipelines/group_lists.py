"""Groups of runs as rows: what each is, its base and head, and how its runs fare."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from dashboard import formats
from dashboard.domain.pipelines import GroupKind
from dashboard.domain.statuses import RunStatus
from dashboard.services.pipelines.groups import Listed

COMMIT = 8
"""Characters of a commit that tell it from others."""


def rows(found: Sequence[Listed]) -> list[dict[str, Any]]:
    """What ``pipelines/_groups.html`` shows."""
    return [_row(each) for each in found]


def _row(listed: Listed) -> dict[str, Any]:
    group = listed.group
    return {
        "group": group,
        "url": reverse("run-group", args=[group.pk]),
        "kind": GroupKind(group.kind).label,
        "base": _commit(group.base_commit),
        "head": _commit(group.head_commit),
        "states": [
            {"status": str(status), "text": f"{formats.count(listed.states[status])} {status}"}
            for status in RunStatus
            if listed.states.get(status)
        ],
    }


def _commit(commit: str) -> dict[str, str]:
    return {"full": commit, "short": commit[:COMMIT]}
