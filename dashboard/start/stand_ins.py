"""The stand-in Docks server of the sample data: what is kept of it, and whether it can answer where it did.

It makes its keys and its address itself and keeps them in a file, as a client's environment wants them:
``DOCKS_API_URL``, ``DOCKS_TENANT_ID`` and ``DOCKS_TOKEN``, a line each. Here that file is only read.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.start import answering, checks
from dashboard.start.faults import StartFault

FOLDER = "sample-docks"
FILE = "docks.env"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Where it answers, and how a client is told so."""

    host: str
    port: int
    lines: str = field(repr=False)
    tenant: str
    token: str = field(repr=False)

    def is_answering(self) -> bool:
        """Whether this very stand-in runs already, under a start at another port."""
        path = f"/tenants/{self.tenant}/datasets"
        headers = {"Authorization": f"Bearer {self.token}"}
        return answering.status_of(path, self.host, self.port, has_tls=False, headers=headers) == HTTPStatus.OK


def folder_in(var_dir: Path) -> Path:
    """Where it keeps its state."""
    return var_dir / FOLDER


def read(folder: Path) -> StandIn | None:
    """The stand-in of a folder; None before it was prepared."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        values = dict(line.split("=", 1) for line in text.splitlines())
        url = urlsplit(values["DOCKS_API_URL"])
        host, port = str(url.hostname), url.port
        tenant, token = values["DOCKS_TENANT_ID"], values["DOCKS_TOKEN"]
    except (OSError, ValueError, KeyError):
        return None
    return StandIn(host=host, port=port, lines=text, tenant=tenant, token=token) if port else None


def can_run(stand_in: StandIn) -> bool:
    """Whether nobody else answers at its port."""
    try:
        checks.check_port(stand_in.host, stand_in.port)
    except StartFault:
        return stand_in.is_answering()
    return True
