"""Files that nobody writes by hand, told by name or by what they say of themselves."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_LOCKS = frozenset(
    (
        *(
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "bun.lockb",
            "deno.lock",
        ),
        *(
            "cargo.lock",
            "poetry.lock",
            "uv.lock",
            "pdm.lock",
            "pipfile.lock",
            "gemfile.lock",
            "composer.lock",
            "go.sum",
        ),
        *("flake.lock", "mix.lock", "podfile.lock", "pubspec.lock", "gradle.lockfile", "packages.lock.json"),
    )
)
_MINIFIED = (".min.js", ".min.css", ".min.mjs", ".js.map", ".css.map", "-min.js")
_MADE = ("_pb2.py", "_pb2_grpc.py", ".pb.go", ".pb.cc", ".pb.h", ".g.dart", ".designer.cs", ".snap")
_FOREIGN = frozenset({"node_modules", "vendor", "third_party", "bower_components"})
_SAYS = re.compile(r"@generated\b|\bdo not (?:edit|modify)\b|\bautomatically generated\b", re.IGNORECASE)
LONG_LINE = 1_000
"""Characters; a program of such lines was not written by a person."""


def kind_of(path: str, first_lines: Iterable[str]) -> str:
    """What kind of made file it is, in words; empty for one that somebody wrote. Some of its first lines suffice."""
    name = PurePosixPath(path).name.lower()
    if name in _LOCKS:
        return "lock file"
    if name.endswith(_MINIFIED):
        return "minified"
    if name.endswith(_MADE):
        return "generated"
    if not _FOREIGN.isdisjoint(PurePosixPath(path).parts[:-1]):
        return "vendored"
    return _by_content(first_lines)


def _by_content(lines: Iterable[str]) -> str:
    for line in lines:
        if len(line) >= LONG_LINE:
            return "minified"
        if _SAYS.search(line):
            return "generated"
    return ""
