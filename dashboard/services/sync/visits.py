"""What a look at a source goes by: whom it asks, what time it is, whether it should end, and what could not be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.domain.errors import SourceError, is_of_source
from dashboard.domain.records import Problem
from dashboard.models import Source
from dashboard.services.sync.reading import Clock
from dashboard.sources.base import RunApi

Question = Callable[[], bool]


class Stopped(Exception):
    """A look was asked to end before it had read everything."""


def never() -> bool:
    """The answer of whoever does not want a look to end early."""
    return False


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a source."""

    source: Source
    client: RunApi
    clock: Clock
    is_stopped: Question = never
    problems: list[Problem] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time, as often as it is asked for."""
        return self.clock()

    def check(self) -> None:
        """Go on only if the look need not end. Raises ``Stopped``."""
        if self.is_stopped():
            raise Stopped

    def note(self, where: str, error: SourceError) -> None:
        """Keep what could not be read among the problems; what says something of the whole source is raised again."""
        if is_of_source(error):
            raise error
        self.problems.append(Problem(where=where, what=error.sentence))
