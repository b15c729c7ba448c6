"""Which viewer shows which file.

A viewer is a module with

* ``TEMPLATE``: what the page includes, with the viewer's context as ``viewer``;
* ``STYLES`` and ``SCRIPTS``: static files that the page's head names;
* ``context(request, subject)``: what the template shows;
* ``part(request, subject, name)``: the answer to ``?part=name`` at the page's own address. Raises ``Http404`` for a
  part that there is not.
"""

from typing import Any, Protocol

from django.http import HttpResponseBase

from dashboard.domain.files import FileFormat
from dashboard.readers.file_formats import format_of
from dashboard.views.requests import Request
from dashboard.views.viewers import (
    diffs,
    drawings,
    json_documents,
    logs,
    markdown_documents,
    media,
    notebooks,
    others,
    recordings,
    rewards,
    tables,
    tests,
    trajectories,
)
from dashboard.views.viewers.subjects import Subject

HEAD = 4096
"""Bytes of a file that tell what it is."""


class Viewer(Protocol):
    """What the module of a viewer has."""

    @property
    def TEMPLATE(self) -> str: ...  # noqa: N802 - a module's constant

    @property
    def STYLES(self) -> tuple[str, ...]: ...  # noqa: N802

    @property
    def SCRIPTS(self) -> tuple[str, ...]: ...  # noqa: N802

    def context(self, request: Request, subject: Subject) -> dict[str, Any]:
        """What ``TEMPLATE`` names as ``viewer``."""
        ...

    def part(self, request: Request, subject: Subject, name: str) -> HttpResponseBase:
        """A piece of the page."""
        ...


VIEWERS: dict[FileFormat, Viewer] = {
    FileFormat.TEXT: logs,
    FileFormat.TRAJECTORY: trajectories,
    FileFormat.DIFF: diffs,
    FileFormat.JSON: json_documents,
    FileFormat.TABLE: tables,
    FileFormat.NOTEBOOK: notebooks,
    FileFormat.MARKDOWN: markdown_documents,
    FileFormat.TESTS: tests,
    FileFormat.REWARDS: rewards,
    FileFormat.IMAGE: media,
    FileFormat.AUDIO: media,
    FileFormat.VIDEO: media,
    FileFormat.RECORDING: recordings,
    FileFormat.DRAWING: drawings,
    FileFormat.OTHER: others,
}
"""Every format has one."""


def viewer_of(request: Request, subject: Subject) -> Viewer:
    """The viewer for a file, by its name and first bytes; ``?as=text`` asks for its text. Raises ``SourceError``."""
    with subject.open() as reader:
        form = format_of(subject.path, reader.read(0, HEAD))
    if request.GET.get("as") == "text" and form not in _NOT_TEXT:
        form = FileFormat.TEXT
    return VIEWERS[form]


_NOT_TEXT = {FileFormat.IMAGE, FileFormat.AUDIO, FileFormat.VIDEO, FileFormat.OTHER}
