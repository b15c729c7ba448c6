"""Patterns with possessive quantifiers, which never go back over what they have matched.

Python's own module is the fastest, but before 3.11.7 (Debian 12 has 3.11.2) it loses its place in groups that are
repeated so; there the library takes over that goes through files a person searches.
"""

import re
import sys
from typing import cast

import regex

IS_OWN_RIGHT = sys.version_info >= (3, 11, 7)
"""The oldest version with which all tests were seen to pass."""


def compiled(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]:
    """The pattern, by whichever of the two reads it rightly; both know the flags by the same numbers."""
    return re.compile(pattern, flags) if IS_OWN_RIGHT else cast("re.Pattern[bytes]", regex.compile(pattern, flags))
