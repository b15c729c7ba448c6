"""What the selection's form says: which rows are ticked, or that all are meant that match."""

from django.http import QueryDict

from dashboard.views.addresses import whole_number

MOST = 1_000
"""Rows that one form may name."""


def chosen_ids(form: QueryDict) -> list[int]:
    """Primary keys of the ticked runs, each once, in their order."""
    numbers = [whole_number(text) for text in form.getlist("run")[:MOST]]
    return list(dict.fromkeys(number for number in numbers if number))


def is_all(form: QueryDict) -> bool:
    """Whether all runs are meant that the filter lets through, ticked or not."""
    return bool(form.get("all"))
