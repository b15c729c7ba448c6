"""The form that asks for a report of our own."""

import pytest
from django.http import QueryDict

from dashboard.forms.own_report import LABELS, MOST_NOTES, OwnReportForm
from dashboard.services.own_reports import Order, Part


def form(text):
    return OwnReportForm(QueryDict(text))


def test_it_makes_an_order_with_parts_in_the_documents_order():
    asked = form("title=Weekly&parts=trials&parts=leaderboard&notes=a%0Ab")
    assert asked.is_valid()
    assert asked.order() == Order(title="Weekly", parts=[Part.LEADERBOARD, Part.TRIALS], notes="a\nb")


def test_a_report_may_have_no_further_part():
    asked = form("title=Weekly")
    assert asked.is_valid()
    assert asked.order() == Order(title="Weekly", parts=[])


def test_every_part_has_a_label_and_is_asked_for_at_first():
    assert set(LABELS) == set(Part)
    assert set(OwnReportForm().fields["parts"].initial) == set(Part)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("title=", "title"),
        ("title=a%07b", "title"),
        (f"title={'x' * 201}", "title"),
        ("title=T&parts=horoscope", "parts"),
        (f"title=T&notes={'x' * (MOST_NOTES + 1)}", "notes"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(text, field):
    asked = form(text)
    assert not asked.is_valid()
    assert list(asked.errors) == [field]
