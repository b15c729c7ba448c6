"""The files of reports: what there is, what we may fetch, and reading them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import blake2b

from dashboard.domain.errors import Denied, Missing
from dashboard.domain.files import ByteReader
from dashboard.domain.reports import ReportFile
from dashboard.models import Report, ReportDocument, Source
from dashboard.services import artifacts
from dashboard.sources.addresses import AddressRules

MOST_SHOWN = 10_000_000
"""Bytes of a document that is shown in a page; a larger one is downloaded."""

ENDINGS = {
    ReportFile.HTML: ".html",
    ReportFile.NOTEBOOK: ".ipynb",
    ReportFile.EMPTY_NOTEBOOK: "-empty.ipynb",
    ReportFile.DATA: ".zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of a report."""

    name: ReportFile
    address: str = ""
    """Where its source says it is; empty for one that we keep."""
    why_not: str = ""
    """Why we do not fetch it, in a sentence; empty where we do."""


class _Kept:
    """A document that we keep, open."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)
        self.etag = blake2b(data, digest_size=12).hexdigest()

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``."""
        return self._data[offset : offset + length]


def files(report: Report) -> Sequence[StoredFile]:
    """What the report has, in a fixed order; nothing before it succeeded."""
    if report.is_own:
        return [StoredFile(name=ReportFile.HTML)] if ReportDocument.objects.filter(report=report).exists() else []
    told = {name: str(report.files[name]) for name in ReportFile if report.files.get(name)}
    why_not = _rules(report.source)
    return [StoredFile(name=name, address=address, why_not=why_not(address)) for name, address in told.items()]


def document(report: Report) -> AbstractContextManager[ByteReader]:
    """Open its HTML, whoever keeps it. Raises ``SourceError``; ``Missing`` where there is none."""
    return open_file(report, ReportFile.HTML)


def open_file(report: Report, name: ReportFile) -> AbstractContextManager[ByteReader]:
    """Open one of its files. Raises ``SourceError``; ``Missing`` where there is no such file."""
    if report.is_own:
        return nullcontext(_Kept(_kept(report, name)))
    address = report.files.get(name)
    if not address or report.source is None:
        raise _missing(report)
    return artifacts.open_address(report.source, str(address))


def file_name(report: Report, name: ReportFile) -> str:
    """What the file is called when it is saved."""
    words = "".join(sign if sign.isalnum() or sign in " -_." else "-" for sign in str(report))
    return f"{words.strip(' .')[:100] or 'report'}-{report.pk}{ENDINGS[name]}"


def note_size(report: Report, size: int) -> None:
    """Remember how large the document is; that is no news to a page."""
    if report.size != size:
        Report.objects.filter(pk=report.pk).update(size=size)


def _kept(report: Report, name: ReportFile) -> bytes:
    found = ReportDocument.objects.filter(report=report).first() if name is ReportFile.HTML else None
    if found is None:
        raise _missing(report)
    return found.html.encode()


def _missing(report: Report) -> Missing:
    return Missing("This report has no such file.", source=report.source.name if report.source else "Quayside")


def _rules(source: Source | None) -> Callable[[str], str]:
    """Why the file at an address is not fetched, by the rules for the source's addresses, read once.

    Where there are none, asking the source tells.
    """
    if source is None:
        return lambda _: "Its source is no longer here."
    try:
        return AddressRules.of(source.config()).why_not
    except (ValueError, Denied):
        return lambda _: ""
