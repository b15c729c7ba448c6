"""What readers worked out about files (where lines and steps begin), kept beside the database for the next reader.

It is a memory that may fail: what was saved may be gone at any time. A file may change at any time too, so whoever
saves puts the file's size and etag among the data, and compares them when it loads.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

from dashboard.services.artifacts.folders import Folder
from dashboard.services.artifacts.keys import FileKey

MOST_KEPT = 256 * 2**20
"""Bytes of all indexes together."""


def load(key: FileKey, name: str) -> bytes | None:
    """What was last saved under a name for this file; None where that is nothing, or forgotten."""
    return _folder(settings.VAR_DIR).read(key.digest(name))


def save(key: FileKey, name: str, data: bytes) -> None:
    """Keep the data until something else is saved under the name, or until room is needed."""
    _folder(settings.VAR_DIR).write(key.digest(name), data)


@cache
def _folder(var_dir: Path) -> Folder:
    return Folder(path=var_dir.absolute() / "cache" / "indexes", limit=MOST_KEPT)
