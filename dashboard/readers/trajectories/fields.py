"""One object of a trajectory, member by member."""

from collections.abc import Callable
from typing import TypeVar

from dashboard.readers.values import mapping, shallow, written

Value = TypeVar("Value")


class Fields:
    """One object's members, asked for by name; what cannot be read is noted, what was not asked for is left over."""

    def __init__(self, wire: object, problems: list[str]) -> None:
        self._wire = mapping(wire)
        self._problems = problems
        self._asked: set[str] = set()

    def raw(self, name: str) -> object:
        """As it is, None where it is missing."""
        self._asked.add(name)
        return self._wire.get(name)

    def take(self, name: str, reading: Callable[[object], Value | None]) -> Value | None:
        """What ``reading`` makes of it; None and a problem where it makes nothing of something."""
        value = self.raw(name)
        read = None if value is None else reading(value)
        if value is not None and read is None:
            self._problems.append(f"Its {name} cannot be read: {_short(value)}")
        return read

    def text(self, name: str) -> str:
        """A string; numbers too, as they are written."""
        value = self.raw(name)
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, (dict, list)):
            self._problems.append(f"Its {name} is no text.")
        return written(value)

    def rest(self) -> dict[str, object]:
        """What its ``extra`` holds, and what was never asked for."""
        extra = self.raw("extra")
        found = {name: value for name, value in self._wire.items() if name not in self._asked}
        found.update(extra if isinstance(extra, dict) else {} if extra is None else {"extra": extra})
        return {name: shallow(value) for name, value in found.items()}


def _short(value: object) -> str:
    return written(value)[:60]
