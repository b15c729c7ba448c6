"""People who keep changing something of their own, and remember what they were told is kept."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.fleet.members import Member

LIST = "/columns/runs/"
COLUMNS = ("status", "source", "dataset", "cost", "started", "duration")
"""Of the runs list, beside the name; a choice of them is a number in binary."""
PAUSE = 0.02


def chosen(number: int) -> list[str]:
    """The columns that stand for a number."""
    return [name for bit, name in enumerate(COLUMNS) if number >> bit & 1] or [COLUMNS[0]]


@dataclass
class Writer:
    """Somebody, what they last were told is kept, and what they asked for since."""

    name: str
    session: str
    kept: list[str] | None = None
    asked: list[list[str]] = field(default_factory=list)
    n_kept: int = 0
    statuses: set[int] = field(default_factory=set)

    def write(self, member: Member, number: int) -> None:
        """Ask for one choice."""
        columns = chosen(number % (1 << len(COLUMNS)))
        self.asked.append(columns)
        form = {"column": ["name", *columns], **{f"place-{name}": place for place, name in enumerate(columns, 2)}}
        status = member.ask("POST", LIST, self.session, form | {"place-name": 1, "next": "/runs/"})
        self.statuses.add(status)
        if status == http.client.FOUND:
            self.kept, self.asked, self.n_kept = columns, [], self.n_kept + 1

    def fault(self, found: Sequence[str] | None) -> str:
        """What is wrong with what the database has of them; empty if nothing is."""
        there = [name for name in found or () if name != "name"]
        allowed = [self.kept or [], *self.asked]
        return "" if sorted(there) in map(sorted, allowed) else f"{self.name}: {there} instead of one of {allowed}"


@contextmanager
def writing(members: Sequence[Member], sessions: Sequence[str]) -> Iterator[list[Writer]]:
    """Everybody writes all the time, at one process after the other, until the end."""
    writers = [Writer(f"watcher-{number}", session) for number, session in enumerate(sessions)]
    stopped = threading.Event()

    def work(writer: Writer) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            writer.write(members[number % len(members)], number)
            time.sleep(PAUSE)

    threads = [threading.Thread(target=work, args=(writer,), daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        stopped.set()
        for thread in threads:
            thread.join(timeout=40)
