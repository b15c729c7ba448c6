"""Which pages a share link opens, by its scope: a short list of names, and everything else is closed.

Patterns of what a link does not show are there all the same, below an address that leads nowhere: whatever builds an
address finds one, and a page that is added to the application is closed to guests until it is named here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import URLPattern, get_resolver, include, path

from dashboard.domain.reports import ReportFile
from dashboard.domain.sharing import ShareScope
from dashboard.models import ShareLink
from dashboard.shared_addresses import CLOSED, Patterns

SUMMARY = frozenset({"run-detail"})
TRIALS = SUMMARY | {"run-trials", "run-grid", "run-failures", "trial-detail"}
ARTIFACTS = TRIALS | {
    "run-log", "run-files", "run-search", "run-file", "run-download", "run-inline", "run-result",
    "trial-trajectory", "trial-diff", "trial-logs", "trial-results", "trial-files",
    "trial-file", "trial-download", "trial-inline",
}  # fmt: skip
REPORT = frozenset({"report-detail", "report-preview", "report-file"})

_OF_RUN: Mapping[ShareScope, frozenset[str]] = {
    ShareScope.SUMMARY: SUMMARY, ShareScope.TRIALS: TRIALS, ShareScope.ARTIFACTS: ARTIFACTS,
}  # fmt: skip


def open_names(link: ShareLink) -> frozenset[str]:
    """The names of the addresses that a link opens."""
    return _OF_RUN[ShareScope(link.scope)] if link.run_id else REPORT


@lru_cache(maxsize=8)
def patterns(names: frozenset[str]) -> Patterns:
    """The application's patterns, with all but these names closed."""
    every = get_resolver(settings.ROOT_URLCONF).url_patterns
    opened = [each for each in every if isinstance(each, URLPattern) and each.name in names]
    closed = [each for each in every if each not in opened]
    return (*opened, path(CLOSED, include(closed)))


def start(link: ShareLink) -> tuple[str, dict[str, Any]]:
    """(name, arguments) of the page that the link's own address shows."""
    if link.run_id:
        return "run-detail", {"run_id": link.run_id}
    return "report-detail", {"report_id": link.report_id}


def may_enter(link: ShareLink, name: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the link opens the page of this name and these arguments; whose it is, services check."""
    if name == "report-file":
        return arguments.get("name") in files(link)
    return name in open_names(link)


def files(link: ShareLink) -> Sequence[str]:
    """The files of a report that its link gives out: its document, and with artifacts all."""
    has_all = ShareScope(link.scope).has_artifacts
    return [file.value for file in ReportFile if has_all or file is ReportFile.HTML]
