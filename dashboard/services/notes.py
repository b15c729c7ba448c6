"""Notes: what somebody wants the team to know of a run or trial, in Markdown.

Everybody who sees the run or trial reads them. Operators write them; the author and administrators change and delete.
"""

from collections.abc import Sequence
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models import Note, Run
from dashboard.services import audit, deeds, rights, visibility
from dashboard.services.marks import Subject, at, source_name, touch
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

LONGEST = 20_000
MOST = 200
"""Notes at one run or trial."""


class Refused(ValueError):
    """A note cannot be kept so; says why to a person."""


class Changed(Refused):
    """It is not as it was when whoever writes began from it; the note that was handed over has what stands now."""


def of(subject: Subject) -> Sequence[Note]:
    """Its notes, the oldest first."""
    return list(Note.objects.filter(**at(subject)).order_by("created_at", "pk")[:MOST])


def get(viewer: Viewer, note_id: int) -> Note:
    """A note at what the viewer may see, with its run or trial. Raises ``Note.DoesNotExist``."""
    note = Note.objects.select_related("run__source", "trial__run__source", "trial__task").get(pk=note_id)
    subject = subject_of(note)
    run_id = subject.pk if isinstance(subject, Run) else subject.run_id
    if not visibility.runs(viewer).filter(pk=run_id).exists():
        raise Note.DoesNotExist
    return note


def subject_of(note: Note) -> Subject:
    """The run or trial that the note is at."""
    subject = note.run or note.trial
    if subject is None:
        raise ValueError("A note is at a run or at a trial.")
    return subject


def may_change(viewer: Viewer, note: Note) -> bool:
    """Whether somebody may change or delete it: it is theirs and they still act, or they administer."""
    return rights.may_administer(viewer) or (rights.may_act(viewer) and note.author_id == viewer.pk)


def add(actor: Viewer, subject: Subject, text: str) -> Note:
    """Keep a note. Raises ``Refused`` and ``PermissionDenied``."""
    deeds.require(actor, AuditAction.NOTE_CHANGED, subject, source=source_name(subject))
    kept = _checked(actor, subject, text)
    with writing(actor, subject):
        if has_room(Note.objects.filter(**at(subject)), MOST):
            return _add(actor, subject, kept)
    raise _refused(actor, subject, f"There are {MOST} notes, which is as many as there may be.")


def state_of(note: Note) -> str:
    """What its text is, in short: what a change says that it began from."""
    return sha256(note.text.encode()).hexdigest()[:32]


def change(actor: Viewer, note: Note, text: str, *, began_from: str | None = None) -> None:
    """Write another text in its place. Raises ``Changed`` if it is in another state, ``Refused``, ``PermissionDenied``.

    Without a state it takes the place of whatever stands there. The same text twice is one change, not two that differ.
    """
    subject = subject_of(note)
    _require_own(actor, note, subject)
    kept = _checked(actor, subject, text)
    with writing(actor, note):
        note.refresh_from_db(fields=["text", "edited_at"])
        if began_from in {None, state_of(note)} or note.text == kept:
            return _change(actor, note, kept)
    problem = "It was changed since you opened it."
    _record(actor, subject, AuditOutcome.REFUSED, {"problem": problem, "note": note.pk})
    raise Changed(problem)


def delete(actor: Viewer, note: Note) -> None:
    """It is gone for everybody. Raises ``PermissionDenied``."""
    subject = subject_of(note)
    _require_own(actor, note, subject)
    with writing(actor, note):
        number = note.pk
        note.delete()
        _done(actor, subject, {"deleted": number, "author": note.author_name})


def _add(actor: Viewer, subject: Subject, text: str) -> Note:
    now, name = timezone.now(), actor.get_username()[:200]
    note = Note.objects.create(author_id=actor.pk, author_name=name, text=text, created_at=now, **at(subject))
    _done(actor, subject, {"added": note.pk})
    return note


def _change(actor: Viewer, note: Note, text: str) -> None:
    note.text, note.edited_at = text, timezone.now()
    note.save(update_fields=["text", "edited_at"])
    _done(actor, subject_of(note), {"changed": note.pk})


def _require_own(actor: Viewer, note: Note, subject: Subject) -> None:
    if not may_change(actor, note):
        _record(actor, subject, AuditOutcome.REFUSED, {"note": note.pk})
        raise PermissionDenied("Only its author and administrators may change a note.")


def _checked(actor: Viewer, subject: Subject, text: str) -> str:
    """The text as it is kept: bounded, with plain ends of lines, without what a database refuses."""
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not kept:
        raise _refused(actor, subject, "There is nothing in the note.")
    if len(kept) > LONGEST:
        problem = f"A note has at most {LONGEST:,} characters; this one has {len(kept):,}."
        raise _refused(actor, subject, problem)
    return kept


def _refused(actor: Viewer, subject: Subject, problem: str) -> Refused:
    """Note that something was refused, and give what to raise."""
    _record(actor, subject, AuditOutcome.REFUSED, {"problem": problem})
    return Refused(problem)


def _done(actor: Viewer, subject: Subject, detail: dict[str, object]) -> None:
    # How many there are stands in the row's page.
    touch(subject)
    _record(actor, subject, AuditOutcome.DONE, detail)


def _record(actor: Viewer, subject: Subject, outcome: AuditOutcome, detail: dict[str, object]) -> None:
    audit.record(AuditAction.NOTE_CHANGED, actor, subject, outcome=outcome, source=source_name(subject), detail=detail)
