"""What of a patch is asked for, and the addresses of what else may be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.views.addresses import whole_number
from dashboard.views.viewers.subjects import Subject

COOKIE = "diff-view"
"""Remembers, on this device, whether one reads side by side."""
UNIFIED, SPLIT = "unified", "split"
HIDE = "hide"

_LINE = re.compile(r"([LR])([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the address, and the device, choose."""

    subject: Subject
    view: str
    """As the address says it; empty where the device decides."""
    is_split: bool
    hides_spaces: bool
    open: int | None
    """Number of the file that is to be shown whatever there is before it, from 1."""
    line: tuple[str, int] | None
    """Side, L or R, and number of a line of that file that is to be shown."""
    start: int
    """Which row of that file comes first, from 0."""
    is_part: bool
    """Only rows are asked for, to stand below those that are there."""
    first: int
    """Number of the first file of the page, from 1; 0 where the address does not say."""

    def url(self, **params: str | int | None) -> str:
        """The same view of something else."""
        spaces = HIDE if self.hides_spaces else None
        return self.subject.url(**{"view": self.view, "spaces": spaces, **params})


def read(subject: Subject, query: Mapping[str, str], cookies: Mapping[str, str]) -> Choice:
    """What is asked for; what cannot be understood is not asked for."""
    view = query.get("view", "")
    said = view if view in {UNIFIED, SPLIT} else ""
    line = _LINE.fullmatch(query.get("line", ""))
    return Choice(
        subject=subject,
        view=said,
        is_split=(said or cookies.get(COOKIE)) == SPLIT,
        hides_spaces=query.get("spaces") == HIDE,
        open=whole_number(query.get("open"), 0) or None,
        line=(line[1], int(line[2])) if line else None,
        start=whole_number(query.get("from"), 0),
        is_part="part" in query,
        first=whole_number(query.get("at"), 0),
    )
