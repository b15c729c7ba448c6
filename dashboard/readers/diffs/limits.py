"""Bounds on what strangers' patches may cost."""

PATCH = 16 * 2**20
"""Bytes of a patch that are looked at."""
FILES = 2_000
"""Files of a patch that are listed."""
LINES = 300_000
"""Lines of a patch that are counted before somebody opens their files."""
FILE_LINES = 100_000
"""Lines of one file's part that are told."""
LINE = 2_000
"""Characters of a line that are kept."""
PATH = 1_000
"""Characters of a path that are kept."""
PREAMBLE = 4_000
NUMBER = 10**9
"""No file has a line of a higher number."""
