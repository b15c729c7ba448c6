"""The stand-in servers of the sample data: what is kept of them, and whether they can answer where they did.

Each makes its address, and its keys if it has any, itself and keeps them in a file, as a client's environment wants
them, a line each. Here that file is only read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.start import answering, checks
from dashboard.start.faults import StartFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A stand-in that there is."""

    name: str
    """Of its process, its option and its folder."""
    server: str
    """What it stands in for."""
    client: str
    """The command that can try it."""
    module: str
    """Run in a process of its own; nothing of it is imported here."""
    file: str
    read: Callable[[Mapping[str, str]], tuple[str, str, str]]
    """Of the file's values the address, the tenant and the token."""

    def folder_in(self, var_dir: Path) -> Path:
        """Where it keeps its state."""
        return var_dir / f"sample-{self.name}"


DOCKS = Kind(
    name="docks",
    server="Docks",
    client="docks",
    module="dashboard.demo.docks",
    file="docks.env",
    read=lambda values: (values["DOCKS_API_URL"], values["DOCKS_TENANT_ID"], values["DOCKS_TOKEN"]),
)
CARROT = Kind(
    name="carrot",
    server="CARROT",
    client="carrot_cli",
    module="dashboard.demo.carrot",
    file="carrot.env",
    # The client puts the scheme before it.
    read=lambda values: (f"http://{values['CARROT_SERVER_ADDRESS']}", "", ""),
)
KINDS = (DOCKS, CARROT)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Where one answers, and how a client is told so."""

    kind: Kind
    host: str
    port: int
    lines: str = field(repr=False)
    tenant: str = ""
    token: str = field(default="", repr=False)

    def is_answering(self) -> bool:
        """Whether this very stand-in runs already, under a start at another port."""
        path = f"/tenants/{self.tenant}/datasets" if self.tenant else "/api/v1/pipelines"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return answering.status_of(path, self.host, self.port, has_tls=False, headers=headers) == HTTPStatus.OK


def read(kind: Kind, folder: Path) -> StandIn | None:
    """The stand-in of a folder; None before it was prepared."""
    try:
        text = (folder / kind.file).read_text(encoding="utf-8")
        address, tenant, token = kind.read(dict(line.split("=", 1) for line in text.splitlines()))
        url = urlsplit(address)
        host, port = str(url.hostname), url.port
    except (OSError, ValueError, KeyError):
        return None
    return StandIn(kind=kind, host=host, port=port, lines=text, tenant=tenant, token=token) if port else None


def can_run(stand_in: StandIn) -> bool:
    """Whether nobody else answers at its port."""
    try:
        checks.check_port(stand_in.host, stand_in.port)
    except StartFault:
        return stand_in.is_answering()
    return True
