"""A filter class per kind of field. Their data are the terms of a parsed query, so box and facets are one filter."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db import models
from django.db.models import Model, Q, QuerySet

from dashboard.domain.queries import Field, Kind, Query, Span, Term, Value
from dashboard.domain.query_values import MAX_STARS
from dashboard.models.lookups import like_pattern

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f*]+")

STARRED = "starred"
"""The word after ``is:`` whose answer is another for everybody."""

Condition = Callable[[Value], Q]
Choices = tuple[str, ...]


class TermsField(forms.Field):
    """Terms come parsed and checked; the form hands them through."""

    def clean(self, value: Any) -> Any:
        """Nothing is left to clean."""
        return value


class TermFilter(django_filters.Filter):
    """All terms of one field: each must hold, by one of its values, or by none if it is negated."""

    field_class = TermsField
    kind: ClassVar[Kind] = "text"

    def __init__(self, *, path: str = "", help: str, choices: Choices = (), unit: str = "", **kwargs: Any) -> None:  # noqa: A002
        super().__init__(**kwargs)
        self.path = path
        self.help = help
        self.choices = choices
        self.unit = unit

    def condition(self, value: Value) -> Q:
        """Rows that have this value."""
        raise NotImplementedError

    def filter(self, qs: QuerySet[Model], terms: Iterable[Term]) -> QuerySet[Model]:
        """The rows that all terms let through."""
        for term in terms or ():
            any_value = Q()
            for value in term.values:
                any_value |= self.condition(value)
            qs = qs.exclude(any_value) if term.negated else qs.filter(any_value)
        return qs


class ChoiceTerm(TermFilter):
    """One of a closed set of words."""

    kind = "choice"

    def condition(self, value: Value) -> Q:
        """Exactly the word."""
        return Q(**{self.path: value.text})


class TextTerm(TermFilter):
    """Text, whole and without regard to case; ``*`` stands for anything."""

    def condition(self, value: Value) -> Q:
        """Whole text, or the pieces between the stars in order."""
        return matches(self.path, value)


class NameTerm(TermFilter):
    """A name that may be given without the organisation before it: ``fix-bug`` finds ``local/fix-bug``."""

    def condition(self, value: Value) -> Q:
        """The whole name, or what follows its last slash."""
        after_slash = Value(f"*/{value.text.lstrip('*')}")
        return matches(self.path, value) | matches(self.path, after_slash)


class RelatedTerm(TermFilter):
    """Text of related rows: holds if any of them has the value."""

    def __init__(self, *, related: Callable[[Q], Q], names: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.related = related
        self.names = names

    def condition(self, value: Value) -> Q:
        """A related row exists that matches."""
        found = matches(self.path, value)
        if self.names:
            found |= matches(self.path, Value(f"*/{value.text.lstrip('*')}"))
        return self.related(found)


class NumberTerm(TermFilter):
    """A number, compared or within a range; unknown values match nothing."""

    kind: ClassVar[Kind] = "number"

    def condition(self, value: Value) -> Q:
        """Within the value's span."""
        return within(self.path, value.span)


class PercentTerm(NumberTerm):
    """A fraction in the database that is written as a percentage."""

    def condition(self, value: Value) -> Q:
        """Within the span, in hundredths."""
        return within(self.path, value.span, scale=Decimal(100))


class DurationTerm(NumberTerm):
    """A stretch of time."""

    kind = "duration"


class DateTerm(NumberTerm):
    """A moment; a day is all of it."""

    kind = "date"


class AfterTerm(DateTerm):
    """From the beginning of the day or moment on."""

    def condition(self, value: Value) -> Q:
        """Not before the span begins."""
        return Q(**{f"{self.path}__gte": _start(value)}) if _start(value) else Q(pk__in=[])


class BeforeTerm(DateTerm):
    """Up to the beginning of the day or moment."""

    def condition(self, value: Value) -> Q:
        """Before the span begins."""
        return Q(**{f"{self.path}__lt": _start(value)}) if _start(value) else Q(pk__in=[])


class WordTerm(TermFilter):
    """``is:`` something: each word has a condition of its own."""

    kind = "choice"

    def __init__(self, *, words: dict[str, Q], **kwargs: Any) -> None:
        super().__init__(choices=tuple(words), **kwargs)
        self.words = words

    def condition(self, value: Value) -> Q:
        """The word's condition."""
        return self.words[value.text]


