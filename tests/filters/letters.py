"""What queries let through, told by letters: each record has one."""

from dashboard.domain.queries import parse
from tests.factories import NOW


def parsed(filters, text):
    """A query of that list's box, as of the tests' present."""
    return parse(text, filters.fields_of_box(), now=NOW)


def let_through(filters, text, records):
    """The letters of the records that a query without problems lets through, in the order of the records."""
    query = parsed(filters, text)
    assert query.problems == ()
    model = type(next(iter(records.values())))
    found = set(filters.apply(query, model.objects.all()))
    assert found <= set(records.values())
    return "".join(letter for letter, record in records.items() if record in found)


def fields_tried(filters, queries):
    """The fields that these queries name."""
    return {term.field for text, _ in queries for term in parsed(filters, text).terms}
