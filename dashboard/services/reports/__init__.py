"""Reports: those that sources make and those of our own, found, read, made and deleted."""

from dashboard.services.reports.beginnings import MOST_OFFERED, Offer, offers
from dashboard.services.reports.creating import Making, create, existing, is_over, key_of, look
from dashboard.services.reports.creating import find as find_making
from dashboard.services.reports.deleting import Deletion, delete, note_refusal, owner_again
from dashboard.services.reports.documents import (
    MOST_SHOWN,
    StoredFile,
    document,
    file_name,
    files,
    note_size,
    open_file,
)
from dashboard.services.reports.listing import (
    Progress,
    get,
    listed,
    of_group,
    of_run,
    page_version,
    progress,
    seen_at,
    with_subjects,
)
from dashboard.services.reports.mentions import find as find_mentioned
from dashboard.services.reports.obstacles import has_failed, why_not_deleted, why_not_made, why_not_retried
from dashboard.services.reports.queries import Matching, matching
from dashboard.services.reports.subjects import SeveralFound, Subject, made_of
from dashboard.services.reports.subjects import find as find_subject
from dashboard.services.reports.templates import offered as offered_templates

__all__ = [
    "MOST_OFFERED",
    "MOST_SHOWN",
    "Deletion",
    "Making",
    "Matching",
    "Offer",
    "Progress",
    "SeveralFound",
    "StoredFile",
    "Subject",
    "create",
    "delete",
    "document",
    "existing",
    "file_name",
    "files",
    "find_making",
    "find_mentioned",
    "find_subject",
    "get",
    "has_failed",
    "is_over",
    "key_of",
    "listed",
    "look",
    "made_of",
    "matching",
    "note_refusal",
    "note_size",
    "of_group",
    "of_run",
    "offered_templates",
    "offers",
    "open_file",
    "owner_again",
    "page_version",
    "progress",
    "seen_at",
    "why_not_deleted",
    "why_not_made",
    "why_not_retried",
    "with_subjects",
]
