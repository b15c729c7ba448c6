"""Address, tenant and token of a stand-in: made at its first start, and kept beside its state as a client wants them.

::

    DOCKS_API_URL=http://127.0.0.1:43211
    DOCKS_TENANT_ID=…
    DOCKS_TOKEN=…
"""

import secrets
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.demo.files import write_whole
from dashboard.demo.ports import HOST, explain_moved, find_port

FILE = "docks.env"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a client has to know; ``port`` is 0 until one was taken."""

    token: str
    tenant: str
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def keep_credentials(folder: Path) -> Credentials:
    """Those kept in the folder; new ones are made and kept when there are none."""
    path = folder / FILE
    if path.exists():
        return _read(path.read_text(encoding="utf-8"))
    made = Credentials(token=f"docks_{secrets.token_urlsafe(32)}", tenant=str(uuid.uuid4()))
    write_whole(path, describe(made))
    return made


def keep_port(folder: Path, port: int) -> Credentials:
    """Remember the port for the next start."""
    kept = keep_credentials(folder)
    if kept.port != port:
        kept = replace(kept, port=port)
        write_whole(folder / FILE, describe(kept))
    return kept


def settle_port(folder: Path) -> tuple[Credentials, int]:
    """The credentials with a port that is free now, and the kept one that was taken by somebody else, or 0."""
    port, taken = find_port(keep_credentials(folder).port)
    return keep_port(folder, port), taken


def explain_taken(taken: int, port: int) -> str:
    """What is said when the stand-in moves."""
    return explain_moved("Docks", taken, port)


def describe(credentials: Credentials) -> str:
    """The settings of a client, one a line, as its environment wants them."""
    settings = {"API_URL": credentials.url, "TENANT_ID": credentials.tenant, "TOKEN": credentials.token}
    return "".join(f"DOCKS_{name}={value}\n" for name, value in settings.items())


def _read(text: str) -> Credentials:
    found = dict(line.split("=", 1) for line in text.splitlines())
    port = urlsplit(found["DOCKS_API_URL"]).port or 0
    return Credentials(token=found["DOCKS_TOKEN"], tenant=found["DOCKS_TENANT_ID"], port=port)
