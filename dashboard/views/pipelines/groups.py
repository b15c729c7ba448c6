"""A group of runs: base and head of a pull request side by side, or the runs that a filter chose."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard import formats
from dashboard.domain.pipelines import GroupKind
from dashboard.domain.queries import Query, Term
from dashboard.filters.terms import findable
from dashboard.models import RunGroup
from dashboard.services.pipelines import groups
from dashboard.services.pipelines.groups import Members, Told
from dashboard.tables.pipelines import MemberTable
from dashboard.views import ages, fragments, sources
from dashboard.views.addresses import here
from dashboard.views.reports import parts as report_parts
from dashboard.views.requests import Request
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs.comparisons import NEWER, OLDER, shown

GITHUB = "https://github.com"
LONGEST = 300
"""Characters of a value of a filter that are shown."""

PAGES = {"pipeline_id": "pipeline-detail", "template_id": "pipeline-template", "test_id": "pipeline-test"}
"""What a filter names by id, and the page of it."""
WORDS = {
    "pipeline_id": "Pipeline",
    "template_id": "Template",
    "test_id": "Test",
    "run_group_id": "Group",
    "created_by": "Owner",
    "limit": "At most",
    "offset": "Leaving out the first",
    "sort": "Order",
    "test_cromwell_job_id": "Job of the test",
    "eval_cromwell_job_id": "Job of the evaluation",
}
"""Fields of a source's filter in words, where the word is not the field's own."""
STATES = {"succeeded": "completed", "failed": "failed", "aborted": "cancelled"}
"""How a state ends in the source's words, and what it is in ours."""
SAME = {"created_by": "owner", "name": "name"}
"""Fields of a source's filter that the list of runs has too."""


@require_safe
def detail(request: Request, group_id: int) -> HttpResponse:
    """One group."""
    try:
        group = groups.get(request.user, group_id)
    except RunGroup.DoesNotExist as error:
        raise Http404("There is no such group of runs.") from error
    members = groups.members(request.user, group)
    meant = groups.meant(request.user, group)
    comparison = groups.side_by_side(members) if group.kind == GroupKind.GITHUB else None
    context = {
        "group": group,
        "kind": GroupKind(group.kind).label,
        "crumbs": [{"label": "Runs", "url": reverse("run-list")}, {"label": str(group)}],
        "pairs": _pairs(group),
        "filter": _filter(group, meant),
        "such_runs_url": _such_runs(group, meant),
        "comparison": None if comparison is None else shown(comparison, _labels(members)),
        "is_base_told": members.base_id is not None,
        "table": _table(members) if comparison is None and members.runs else None,
        "n_runs": members.n_runs,
        "n_shown": len(members.runs),
        "group_reports_url": _reports_url(group),
        "reports_part": report_parts.of_group(request.user, group),
        "troubles": sources.failing(request, [group.source]),
        "back_url": here(request),
    }
    return ages.tell_of_sources(fragments.page(request, "pipelines/group.html", context), [group.source])


def _reports_url(group: RunGroup) -> str:
    return f"{reverse('report-list')}?{urlencode({'q': Term.of('group', group.external_id).text})}"


def _labels(members: Members) -> tuple[str, str]:
    return ("Base", "Head") if members.base_id is not None else (OLDER, NEWER)


def _table(members: Members) -> dict[str, Any]:
    """The runs as the runs list shows them, newest last."""
    table = MemberTable.look(MemberTable.default_columns)
    headers = [{"label": each.header, "css": each.column.classes, "url": "", "sort": ""} for each in table.columns]
    return {
        "headers": headers,
        "rows": table.kept_rows([(r.pk, r.version) for r in members.runs], run_lists.SPEC.fetch),
    }


def _pairs(group: RunGroup) -> list[dict[str, object]]:
    """What the source says of the group; of a pull request with links to where it stands."""
    facts: list[dict[str, object]] = [
        *(_of_pull_request(group) if group.kind == GroupKind.GITHUB else []),
        {"name": "Source", "value": group.source.name},
        {"name": "Created", "value": formats.moment(group.created_at)},
        {"name": "Id", "value": group.external_id, "copyable": True},
    ]
    return [fact for fact in facts if fact["value"] not in {"", formats.UNKNOWN, None}]


def _of_pull_request(group: RunGroup) -> list[dict[str, object]]:
    place = f"{GITHUB}/{quote(group.owner, safe='')}/{quote(group.repo, safe='')}"
    number = group.issue_number
    return [
        {"name": "Pull request", "value": "" if number is None else str(group), "url": f"{place}/pull/{number}"},
        {"name": "Asked by", "value": group.author},
        _commit("Base", place, group.base_commit),
        _commit("Head", place, group.head_commit),
        {"name": "Told by the input", "value": group.test_input_key or group.eval_input_key, "mono": True},
    ]


def _commit(name: str, place: str, commit: str) -> dict[str, object]:
    return {"name": name, "value": commit, "url": f"{place}/commit/{quote(commit, safe='')}", "mono": True}


def _filter(group: RunGroup, meant: Mapping[str, Told]) -> list[dict[str, object]]:
    """The filter that chose the runs, in words."""
    return [
        {
            "name": WORDS.get(field, field.replace("_", " ").capitalize()),
            "value": meant[field].name if field in meant else _text(value),
            "url": reverse(PAGES[field], args=[meant[field].pk]) if field in meant else "",
        }
        for field, value in group.query.items()
        if value is not None and not (field == "offset" and value == 0)
    ]


def _text(value: object) -> str:
    text = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _such_runs(group: RunGroup, meant: Mapping[str, Told]) -> str:
    """The list of runs, filtered as near to the group's filter as it can be; empty where it cannot be at all."""
    found = {field.removesuffix("_id"): told.name for field, told in meant.items()}
    found |= {term: str(group.query[field]) for field, term in SAME.items() if group.query.get(field)}
    raw = str(group.query.get("status") or "")
    state = next((ours for ending, ours in STATES.items() if raw.endswith(ending)), "")
    found |= {"status": state} if state else {}
    query = Query(terms=tuple(Term.of(term, findable(text)) for term, text in found.items()))
    return f"{reverse('run-list')}?{urlencode({'q': query.text})}" if found else ""
