"""What a person has chosen to see of a trajectory, as the address says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from dashboard.views.viewers.subjects import Subject

KINDS = ("messages", "reasoning", "tools", "outputs", "metadata")
"""What a step is made of, each to be shown or not."""

USUAL = frozenset(KINDS) - {"metadata"}

MOST = 10**9
"""No number in an address means more."""

MAX_FIND = 500
"""Characters of a text that is searched for."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Every address within the viewer is made from these, so that a choice stays until it is changed."""

    subject: Subject
    step: int = 1
    """The step to be seen; its page is shown."""
    is_step_asked: bool = False
    """The address names the step."""
    odd_step: str = ""
    """What stands in the address for its number, and is none."""
    shown: frozenset[str] = USUAL
    is_errors_only: bool = False
    is_raw: bool = False
    """As the file has it: no Markdown, no colours."""
    folds: str = ""
    """``all``: everything open; ``none``: everything closed; empty: as is usual for each."""
    within: str = ""
    """Which trajectory of those embedded in the file; empty: its own."""
    find: str = ""
    is_regex: bool = False
    is_case: bool = False
    since: int = 1
    """The step from which on it is searched for."""
    hit: int = 0
    """Which of what was found, from 1; 0: none is named."""

    @property
    def kinds(self) -> frozenset[str]:
        """What a step has to hold some of to be shown; empty: any step is, as each has metadata, or a head at least."""
        return frozenset() if self.shown >= USUAL or "metadata" in self.shown else self.shown

    @property
    def is_filtered(self) -> bool:
        """Whether some steps are left out."""
        return self.is_errors_only or bool(self.kinds)

    def url(self, **changes: str | int | None) -> str:
        """The page with these parameters changed; None takes one away. Steps are named by their anchor as well."""
        address = self.subject.url(**{**self.params(), "step": None, "hit": None, **changes})
        number = changes.get("step")
        return f"{address}#s{number}" if number and "part" not in changes else address

    def part(self, name: str, **params: str | int | None) -> str:
        """The address of a piece of this page."""
        return self.url(**{**params, "part": name})

    def params(self) -> dict[str, str | int | None]:
        """What of it is not as usual, as parameters of an address."""
        return {
            "show": None if self.shown == USUAL else self._show(self.shown),
            "errors": 1 if self.is_errors_only else None,
            "view": "raw" if self.is_raw else None,
            "open": self.folds or None,
            "within": self.within or None,
            "find": self.find or None,
            "regex": 1 if self.find and self.is_regex else None,
            "case": 1 if self.find and self.is_case else None,
            "since": self.since if self.find and self.since > 1 else None,
        }

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form carries along beside its own fields, which are named."""
        params = {**self.subject.fixed, **{name: value for name, value in self.params().items() if value is not None}}
        return [(name, str(value)) for name, value in params.items() if name not in without]

    def toggled(self, kind: str) -> str:
        """The page with this kind shown, if it is not, or else without it."""
        shown = self.shown ^ {kind}
        return self.url(show=None if shown == USUAL else self._show(shown), step=self.step)

    @staticmethod
    def _show(shown: frozenset[str]) -> str:
        return ",".join(kind for kind in KINDS if kind in shown) or "heads"


def read(subject: Subject, query: QueryDict) -> Choices:
    """The choices of an address; what makes no sense in it is as if it were not there."""
    step = whole_number(query, "step")
    return Choices(
        subject=subject,
        step=max(step, 1),
        is_step_asked=step > 0,
        odd_step=query.get("step", "")[:40] if step == 0 else "",
        shown=_shown(query),
        is_errors_only=query.get("errors") == "1",
        is_raw=query.get("view") == "raw",
        folds=query.get("open", "") if query.get("open") in {"all", "none"} else "",
        within=query.get("within", "")[:200],
        find=query.get("find", "")[:MAX_FIND].replace("\0", ""),
        is_regex=query.get("regex") == "1",
        is_case=query.get("case") == "1",
        since=max(whole_number(query, "since"), 1),
        hit=whole_number(query, "hit"),
    )


def whole_number(query: Mapping[str, str], name: str) -> int:
    """The parameter as a number from 0; 0 where it is none."""
    value = query.get(name, "")
    return min(int(value), MOST) if value.isascii() and value.isdigit() and len(value) <= len(str(MOST)) else 0


def _shown(query: QueryDict) -> frozenset[str]:
    asked = query.get("show", "")
    return frozenset(asked.split(",")) & frozenset(KINDS) if asked else USUAL
