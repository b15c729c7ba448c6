"""Reading a report, whichever of the formats it turns out to be in."""

from dataclasses import replace

from dashboard.domain.files import ByteReader
from dashboard.readers.test_reports import ctrf, junit
from dashboard.readers.test_reports.records import TestReport

MOST_BYTES = 16 * 2**20
"""Of a file that are read."""


def read(reader: ByteReader) -> TestReport:
    """The report, as far as it can be read: ``problem`` says why that is not to its end. Never raises for its bytes.

    It is JUnit if it begins as XML does, else CTRF.
    """
    data = reader.read(0, MOST_BYTES)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = junit.read(data) if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")) else ctrf.read(data)
    if reader.size > len(data):
        too_large = f"The file is too large: only its first {MOST_BYTES // 2**20} MiB were read."
        return replace(found, problem=too_large)
    return found
