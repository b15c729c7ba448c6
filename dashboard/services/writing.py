"""Writing what is ours beside rows that may go in that very moment, and where only so much may be.

Everybody who writes such things, and everybody who removes what they hang at, takes the same lock first
(:func:`dashboard.services.audit.lock`). With it in hand a look at what is there stays true until the writing is done.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

from dashboard.services import audit
from dashboard.services.visibility import Viewer

M = TypeVar("M", bound=Model)

_OF_NOTHING = frozenset({"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"})
_THERE_ALREADY = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
"""How PostgreSQL (SQLSTATE) and SQLite call a key of a row that is not there, and one that is there already."""


class Removed(Exception):
    """What was to be written at, or whoever writes, was removed in this moment: it does not exist."""


@contextmanager
def writing(actor: Viewer, *beside: Model) -> Iterator[None]:
    """A transaction that no other writes beside, of what somebody writes at these rows.

    Raises ``Removed``, before anything is written, where their account or one of the rows is there no more.
    """
    with transaction.atomic():
        audit.lock()
        _require_there([row for row in (actor, *beside) if isinstance(row, Model)])
        yield


def _require_there(rows: Iterable[Model]) -> None:
    """Raises ``Removed`` unless all are there; a query for each kind of them."""
    wanted: dict[Any, set[Any]] = {}
    for row in rows:
        wanted.setdefault(row._meta, set()).add(row.pk)
    for kind, keys in wanted.items():
        gone = keys - set(kind.base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        if gone:
            raise Removed(f"{kind.verbose_name} {', '.join(map(str, gone))} was removed")


def has_room(held: QuerySet[M], most: int) -> bool:
    """Whether there are fewer than may be. To be asked inside :func:`writing`, where none is added meanwhile."""
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("By the time the answer is used it may be another.")
    return held[:most].count() < most


def is_removal(error: BaseException) -> bool:
    """Whether this is of something that was removed while it was written at, whoever noticed: we, or the database.

    A row that was asked for and is not there is that as well; that one row lacks another is a fault of ours.
    """
    is_missing = isinstance(error, ObjectDoesNotExist) and not isinstance(error, AttributeError)
    return is_missing or isinstance(error, Removed) or _refusal(error) in _OF_NOTHING


def is_repeat(error: BaseException) -> bool:
    """Whether the database refused what somebody else had written in the meantime."""
    return _refusal(error) in _THERE_ALREADY


def _refusal(error: BaseException) -> str:
    """The database's own word for why it refused; empty where it did not, or for a reason without one."""
    cause = error.__cause__ if isinstance(error, IntegrityError) else None
    return str(getattr(cause, "sqlstate", "") or getattr(cause, "sqlite_errorname", ""))
