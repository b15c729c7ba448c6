"""Runs all checks over this checkout; ends with 1 if anything was found."""

import sys
from pathlib import Path

from tests.lint import indexes, markings, styles, templates, vendored, versions

CHECKS = (templates.check, styles.check, indexes.check, vendored.check, markings.check, versions.check)


def main(root: Path) -> int:
    """Print what is wrong; how many findings there were, at most 1."""
    found = [finding for check in CHECKS for finding in check(root)]
    for finding in found:
        print(finding)  # noqa: T201 - a command says what it found
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent.parent))
