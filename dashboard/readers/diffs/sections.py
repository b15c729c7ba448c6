"""Where each file's part of a patch begins and ends, found without reading its lines."""

import re
from collections.abc import Iterator

_GIT = re.compile(rb"^diff --(?:git|cc|combined) ", re.MULTILINE)
_INDEX = re.compile(rb"^Index: [^\n]*\n={20,}", re.MULTILINE)
_PLAIN = re.compile(rb"^--- [^\n]*\n\+\+\+ [^\n]*\n(?=@@ )|^Binary files [^\n]+ differ\r?$", re.MULTILINE)
_MAILED = re.compile(rb"^From [0-9a-f]{40} [^\n]*\n", re.MULTILINE)


def split(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each file's part, in order; what lies before the first belongs to none.

    No line of a hunk begins with ``diff`` or ``Index``, so where such lines are they part the files without doubt.
    A patch without them is parted where two names and a hunk follow one another.
    """
    begin = next((found for found in (_GIT, _INDEX, _PLAIN) if found.search(data)), _PLAIN)
    start = None
    for match in begin.finditer(data):
        if start is not None:
            yield start, match.start()
        start = match.start()
    if start is not None:
        yield start, len(data)


def without_mail(section: bytes) -> bytes:
    """A file's part without the next mail of a series, which follows its last hunk."""
    mail = _MAILED.search(section)
    return section[: mail.start()] if mail else section
