"""Where a stand-in answers: kept beside its state, as the real client's configuration has it.

::

    CARROT_SERVER_ADDRESS=127.0.0.1:43211
"""

from pathlib import Path

from dashboard.demo.files import write_whole
from dashboard.demo.ports import HOST, explain_moved, find_port

FILE = "carrot.env"
NAME = "CARROT_SERVER_ADDRESS"


def kept_port(folder: Path) -> int:
    """The port of the last start, or 0."""
    path = folder / FILE
    if not path.exists():
        return 0
    port = path.read_text(encoding="utf-8").strip().rpartition(":")[2]
    return int(port) if port.isdigit() else 0


def keep_port(folder: Path, port: int) -> int:
    """Remember the port for the next start."""
    if kept_port(folder) != port:
        write_whole(folder / FILE, describe(port))
    return port


def settle_port(folder: Path) -> tuple[int, int]:
    """A port that is free now, kept from now on, and the kept one that was taken by somebody else, or 0."""
    port, taken = find_port(kept_port(folder))
    return keep_port(folder, port), taken


def explain_taken(taken: int, port: int) -> str:
    """What is said when the stand-in moves."""
    return explain_moved("CARROT", taken, port)


def describe(port: int) -> str:
    """The setting of a client, on one line; without a scheme."""
    return f"{NAME}={HOST}:{port}\n"
