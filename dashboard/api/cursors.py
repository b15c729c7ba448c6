"""Places in a list: the values that its last told row is sorted by, so that rows which come or go move nothing.

A cursor is signed: what comes back is what was given out, for the same list, filter and order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from http import HTTPStatus
from operator import or_
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from dashboard.api.problems import Fault, Refusal

SALT = "dashboard.api.cursor"
MOST_CHARACTERS = 4_000
PATTERN = r"^[A-Za-z0-9_.:=-]*$"
"""What a cursor is made of, so that none has to be escaped in an address."""

_TYPES: dict[str, tuple[type, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "t": (datetime, datetime.isoformat, datetime.fromisoformat),
    "d": (Decimal, str, Decimal),
    "s": (timedelta, lambda value: value / timedelta(microseconds=1), lambda text: timedelta(microseconds=text)),
}
"""Types that JSON lacks: how a value is written and read."""


@dataclass(frozen=True, slots=True)
class Key:
    """A field that a list is sorted by; unknown values come last."""

    path: str
    falls: bool

    @classmethod
    def of(cls, order: OrderBy) -> "Key":
        """The key of an ordering such as tables make."""
        field: Any = order.expression
        return cls(field.name, order.descending)

    def value_of(self, record: Any) -> Any:
        """What a record is sorted by."""
        return reduce(getattr, self.path.split("__"), record)

    def order(self) -> OrderBy:
        """The ordering among known values; written so that an index of the field serves."""
        return F(self.path).desc(nulls_last=True) if self.falls else F(self.path).asc()

    def same(self, value: Any) -> Q:
        """Rows that are equal by this key."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def from_on(self, value: Any) -> Q:
        """Rows at this value or behind it, among those with a value."""
        return Q(**{f"{self.path}__{'lte' if self.falls else 'gte'}": value})

    def behind(self, value: Any) -> Q:
        """Rows behind this value, unknown ones too; None: nothing is behind the unknown."""
        if value is None:
            return Q(pk__in=[])
        return Q(**{f"{self.path}__{'lt' if self.falls else 'gt'}": value}) | self.same(None)


def stretches(rows: QuerySet[Any], keys: Sequence[Key], place: Sequence[Any] | None) -> list[QuerySet[Any]]:
    """The rows behind a place (None: all), as queries whose rows follow each other.

    First those with a value of the first key, then those without. Apart, each is a range of an index, however deep.
    """
    first, *ties = keys
    known, unknown = Q(**{f"{first.path}__isnull": False}), first.same(None)
    order = [key.order() for key in keys]
    in_ties = rows.filter(unknown).order_by(*(key.order() for key in ties))
    if place is None:
        return [rows.filter(known).order_by(*order), in_ties]
    if place[0] is None:
        return [in_ties.filter(_behind(ties, place[1:]))]
    return [rows.filter(known & first.from_on(place[0])).filter(_behind(keys, place)).order_by(*order), in_ties]


def _behind(keys: Sequence[Key], place: Sequence[Any]) -> Q:
    """Rows behind a place by the first key in which they differ from it."""
    ways, same = [], Q()
    for key, value in zip(keys, place, strict=True):
        ways.append(same & key.behind(value))
        same &= key.same(value)
    return reduce(or_, ways)


def written(listed: str, place: Sequence[Any]) -> str:
    """The cursor of a place in a list; ``listed`` says which list, filter and order."""
    return signing.dumps([listed, [_plain(value) for value in place]], salt=SALT, compress=True)


def read(listed: str, cursor: str) -> list[Any]:
    """The place that a cursor is of. Raises :class:`Refusal` (400) for one that is not of this list."""
    try:
        given, place = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        given, place = None, []
    if given != listed:
        fault = Fault(where="cursor", what="It is not one that this list gave out, with this filter and order.")
        raise Refusal(HTTPStatus.BAD_REQUEST, "Begin again without a cursor.", errors=[fault])
    return [_read(value) for value in place]


def _plain(value: Any) -> Any:
    for sign, (kind, write, _) in _TYPES.items():
        if isinstance(value, kind):
            return {sign: write(value)}
    return value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(sign, text)] = value.items()
    return _TYPES[sign][2](text)
