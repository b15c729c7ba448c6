"""Where web processes count requests: in files, each its own, that any of them adds up.

Nothing here may import ``prometheus_client``: it decides when it is imported whether it counts in files.
"""

import os
import re
import shutil
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the environment by which the library knows the folder."""
KEPT_FOR = timedelta(days=7)
"""After it was last counted in, a folder is nobody's: who serves pages is asked how it is much more often."""
MOST_OF_NAME = 63
"""Characters of a host's name: as many as a label of one has."""


def begin(place: Path, port: int, *, now: datetime) -> None:
    """Have the processes that this one starts count from zero, in a folder of this host and port.

    Hosts that share ``place`` count each for itself. Folders that were not counted in for a week are removed.
    """
    _sweep(place, (now - KEPT_FOR).timestamp())
    folder = place / f"{_host()}-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[FOLDER] = str(folder)


def _host() -> str:
    """The host's name as a part of a path."""
    return re.sub(r"[^a-z0-9-]", "_", socket.gethostname().lower(), flags=re.ASCII)[:MOST_OF_NAME]


def _sweep(place: Path, since: float) -> None:
    for folder in place.glob("*"):
        # Another that begins beside this one may sweep the same.
        with suppress(FileNotFoundError):
            if max(each.stat().st_mtime for each in (folder, *folder.glob("*"))) < since:
                shutil.rmtree(folder, ignore_errors=True)
