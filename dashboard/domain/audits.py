"""What is written down of what people did."""

from enum import StrEnum


class AuditAction(StrEnum):
    """What somebody did, as the audit log calls it: a noun and a verb."""

    SIGNED_IN = "session.begin"
    SIGN_IN_REFUSED = "session.refuse"
    SIGNED_OUT = "session.end"
    RUN_STARTED = "run.start"
    RUN_CANCELLED = "run.cancel"
    RUN_STOPPED = "run.stop"
    RUN_CREATED = "run.create"
    RUN_DELETED = "run.delete"
    REPORT_CREATED = "report.create"
    REPORT_RETRIED = "report.retry"
    REPORT_DELETED = "report.delete"
    SHARE_CREATED = "share.create"
    SHARE_REVOKED = "share.revoke"
    TOKEN_CREATED = "token.create"  # noqa: S105  # a word for a log
    TOKEN_REVOKED = "token.revoke"  # noqa: S105  # a word for a log
    CHANNEL_CHANGED = "channel.change"
    LABEL_CHANGED = "label.change"
    NOTE_CHANGED = "note.change"
    VIEW_CHANGED = "view.change"
    FACTOR_CHANGED = "factor.change"
    PASSWORD_LINKED = "password.link"  # noqa: S105  # a word for a log
    PASSWORD_CHANGED = "password.change"  # noqa: S105  # a word for a log
    ADDED = "object.add"
    CHANGED = "object.change"
    REMOVED = "object.remove"
    SOURCE_TESTED = "source.test"
    SOURCE_LOOKED = "source.look"
    SOURCE_PAUSED = "source.pause"
    SOURCE_RESUMED = "source.resume"
    LOG_EXPORTED = "log.export"
    LOG_TRIMMED = "log.trim"

    @property
    def words(self) -> str:
        """The same for a person."""
        return _WORDS[self]


_WORDS = {
    AuditAction.SIGNED_IN: "Signed in",
    AuditAction.SIGN_IN_REFUSED: "Sign-in refused",
    AuditAction.SIGNED_OUT: "Signed out",
    AuditAction.RUN_STARTED: "Start run",
    AuditAction.RUN_CANCELLED: "Cancel run",
    AuditAction.RUN_STOPPED: "Stop run",
    AuditAction.RUN_CREATED: "Create run",
    AuditAction.RUN_DELETED: "Delete run",
    AuditAction.REPORT_CREATED: "Create report",
    AuditAction.REPORT_RETRIED: "Make report again",
    AuditAction.REPORT_DELETED: "Delete report",
    AuditAction.SHARE_CREATED: "Create share link",
    AuditAction.SHARE_REVOKED: "Revoke share link",
    AuditAction.TOKEN_CREATED: "Make API token",
    AuditAction.TOKEN_REVOKED: "Revoke API token",
    AuditAction.CHANNEL_CHANGED: "Change channel",
    AuditAction.LABEL_CHANGED: "Change label",
    AuditAction.NOTE_CHANGED: "Change note",
    AuditAction.VIEW_CHANGED: "Change saved view",
    AuditAction.FACTOR_CHANGED: "Change second factor",
    AuditAction.PASSWORD_LINKED: "Make a link to set a password",
    AuditAction.PASSWORD_CHANGED: "Set password",
    AuditAction.ADDED: "Add",
    AuditAction.CHANGED: "Change",
    AuditAction.REMOVED: "Remove",
    AuditAction.SOURCE_TESTED: "Test connection",
    AuditAction.SOURCE_LOOKED: "Sync source now",
    AuditAction.SOURCE_PAUSED: "Pause source",
    AuditAction.SOURCE_RESUMED: "Resume source",
    AuditAction.LOG_EXPORTED: "Export audit log",
    AuditAction.LOG_TRIMMED: "Trim audit log",
}


class AuditOutcome(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"
    """By us, and nothing was done: it was not theirs to do, or what was asked does not fit."""
    FAILED = "failed"
    """Begun, and not done: a source, a server or the database did not do it."""
    UNKNOWN = "unknown"
    """The source was asked and did not say what it did."""
