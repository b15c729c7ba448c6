"""Everything there is at a stand-in, seen at the present of its clock."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime

from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import duplicate
from dashboard.demo.carrot.stores import Row, Store, Table


class World:
    """The tables of one stand-in; whoever asks holds ``lock``."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store = store
        self.now = now
        self.lock = threading.RLock()

    @property
    def moment(self) -> str:
        """Now, as times are kept."""
        return times.keep(self.now())

    def table(self, name: str) -> Table:
        """The rows of a table by their keys, in the order in which they were added."""
        return self.store.memory.tables[name]

    def add(self, table: str, key: str, row: Row) -> Row:
        """Add or replace a row, and keep it."""
        self.table(table)[key] = row
        self.save()
        return row

    def remove(self, table: str, *keys: str) -> int:
        """Remove rows; how many there were."""
        count = sum(self.table(table).pop(key, None) is not None for key in keys)
        self.save()
        return count

    def where(self, table: str, **values: object) -> list[Row]:
        """The rows that have these values."""
        rows = self.table(table).values()
        return [row for row in rows if all(row.get(name) == value for name, value in values.items())]

    def check_unique(self, table: str, noun: str, column: str, value: object, but: str = "") -> None:
        """500 when another row of the table has this value already."""
        for key, row in self.table(table).items():
            if value is not None and row[column] == value and key != but:
                raise duplicate(f"{noun}_{column}_key")

    def save(self) -> None:
        """Keep everything as it is now."""
        self.store.save()


def new_id() -> str:
    """An id for something that somebody creates."""
    return str(uuid.uuid4())
