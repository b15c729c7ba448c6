"""Notebooks as they were left: cells in order, each with its outputs. Nothing is run and nothing is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.markup import code, markdown
from dashboard.markup.characters import visible
from dashboard.readers.notebooks import MAX_BYTES, Cell, CellKind, Notebook, NotNotebook, Output, OutputKind, read
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.viewers import wholes
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.terminal_texts import TerminalTexts

TEMPLATE = "viewers/notebook.html"
STYLES = ("css/viewers/code.css", "css/viewers/ansi.css", "css/viewers/notebook.css")
SCRIPTS: tuple[str, ...] = ()

SHOWN = 100
"""Cells of one page."""
MAX_PROSE = 200_000
"""Characters of Markdown, and of code, that one page makes anything of; the rest stays as it was written."""
MAX_PICTURES = 6 * 2**20
"""Characters of all pictures of one page."""


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """A stretch of cells, or why there is none. Raises ``SourceError``."""
    whole = wholes.read(subject, MAX_BYTES)
    found: dict[str, Any] = {"size": whole.size, "text_url": wholes.text_url(subject), "problem": "", "is_big": False}
    if whole.data is None:
        return found | {"is_big": True}
    first = max(1, whole_number(request.GET.get("from"), 1)) - 1
    try:
        notebook = read(whole.data, first=first, limit=SHOWN)
    except NotNotebook as error:
        return found | {"problem": str(error)}
    return found | _shown(subject, notebook)


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _shown(subject: Subject, notebook: Notebook) -> dict[str, Any]:
    page = _Page(notebook.language)
    first, total = notebook.first, notebook.total
    last = first + len(notebook.cells)
    return {
        "cells": [page.cell(cell, number) for number, cell in enumerate(notebook.cells, first + 1)],
        "language": notebook.language,
        "total": total,
        "summary": f"Cells {formats.count(first + 1)}–{formats.count(last)} of {formats.count(total)}",
        "earlier_url": subject.url(**{"from": max(1, first - SHOWN + 1)}) if first else "",
        "later_url": subject.url(**{"from": last + 1}) if last < total else "",
    }


@dataclass(slots=True)
class _Page:
    """Makes cells into what the template shows, and keeps count of what one page can bear."""

    language: str
    prose: int = field(default_factory=lambda: MAX_PROSE)
    coded: int = field(default_factory=lambda: MAX_PROSE)
    pictures: int = field(default_factory=lambda: MAX_PICTURES)
    terminal: TerminalTexts = field(default_factory=TerminalTexts)

    def cell(self, cell: Cell, place: int) -> dict[str, Any]:
        """One cell; ``place`` counts from 1."""
        is_prose = cell.kind is CellKind.MARKDOWN
        return {
            "place": place,
            "kind": cell.kind,
            "number": cell.number,
            "html": self._prose(cell.source) if is_prose else self._code(cell),
            "is_empty": not cell.source.strip(),
            "outputs": [self.output(output) for output in cell.outputs],
            "more_outputs": cell.more_outputs,
        }

    def output(self, output: Output) -> dict[str, Any]:
        """One output, in the one form that is shown."""
        shown = {"kind": output.kind, "stream": output.stream, "html": "", "source": "", "problem": ""}
        if output.picture is not None:
            shown |= self._picture(output)
        else:
            shown["html"] = self._text(output)
        return shown | {"not_shown": _listed(output.not_shown)}

    def _text(self, output: Output) -> SafeString:
        match output.kind:
            case OutputKind.MARKDOWN:
                return self._prose(output.text)
            case OutputKind.JSON:
                return self._coloured(output.text, "json")
            case OutputKind.LATEX:
                return escape(visible(output.text))
        return self.terminal.html(output.text.rstrip("\n"))

    def _picture(self, output: Output) -> dict[str, str]:
        picture = output.picture
        if picture is None or picture.problem:
            return {"problem": picture.problem if picture else ""}
        self.pictures -= len(picture.base64)
        if self.pictures < 0:
            return {"problem": "There are too many pictures on this page to show this one."}
        return {"source": f"data:{picture.mime};base64,{picture.base64}"}

    def _code(self, cell: Cell) -> SafeString:
        return self._coloured(cell.source, self.language if cell.kind is CellKind.CODE else "")

    def _coloured(self, text: str, language: str) -> SafeString:
        self.coded -= len(text)
        return code.highlight(text, language if self.coded >= 0 else "")

    def _prose(self, text: str) -> SafeString:
        self.prose -= len(text)
        if self.prose < 0:
            return code.preformatted(text)
        return markdown.render(text)


def _listed(names: Sequence[str]) -> str:
    """«HTML and JavaScript»."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
