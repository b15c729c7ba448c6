"""What a share link shows."""

from enum import StrEnum


class ShareScope(StrEnum):
    """How much of a run or report its link shows; each shows what the one before it does."""

    SUMMARY = "summary"
    TRIALS = "trials"
    ARTIFACTS = "artifacts"

    @property
    def label(self) -> str:
        """For a page."""
        return {"summary": "summary only", "trials": "with trials", "artifacts": "with trials and artifacts"}[self]

    @property
    def has_trials(self) -> bool:
        """Whether trials are shown."""
        return self is not ShareScope.SUMMARY

    @property
    def has_artifacts(self) -> bool:
        """Whether files are shown and can be downloaded."""
        return self is ShareScope.ARTIFACTS


class ShareState(StrEnum):
    """What a share link is worth now."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    """Sharing is switched off, or who made the link may not share it any more: it shows nothing until that changes."""
    UNKNOWN = "unknown"
    """There is no such link."""
