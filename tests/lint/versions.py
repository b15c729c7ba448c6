"""What is allowed and locked is not older than ``requirements/least.txt`` allows.

A list that is kept by hand and dated: the services that scanners ask may be out of reach, and then they find nothing.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.lint.findings import Finding

FOLDER = Path("requirements")
LEAST = FOLDER / "least.txt"
PROJECT = Path("pyproject.toml")
_LEAST = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)>=(?P<version>[^\s#]+)\s+# \S", re.ASCII)
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.ASCII | re.MULTILINE)
_DATE = re.compile(r"^# Looked through: \d{4}-\d{2}-\d{2}\.", re.MULTILINE)
_SPEC = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=(?P<floor>[0-9.]+)", re.ASCII)


def check(root: Path) -> Iterator[Finding]:
    """The list has a date and a row with a reason for each direct dependency; nothing is allowed or locked below it."""
    text = (root / LEAST).read_text(encoding="utf-8")
    if not _DATE.search(text):
        yield Finding(LEAST, 0, "does not say when it was looked through: # Looked through: YYYY-MM-DD.")
    least: dict[str, Version] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _LEAST.match(line):
            least[canonicalize_name(found["name"])] = Version(found["version"])
        elif line and not line.startswith("#"):
            yield Finding(LEAST, number, "is no row: name>=version  # why")
    for name in sorted(_direct(root).keys() - least.keys()):
        yield Finding(LEAST, 0, f"has no row for {name}, which pyproject.toml asks for")
    yield from _too_low(root, least)
    for path in sorted((root / FOLDER).glob("*.txt")):
        yield from _too_old(root, path, least)


def _too_low(root: Path, least: dict[str, Version]) -> Iterator[Finding]:
    for name, floor in sorted(_direct(root).items()):
        if name in least and floor < least[name]:
            yield Finding(PROJECT, 0, f"allows {name} {floor}, and {least[name]} is the least")


def _too_old(root: Path, path: Path, least: dict[str, Version]) -> Iterator[Finding]:
    for found in _LOCKED.finditer(path.read_text(encoding="utf-8")):
        name, version = canonicalize_name(found["name"]), Version(found["version"])
        if name in least and version < least[name]:
            yield Finding(path.relative_to(root), 0, f"locks {name} {version}, and {least[name]} is the least")


def _direct(root: Path) -> dict[str, Version]:
    """What ``pyproject.toml`` asks for, each with the least version that it allows."""
    project = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]
    specs = [*project["dependencies"], *(spec for extra in project["optional-dependencies"].values() for spec in extra)]
    return {canonicalize_name(found["name"]): Version(found["floor"]) for spec in specs if (found := _SPEC.match(spec))}
