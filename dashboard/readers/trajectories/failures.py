"""Outputs that read like a failure though nothing says so: the last words of test runners, compilers and build tools.

A guess from the text, so it only ever says that something looks failed. Only whole lines near the end count: what
failed says so last, while files that are looked at speak of failures anywhere.
"""

import re
from collections.abc import Sequence

_TAIL = 1_200
"""Characters before the end that are looked at."""
_WORDS = ("FAIL", "fail", "rror", "ERR!", "*** ", "not found")
"""What all that follows holds some of: most outputs hold none, and are looked at no further."""

_COUNTED = (
    # pytest, nose
    r"(?:=+ )?(?:\d+ \w+, ){0,6}[1-9]\d* (?:failed|errors?)(?:, \d+ \w+){0,6} in \d",
    # Jest, Vitest, Playwright, Mocha
    r" *Tests:? +(?:\d+ \w+,? ){0,4}[1-9]\d* failed\b",
    r" *[1-9]\d* (?:failing|failed)(?: \(.{0,40}\))?$",
    # CTest, RSpec, Maven, TAP
    r"\d+% tests passed, [1-9]\d* tests? failed",
    r"\d+ (?:examples?|runs?), (?:\d+ assertions, )?[1-9]\d* failures?\b",
    r"(?:\[ERROR\] +)?Tests run: \d+, (?:Failures: [1-9]|Failures: 0, Errors: [1-9])",
    r"# fail +[1-9]",
    r"(?:Found|Generated) [1-9]\d* errors?\b",
)
_SAID = (
    # Cargo, unittest, Go, Gradle, Maven
    r"test result: FAILED\.",
    r"FAILED \((?:failures|errors|unexpected successes)=",
    r"(?:FAIL|FAIL\t.{0,200}|--- FAIL: .{1,200})$",
    r"(?:\[INFO\] |\[ERROR\] )?(?:BUILD FAIL(?:ED|URE)|COMPILATION ERROR|FAILURE: )",
    # Compilers, make, npm, shells
    r"(?:fatal )?error(?:\[\w{1,20}\])?: \S",
    r"[^\s:]{1,200}:\d{1,7}(?::\d{1,7})?: (?:fatal )?error: ",
    r"g?make(?:\[\d+\])?: \*\*\* ",
    r"npm (?:ERR!|error) ",
    r"(?:/bin/)?(?:ba|z)?sh: (?:line \d+: )?[^\s:]{1,100}: (?:command )?not found$",
)
_LOOKS = re.compile(f"^(?:{'|'.join(_COUNTED + _SAID)})", re.MULTILINE)
_RAISED = re.compile(r"^[A-Za-z_][\w.]{0,100}(?:Error|Exception)(?:: .*)?\Z", re.MULTILINE)
"""The last line of a traceback, where it is the last of all."""
_TRACEBACK = "Traceback (most recent call last):"


def looks_failed(texts: Sequence[str]) -> bool:
    """Whether the last of the texts that a tool gave back ends like a failure."""
    if not texts:
        return False
    text = texts[-1]
    start = max(0, len(text) - _TAIL)
    if not any(word in text[start:] for word in _WORDS):
        return False
    # From there on, not from a piece of it: a line that is cut through must not count as one that begins there.
    return _LOOKS.search(text, start) is not None or _ends_raised(text, start)


def _ends_raised(text: str, start: int) -> bool:
    end = len(text.rstrip())
    return _RAISED.search(text, start, end) is not None and _TRACEBACK in text
