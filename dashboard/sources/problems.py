"""What could not be read, collected: told instead of swallowed, and bounded."""

from dashboard.domain.records import Problem
from dashboard.sources.texts import clean

MOST = 50
"""Problems that are told one by one."""


class Problems:
    """Collects problems of one run, trial or listing."""

    def __init__(self) -> None:
        self._told: dict[Problem, None] = {}
        self._untold = 0

    def add(self, where: str, what: str) -> None:
        """Note, once, that something could not be read."""
        problem = Problem(where=clean(where), what=clean(what))
        if len(self._told) < MOST:
            self._told[problem] = None
        elif problem not in self._told:
            self._untold += 1

    def listed(self) -> tuple[Problem, ...]:
        """All of them; beyond the bound one more that says how many there are."""
        more = Problem(where="", what=f"{self._untold:,} more problems are not listed.")
        return (*self._told, more) if self._untold else tuple(self._told)
