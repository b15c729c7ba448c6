"""A list that a source tells in full, or in part, as rows of a table: inserted, updated, marked as gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from dashboard.domain.records import Problem
from dashboard.models import Source
from dashboard.services.sync.reading import UNSTORABLE

BATCH = 200
"""Rows a statement."""

Columns = Mapping[str, Any]
"""The values of a row's columns by name."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a list."""

    model: type[Any]
    ids: Mapping[str, int] = field(default_factory=dict)
    """External id → primary key of all that is mirrored, gone or not."""
    is_news: bool = False
    renamed: Sequence[int] = ()
    """Primary keys of those that have another name than before."""
    problems: Sequence[Problem] = ()


def merge(model: type[Any], source: Source, wanted: Mapping[str, Columns], *, name: str, is_whole: bool) -> Merged:
    """Let the table hold the wanted rows of a source, by their external ids, writing only what differs.

    What a list that is whole (``is_whole``) lacks is marked as gone; an empty one says nothing of what is held, since
    it may be the answer of whoever has lost everything for a while. Of a list that the database does not take nothing
    is stored: that is a problem, told under the list's ``name``.
    """
    is_all = is_whole and bool(wanted)
    held = {row.external_id: row for row in model.objects.filter(source=source)}
    names = {row.pk: getattr(row, "name", "") for row in held.values()}
    new = [model(source=source, external_id=each, **values) for each, values in wanted.items() if each not in held]
    changed = [row for each, row in held.items() if each in wanted and _set(row, {**wanted[each], "is_gone": False})]
    lost = [row for each, row in held.items() if is_all and each not in wanted and _set(row, {"is_gone": True})]
    ids = {each: row.pk for each, row in held.items()}
    try:
        _save(model, new, changed + lost)
    except UNSTORABLE:
        problem = Problem(where=name.replace("_", " ").capitalize(), what="They could not be stored.")
        return Merged(model, ids, problems=[problem])
    renamed = [row.pk for row in changed if getattr(row, "name", "") != names[row.pk]]
    ids |= {row.external_id: row.pk for row in new}
    return Merged(model, ids, is_news=bool(new or changed or lost), renamed=renamed)


def _set(row: Any, values: Columns) -> bool:
    """Set these columns (unsaved); whether one was another."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _save(model: type[Any], new: Sequence[Any], changed: Sequence[Any]) -> None:
    fields = [
        each.name
        for each in model._meta.concrete_fields
        if not each.primary_key and each.name not in {"source", "external_id", "reports_looked_at"}
    ]
    with transaction.atomic():
        model.objects.bulk_create(new, batch_size=BATCH)
        model.objects.bulk_update(changed, fields, batch_size=BATCH)
