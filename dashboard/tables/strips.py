"""Runs as a row of symbols, and a run's state as a cell: drawn very often, so they are put together in few steps."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.models import Run
from dashboard.templatetags.components import icon


class Drawn(Protocol):
    """What is drawn of a run."""

    @property
    def pk(self) -> int:
        """Its key."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def status(self) -> str:
        """Its state."""

    @property
    def started_at(self) -> datetime | None:
        """When it was created."""


def strip(runs: Iterable[Drawn]) -> SafeString:
    """A symbol for each run, in their order, each leading to its run; its state and time are said as well."""
    cells = "".join(_cell(run) for run in runs)
    if not cells:
        return SafeString('<span class="muted">no run yet</span>')
    return SafeString(f'<ul class="cell-strip strip">{cells}</ul>')


def _cell(run: Drawn) -> str:
    state, said = escape(run.status), escape(f"{run.status}, {formats.short_moment(run.started_at)}")
    return (
        f'<li><a class="cell" data-state="{state}" href="{page_of(run.pk)}" title="{escape(run.name)}: {said}">'
        f'{icon(run.status, size=14)}<span class="sr-only">{said}</span></a></li>'
    )


def page_of(pk: int) -> str:
    """The address of a run's page."""
    before, after = _around("run-detail")
    return f"{before}{pk}{after}"


def comparison_of(pk: int) -> str:
    """The address of the comparison of a run with the one before it."""
    before, after = _around("run-compare")
    return f"{before}{pk}{after}"


@lru_cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and behind the key in an address; hundreds of them stand on a page."""
    before, _, after = reverse(name, args=[0]).rpartition("0")
    return before, after


def state(run: Run) -> SafeString:
    """A run's state, and the phase in which it is or failed."""
    return _state(run.status, run.raw_status, run.is_stalled, run.phase)


@lru_cache(maxsize=512)
def _state(status: str, raw: str, stalled: bool, phase: str) -> SafeString:
    run = {"status": status, "raw_status": raw, "is_stalled": stalled, "phase": phase}
    return SafeString(get_template("pipelines/_state.html").render({"run": run}).strip())


@lru_cache(maxsize=64)
def _word(status: str) -> SafeString:
    return SafeString(get_template("components/status.html").render({"status": status}).strip())


def last_run(pk: int | None, status: str) -> SafeString:
    """The state of the newest run, leading to it; or that there is none."""
    if pk is None:
        return SafeString('<span class="muted">no run yet</span>')
    return SafeString(f'<a class="plain-link" href="{page_of(pk)}">{_word(status)}</a>')
