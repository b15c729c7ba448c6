"""What a person does to a source, a run or a report: who may, and the one entry that it leaves in the audit log.

Whoever may not is refused here, by the service, whatever a page offered; that leaves an entry too. A form that comes
back with a question (what is missing, whether another's run is meant) did nothing, and leaves none.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, models

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.services import audit, rights
from dashboard.services.visibility import Viewer

log = logging.getLogger("quayside.audit")


def require(
    actor: Viewer,
    action: AuditAction,
    subject: models.Model | None = None,
    *,
    source: str = "",
    role: Role | None = None,
) -> None:
    """Raises ``PermissionDenied`` for who may not do this, which needs an operator unless another ``role`` is given."""
    wanted = role or Role.OPERATOR
    if not rights.may(actor, wanted):
        note(action, actor, subject, outcome=AuditOutcome.REFUSED, source=source, detail={"needs": str(wanted)})
    rights.require(actor, wanted)


def note(
    action: AuditAction,
    actor: Viewer,
    subject: models.Model | None = None,
    *,
    outcome: AuditOutcome = AuditOutcome.DONE,
    source: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done at a source. Not in a transaction: what a source did is not taken back by ours.

    A database that is busy or away hides from nobody what was done: the log has the entry then.
    """
    try:
        audit.record(action, actor, subject, outcome=outcome, source=source, detail=detail)
    except DatabaseError:
        found = {"actor": actor.pk, "subject": getattr(subject, "pk", None), "outcome": str(outcome)}
        log.exception("audit entry lost", extra={"action": str(action), **found})
