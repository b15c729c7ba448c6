"""Paths that a trajectory names, as paths of its trial: nothing a file says leads out of the trial it lies in."""

import re
from collections.abc import Collection
from posixpath import normpath

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOGS = "/logs/"
"""Where a trial's folder stands within its container."""
_LONGEST = 1_000
_CONTINUED = re.compile(r"(?P<stem>.+?)\.(?:cont-\d+|summarization-[^/]+)\.json")


def resolve(trajectory: str, ref: str, files: Collection[str] = ()) -> str | None:
    """The path below the trial that a trajectory means by a path it names; None where that leads elsewhere.

    A relative one is meant from the trajectory's folder. An absolute one is the container's: it is taken for a file of
    ``files``, the trial's listing, if that has it, beside the trajectory's folder. Addresses are never followed.
    """
    if not ref or len(ref) > _LONGEST or "\\" in ref or _SCHEME.match(ref) or any(ord(sign) < 32 for sign in ref):  # noqa: PLR2004
        return None
    folder = trajectory.rpartition("/")[0]
    if ref.startswith("/"):
        return _in_container(folder, normpath(ref), files)
    path = normpath(f"{folder}/{ref}" if folder else ref)
    return None if path in (".", "..") or path.startswith(("../", "/")) else path


def _in_container(folder: str, ref: str, files: Collection[str]) -> str | None:
    if not ref.startswith(_LOGS):
        return None
    base = folder.rpartition("/")[0]
    while True:
        path = f"{base}/{ref.removeprefix(_LOGS)}" if base else ref.removeprefix(_LOGS)
        if path in files:
            return path
        if not base:
            return None
        base = base.rpartition("/")[0]


def beginning(path: str) -> str:
    """The file that one belongs to by its name: ``trajectory.json`` for ``trajectory.cont-2.json``; else itself."""
    match = _CONTINUED.fullmatch(path)
    return f"{match['stem']}.json" if match else path


def belonging(path: str, files: Collection[str]) -> list[str]:
    """The files that belong to one by their names, continuations first, each kind by its numbers."""
    return sorted((name for name in files if name != path and beginning(name) == path), key=order)


def order(path: str) -> tuple[str, bool, bool, list[int], str]:
    """Sorts files as they are to be read: one, what continues it by number, and then what else belongs to it."""
    first = beginning(path)
    return first, path != first, ".cont-" not in path, [int(number) for number in re.findall(r"\d{1,9}", path)], path