class StarredTerm(WordTerm):
    """The same, and ``starred``: whether it has the star of whoever asks, which the rows have to know by ``has_star``.

    Rows that do not know it (:func:`dashboard.services.stars.known`) have no star.
    """

    def __init__(self, *, words: dict[str, Q], **kwargs: Any) -> None:
        super().__init__(words=words | {STARRED: Q(has_star=True)}, **kwargs)

    def filter(self, qs: QuerySet[Model], terms: Iterable[Term]) -> QuerySet[Model]:
        """The rows that all terms let through."""
        is_known = "has_star" in qs.query.annotations
        nobody = models.Value(False, output_field=models.BooleanField())
        return super().filter(qs if is_known else qs.alias(has_star=nobody), terms)


class TermFilterSet(django_filters.FilterSet):
    """Filters whose data are a query's terms."""

    word_paths: ClassVar[tuple[str, ...]] = ()
    """Where free words are looked for."""

    @classmethod
    def fields_of_box(cls, choices: dict[str, Choices] | None = None) -> dict[str, Field]:
        """What the query box understands; ``choices`` are values to suggest for open fields."""
        suggested = choices or {}
        return {
            name: Field(name, each.kind, suggested.get(name, each.choices), each.help, each.unit)
            for name, each in cls.by_name().items()
        }

    @classmethod
    def by_name(cls) -> dict[str, TermFilter]:
        """The filters by the word one types; one that is a keyword of Python has an underscore behind it here."""
        return {name.rstrip("_"): each for name, each in cls.base_filters.items()}

    @classmethod
    def is_personal(cls, query: Query) -> bool:
        """Whether what the query lets through is another for everybody."""
        asked = (term for term in query.terms if isinstance(cls.by_name()[term.field], StarredTerm))
        return any(value.text == STARRED for term in asked for value in term.values)

    @classmethod
    def apply(cls, query: Query, queryset: QuerySet[Any], *, leaving_out: str = "") -> QuerySet[Any]:
        """The rows that match the query, but for the terms of the field ``leaving_out``."""
        data: dict[str, list[Term]] = {}
        for term in query.terms:
            if term.field != leaving_out:
                data.setdefault(term.field, []).append(term)
        found, filters = queryset, cls.by_name()
        for name, terms in data.items():
            found = filters[name].filter(found, terms)
        for word in query.words:
            found = found.filter(cls._word(word))
        return found

    @classmethod
    def _word(cls, word: str) -> Q:
        anywhere = Q()
        for path in cls.word_paths:
            anywhere |= Q(**{f"{path}__icontains": word})
        return anywhere


def findable(text: str) -> str:
    """The value that finds this very text: what cannot be written in a query box is left open by a star."""
    pieces = _UNWRITABLE.split(text)
    return "*".join(pieces if len(pieces) <= MAX_STARS + 1 else [*pieces[:MAX_STARS], ""])


def matches(path: str, value: Value) -> Q:
    """Text at ``path`` that is the value, without regard to case; stars stand for anything."""
    pieces = value.pieces
    if len(pieces) == 1:
        return Q(**{f"{path}__iexact": value.text})
    first, *middle, last = pieces
    if any(middle):
        return Q(**{f"{path}__ilike": like_pattern(pieces)})
    condition = Q()
    if first:
        condition &= Q(**{f"{path}__istartswith": first})
    if last:
        condition &= Q(**{f"{path}__iendswith": last})
    return condition or Q(**{f"{path}__gt": ""})


def within(path: str, span: Span | None, scale: Decimal | None = None) -> Q:
    """Values at ``path`` within the span (divided by ``scale``); a span of one value is that value."""
    if span is None:
        return Q(pk__in=[])
    condition = Q(**{f"{path}__isnull": False})
    if span.low is not None:
        condition &= Q(**{f"{path}__{'gte' if span.includes_low else 'gt'}": _scaled(span.low, scale)})
    if span.high is not None:
        condition &= Q(**{f"{path}__{'lte' if span.includes_high else 'lt'}": _scaled(span.high, scale)})
    return condition


def _scaled(quantity: Any, scale: Decimal | None) -> Any:
    return float(quantity / scale) if scale is not None else quantity


def _start(value: Value) -> datetime | None:
    low = value.span.low if value.span else None
    return low if isinstance(low, datetime) else None
