"""What the stand-in remembers: one JSON file with all rows of all tables, always whole.

Rows of runs, report maps and software builds hold a plan instead of a status: see ``plans``. ::

    {"epoch": "…", "caught_up": "…", "tables": {"runs": {"<run_id>": {…}}, "report_maps": {"run/<id>/<id>": {…}}}}
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.demo.carrot import times
from dashboard.demo.files import write_whole

FILE = "state.json"
TABLES = (
    "pipelines", "templates", "tests", "results", "template_results", "template_reports", "subscriptions", "software",
    "software_versions", "software_builds", "reports", "run_groups", "runs", "report_maps", "wdls", "renderings",
)  # fmt: skip

Row = dict[str, Any]
Table = dict[str, Row]


def make_tables() -> dict[str, Table]:
    """All tables, empty."""
    return {name: {} for name in TABLES}


@dataclass(slots=True, kw_only=True)
class Memory:
    """The content of the file; times as ``times`` keeps them."""

    epoch: str
    """The first start."""
    caught_up: str
    """Until when what follows by itself (new runs, automatic reports) has been written down."""
    tables: dict[str, Table] = field(default_factory=make_tables)


class Store:
    """The file of one stand-in. Not for two processes at once."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.path = folder / FILE
        self.is_new = not self.path.exists()
        if self.is_new:
            moment = times.keep(now())
            self.memory = Memory(epoch=moment, caught_up=moment)
        else:
            self.memory = Memory(**json.loads(self.path.read_text(encoding="utf-8")))

    def save(self) -> None:
        """Write the file anew."""
        write_whole(self.path, json.dumps(asdict(self.memory), ensure_ascii=False, separators=(",", ":")))
