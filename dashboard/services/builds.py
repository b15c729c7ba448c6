"""Software that was built for runs: which commit a tag of it names."""

from dashboard.models import Source


def commit_of(source: Source, name: str, version: str) -> str:
    """The commit that a version of software stands for, as the source told last; empty where it does not tell."""
    return str(source.told.get("software", {}).get(name, {}).get(version, ""))
