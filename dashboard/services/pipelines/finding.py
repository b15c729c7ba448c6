"""What the search box names or finds of what is tested: pipelines, templates, tests, and groups of runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, RunGroup
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

Tested = Pipeline | PipelineTemplate | PipelineTest
Found = Tested | RunGroup

MOST_FOUND = 10
"""Things that words find; their number is told."""
LONGEST = 1_000
_UUID = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE)
_OURS = re.compile(
    r"(?:https?://(?P<host>[^/?#\s]+))?/(?P<what>pipelines|templates|tests|groups)/(?P<pk>\d{1,18})(?:[/?#]|$)",
    re.ASCII | re.IGNORECASE,
)
_PULL_REQUEST = re.compile(
    r"(?P<owner>[\w.-]{1,100})/(?P<repo>[\w.-]{1,100})(?:#|/pull/)(?P<number>\d{1,9})(?!\d)", re.ASCII
)

_SHORTLY = re.compile(r"(?P<repo>[\w.-]{1,100})#(?P<number>\d{1,9})", re.ASCII)
"""A pull request as one speaks of it, without its owner."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What words found."""

    shown: Sequence[Tested]
    """Pipelines, then templates, then tests, each by name; at most ten in all."""
    n: int


def find(viewer: Viewer, text: str, *, host: str = "") -> Found | None:
    """The one pipeline, template, test or group that the text names; None if it names none, or more than one.

    Understood are our own addresses (paths, or at ``host``), ids of the source (UUIDs, also within its addresses),
    names of what is tested, and pull requests as ``owner/repo#12``, ``repo#12`` or by their address.
    """
    text = text.replace("\0", "").encode(errors="replace").decode().strip()[:LONGEST]
    if not text:
        return None
    return (
        _by_our_address(viewer, text, host) or _by_id(viewer, text) or _by_name(viewer, text) or _by_pull(viewer, text)
    )


def with_words(viewer: Viewer, words: Sequence[str]) -> Matches:
    """What is tested whose names hold all of the words; a test or template also by the names of what it is below."""
    found = [
        kind.filter(reduce(and_, (_holds(word, paths) for word in words), Q()))
        for kind, paths in zip(_tested(viewer), _PATHS, strict=True)
    ]
    shown: list[Tested] = []
    for kind in found:
        shown += kind[: MOST_FOUND - len(shown)]
    return Matches(shown, sum(kind.count() for kind in found))


_PATHS = (("name",), ("name", "pipeline__name"), ("name", "template__name", "template__pipeline__name"))
"""Where words are looked for in each of :func:`_tested`."""


def _tested(viewer: Viewer) -> tuple[QuerySet[Any], ...]:
    return (
        visibility.pipelines(viewer),
        visibility.pipeline_templates(viewer).select_related("pipeline"),
        visibility.pipeline_tests(viewer).select_related("template__pipeline"),
    )


def _holds(word: str, paths: Sequence[str]) -> Q:
    return reduce(or_, (Q(**{f"{path}__icontains": word}) for path in paths))


def _by_our_address(viewer: Viewer, text: str, host: str) -> Found | None:
    match = _OURS.match(text)
    if match is None or (match["host"] or host).casefold() != host.casefold():
        return None
    pipelines, templates, tests = _tested(viewer)
    kinds = {"pipelines": pipelines, "templates": templates, "tests": tests, "groups": visibility.run_groups(viewer)}
    return _only([kinds[match["what"].lower()].filter(pk=int(match["pk"]))])


def _by_id(viewer: Viewer, text: str) -> Found | None:
    match = _UUID.search(text)
    if match is None:
        return None
    spelled = {match.group(), match.group().lower()}
    return _only([kind.filter(external_id__in=spelled) for kind in (*_tested(viewer), visibility.run_groups(viewer))])


def _by_name(viewer: Viewer, text: str) -> Found | None:
    return _only([kind.filter(name=text) for kind in _tested(viewer)])


def _by_pull(viewer: Viewer, text: str) -> Found | None:
    match = _PULL_REQUEST.search(text) or _SHORTLY.fullmatch(text)
    if match is None:
        return None
    named = {"repo__iexact": match["repo"], "issue_number": int(match["number"])}
    if "owner" in match.groupdict():
        named["owner__iexact"] = match["owner"]
    return _only([visibility.run_groups(viewer).filter(**named)])


def _only(found: Sequence[QuerySet[Any]]) -> Found | None:
    """The one thing of any of the kinds; None if there is none, or more."""
    there: list[Found] = [each for kind in found for each in kind[:2]]
    return there[0] if len(there) == 1 else None
