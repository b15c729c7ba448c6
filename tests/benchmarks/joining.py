"""In a process of the product: a CARROT server becomes a source, to be looked at as soon as somebody looks.

::

    python -m tests.benchmarks.joining URL

The answer is the source's primary key.
"""

import sys
from urllib.parse import urlsplit

import django


def main(url: str) -> None:
    """Make the source."""
    django.setup()
    from dashboard.models import Source  # noqa: PLC0415

    parts = urlsplit(url)
    endpoints = [[parts.hostname, parts.port]]
    made = Source.objects.create(name="CARROT", kind="carrot", address=url, allowed_endpoints=endpoints)
    sys.stdout.write(f"{made.pk}\n")


if __name__ == "__main__":
    main(sys.argv[1])
