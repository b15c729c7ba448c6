"""What the stand-in remembers: its first start, what was created and what was stopped. One JSON file, always whole.

::

    {"epoch": "…", "secret": "…",
     "evaluations": {"<id>": {"order": {…}, "created_at": "…", "started_at": null}},
     "sandboxes": {"<id>": {"template": "…", "created_at": "…"}},
     "stopped": {"<id of either>": "…"}}
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.demo.files import write_whole

FILE = "state.json"
Document = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Memory:
    """The content of the file; times in ISO 8601."""

    epoch: str
    secret: str
    evaluations: dict[str, Document] = field(default_factory=dict)
    sandboxes: dict[str, Document] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)


class Store:
    """The file of one stand-in. Not for two processes at once."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.path = folder / FILE
        if self.path.exists():
            self.memory = Memory(**json.loads(self.path.read_text(encoding="utf-8")))
        else:
            self.memory = Memory(epoch=now().isoformat(), secret=secrets.token_hex(32))
            self.save()

    @property
    def epoch(self) -> datetime:
        """The moment of the first start."""
        return datetime.fromisoformat(self.memory.epoch)

    @property
    def secret(self) -> bytes:
        """What addresses are signed with."""
        return bytes.fromhex(self.memory.secret)

    def stopped_at(self, identity: str) -> datetime | None:
        """When a run was stopped, if it was."""
        return read_time(self.memory.stopped.get(identity))

    def save(self) -> None:
        """Write the file anew."""
        write_whole(self.path, json.dumps(asdict(self.memory), ensure_ascii=False, indent=1))


def read_time(text: str | None) -> datetime | None:
    """A moment, or none."""
    return None if text is None else datetime.fromisoformat(text)
