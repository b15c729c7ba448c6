"""Cells of a notebook, from its bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dashboard.readers.notebooks.outputs import Output, joined, outputs_of
from dashboard.readers.values import Unreadable, bounded, mapping, parse, sequence, whole

MAX_BYTES = 32 * 2**20


class NotNotebook(ValueError):
    """The bytes are no notebook, or none that can be read; the text says why, for a person."""


class CellKind(StrEnum):
    """What a cell holds."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell."""

    kind: CellKind
    source: str
    number: int | None = None
    """In which order it was run."""
    outputs: list[Output] = field(default_factory=list)
    more_outputs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """Some cells of a notebook."""

    language: str
    cells: list[Cell]
    first: int
    """The place of the first of them, from 0."""
    total: int
    """Cells of all."""


def read(data: bytes, *, first: int = 0, limit: int = 100) -> Notebook:
    """The stretch of ``limit`` cells with the one at ``first``, from 0, or the last. Raises ``NotNotebook``."""
    try:
        top = mapping(parse(data))
    except Unreadable as error:
        raise NotNotebook(str(error)) from error
    raw = list(_raw_cells(top))
    if not raw and "cells" not in top and "worksheets" not in top:
        raise NotNotebook("It is JSON, but it has no cells.")
    start = min(first, max(0, len(raw) - 1)) // limit * limit
    cells = [_cell(cell) for cell in raw[start : start + limit]]
    return Notebook(language=_language(top), cells=cells, first=start, total=len(raw))


def _raw_cells(top: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The cells of nbformat 4, and those of the worksheets of nbformat 3."""
    for holder in (top, *map(mapping, sequence(top.get("worksheets")))):
        yield from map(mapping, sequence(holder.get("cells")))


def _cell(cell: Mapping[str, object]) -> Cell:
    source = joined(cell.get("source", cell.get("input")))
    match bounded(cell.get("cell_type"), 40):
        case "code":
            return Cell(
                kind=CellKind.CODE,
                source=source,
                number=whole(cell.get("execution_count", cell.get("prompt_number"))),
                outputs=(shown := list(outputs_of(cell.get("outputs")))),
                more_outputs=len(sequence(cell.get("outputs"))) - len(shown),
            )
        case "markdown":
            return Cell(kind=CellKind.MARKDOWN, source=source)
        case "heading":
            level = min(whole(cell.get("level")) or 1, 6)
            return Cell(kind=CellKind.MARKDOWN, source=f"{'#' * level} {source}")
    return Cell(kind=CellKind.RAW, source=source)


def _language(top: Mapping[str, object]) -> str:
    about = mapping(top.get("metadata"))
    told = mapping(about.get("language_info")).get("name") or mapping(about.get("kernelspec")).get("language")
    return bounded(told, 40) or "python"
