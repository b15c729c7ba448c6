"""The filter of lists whose things can be paused."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class PausedFilter(admin.SimpleListFilter):
    """By state: paused or on."""

    title = "state"
    parameter_name = "is_paused__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """As the lists call them."""
        return [("0", "On"), ("1", "Paused")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those in the chosen state; all without one."""
        return queryset if self.value() is None else queryset.filter(is_paused=self.value() == "1")
