#!/usr/bin/env python3
"""Django's command line for Quayside."""

import sys

from dashboard.start.run import run_command


def main() -> int:
    """Run one management command; the exit code."""
    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
