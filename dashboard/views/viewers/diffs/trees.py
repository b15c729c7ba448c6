"""The files of a patch in their folders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_DEEP = 12
"""Folders within folders; a path of more keeps the rest of its folders in its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Generic[T]):
    """A folder with what is in it, or a file."""

    name: str
    """Of a folder that holds one folder alone, both their names."""
    file: T | None = None
    children: Sequence["Node[T]"] = field(default_factory=list)


def tree(files: Sequence[tuple[str, T]]) -> list[Node[T]]:
    """Files by their paths: folders first, then files, each by name."""
    ordered = sorted(files, key=lambda pair: pair[0])
    return list(_nodes([(path.split("/", MOST_DEEP), file) for path, file in ordered]))


def _nodes(files: Sequence[tuple[list[str], T]]) -> Iterator[Node[T]]:
    folders = [(parts, file) for parts, file in files if len(parts) > 1]
    for name, group in groupby(folders, key=lambda pair: pair[0][0]):
        children = list(_nodes([(parts[1:], file) for parts, file in group]))
        yield _joined(name, children)
    for parts, file in files:
        if len(parts) == 1:
            yield Node(name=parts[0], file=file)


def _joined(name: str, children: Sequence[Node[T]]) -> Node[T]:
    if len(children) == 1 and children[0].file is None:
        return Node(name=f"{name}/{children[0].name}", children=children[0].children)
    return Node(name=name, children=children)
