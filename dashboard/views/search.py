"""The search box of every page: what it names is opened; other words find runs, tests, reports, tasks and
exceptions.
"""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard import formats
from dashboard.domain.queries import Query, Term, parse
from dashboard.domain.query_tokens import printable
from dashboard.filters.reports import ReportFilter
from dashboard.filters.runs import RunFilter
from dashboard.filters.terms import findable
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Report, Run, RunGroup, Task, Trial
from dashboard.services import beginnings, lookups, reports, search, visibility
from dashboard.services.beginnings import Begun
from dashboard.services.pipelines import finding
from dashboard.services.pipelines.finding import Found, Matches, Tested
from dashboard.tables.reports import subject_of
from dashboard.views import fragments
from dashboard.views.frame import tested_sources
from dashboard.views.requests import Request

LONGEST = 200
"""Characters of words that are looked for: what the box takes."""
_ID_OR_ADDRESS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?:[a-z][a-z0-9+.-]*:/)?/\S+", re.IGNORECASE)

PAGES: dict[type, str] = {
    Report: "report-detail",
    Run: "run-detail",
    Task: "task-detail",
    Pipeline: "pipeline-detail",
    PipelineTemplate: "pipeline-template",
    PipelineTest: "pipeline-test",
    RunGroup: "run-group",
}
"""Where what was found has its page."""


@dataclass(frozen=True, slots=True)
class _Section:
    """Things of one kind that were found, and the list that holds them all, if there is one."""

    title: str
    heading: str
    aside: str
    url: str
    n: int
    all: str
    """What the link to the list says."""
    rows: list[dict[str, str]]


@require_safe
def find(request: Request) -> HttpResponse:
    """Redirect to the one thing that the text names or finds, or to the list of runs if only runs are found; else
    show what there is; so for what has an id of which the text holds the beginning. An id that the mirror has not is
    asked for at the sources.
    """
    text = printable(request.GET.get("q", "")).strip()
    if not text:
        return redirect("run-list")
    found = _named(request, text) or search.find_task(request.user, text)
    if found is not None:
        return lead_to(found)
    if (begun := beginnings.find(request.user, text)).all:
        return _show(request, text, _begun(begun))
    if _is_address(text) and (answer := _ask_sources(request, text)) is not None:
        return answer
    query = parse(text[:LONGEST], RunFilter.fields_of_box(), now=timezone.now())
    if query.terms or query.problems or not query.words:
        return redirect(_run_list(text))
    sections = _sections(request, text[:LONGEST], query) or _attempts(request, text)
    answer = None if sections else _ask_sources(request, text)
    return answer or _lead_or_show(request, text, sections)


def _named(request: Request, text: str) -> Run | Trial | Report | Found | None:
    """The one report, run, trial, group of runs, or thing that is tested, of this id, address or name."""
    host = request.get_host()
    report = reports.find_mentioned(request.user, text, host=host)
    if report is not None:
        return report
    found = search.find(request.user, text, host=host)
    return finding.find(request.user, text, host=host) if found is None and tested_sources(request) else found


def _is_address(text: str) -> bool:
    """Whether it is rather an address or a command than a word."""
    return "/" in text or " " in text


def _ask_sources(request: Request, text: str) -> HttpResponse | None:
    """Lead to what a source has under this id, or say which have not; None where it is no id of any source's."""
    lookup = lookups.find_at_sources(request.user, text)
    if lookup.found is not None:
        return lead_to(lookup.found)
    if not lookup.asked and not lookup.unasked:
        return None
    context = {"search_text": text, "sections": [], "asked": lookup.asked, "unasked": lookup.unasked}
    return fragments.page(request, "search/results.html", context)


def pasted(request: Request) -> Run | Trial | Report | Found | None:
    """What a list's box names, if an id or an address is all that is in it; a plain name is left to the filter."""
    text = printable(request.GET.get("q", "")).strip()
    if not _ID_OR_ADDRESS.fullmatch(text):
        return None
    return _named(request, text) or lookups.find_at_sources(request.user, text).found


def lead_to(found: Run | Trial | Report | Task | Found) -> HttpResponse:
    """Redirect to the page of what was found."""
    if isinstance(found, Trial):
        return redirect("trial-detail", found.run_id, found.pk)
    return redirect(PAGES[type(found)], found.pk)


def _lead_or_show(request: Request, text: str, sections: list[_Section]) -> HttpResponse:
    if sum(section.n for section in sections) == 1:
        return redirect(sections[0].rows[0]["url"])
    if [section.title for section in sections] == ["Runs"]:
        return redirect(_run_list(text))
    return _show(request, text, sections)


def _show(request: Request, text: str, sections: list[_Section]) -> HttpResponse:
    context = {"search_text": text, "sections": sections, "asked": (), "unasked": ()}
    return fragments.page(request, "search/results.html", context)


def _sections(request: Request, text: str, query: Query) -> list[_Section]:
    """Runs, what is tested, reports, tasks and exceptions that the words find, without what has none."""
    runs = RunFilter.apply(query, visibility.runs(request.user))
    tasks = search.tasks_with(request.user, query.words)
    tested = [_tested(finding.with_words(request.user, query.words))] if tested_sources(request) else []
    made = _reports(text, ReportFilter.apply(query, reports.listed(request.user)))
    found = (_runs(text, runs), *tested, made, _tasks(text, tasks), _raised(text, search.raised(request.user, text)))
    return [section for section in found if section.n]


def _runs(text: str, found: QuerySet[Run]) -> _Section:
    rows = [_run(run.name, run) for run in found[: search.MOST_FOUND]]
    n = found.count()
    return _Section("Runs", "Run", "Status", _run_list(text), n, f"{formats.plural(n, 'run')} in the list", rows)


def _run(label: str, run: Run) -> dict[str, str]:
    return {"label": label, "url": reverse("run-detail", args=[run.pk]), "note": "", "status": run.status}


def _attempts(request: Request, text: str) -> list[_Section]:
    """Trials of which the text is what tells them from others of their task."""
    found = search.trials_ending(request.user, text)
    rows = [_trial(trial) | {"label": f"{trial.task.short_name} · {trial.external_id}"} for trial in found]
    return [_Section("Trials", "Trial", "Run", "", len(rows), "", rows)] if rows else []


def _begun(found: Begun) -> list[_Section]:
    """Runs and trials whose ids begin the same, with their ids; no list holds just such trials."""
    runs = [_run(f"{run.name} · {run.uid}", run) for run in found.runs]
    trials = [_trial(trial) for trial in found.trials]
    sections = [
        _Section("Runs", "Run", "Status", _run_list(found.word), len(runs), "In the list of runs", runs),
        _Section("Trials", "Trial", "Run", "", len(trials), "", trials),
    ]
    return [section for section in sections if section.n]


def _trial(trial: Trial) -> dict[str, str]:
    url = reverse("trial-detail", args=[trial.run_id, trial.pk])
    return {"label": f"{trial.task.short_name} · {trial.uid}", "url": url, "note": trial.run.name, "status": ""}


def _tasks(text: str, found: QuerySet[Task]) -> _Section:
    """Tasks; those that would look the same have their whole names."""
    shown = list(found[: search.MOST_FOUND])
    alike = Counter((task.short_name, task.dataset) for task in shown)
    rows = [
        {
            "label": task.short_name if alike[task.short_name, task.dataset] == 1 else task.name,
            "url": reverse("task-detail", args=[task.pk]),
            "note": task.dataset,
            "status": "",
        }
        for task in shown
    ]
    n, url = found.count(), f"{reverse('task-list')}?{urlencode({'q': text})}"
    return _Section("Tasks", "Task", "Data set", url, n, f"{formats.plural(n, 'task')} in the list", rows)


def _tested(found: Matches) -> _Section:
    """Pipelines, templates and tests; no list holds just these."""
    rows = [
        {"label": each.name, "url": reverse(PAGES[type(each)], args=[each.pk]), "note": _place(each), "status": ""}
        for each in found.shown
    ]
    return _Section("Pipelines and tests", "Name", "What it is", reverse("pipelines"), found.n, "All pipelines", rows)


def _place(found: Tested) -> str:
    if isinstance(found, PipelineTest):
        return f"Test of {found.template.pipeline.name} › {found.template.name}"
    return f"Template of {found.pipeline.name}" if isinstance(found, PipelineTemplate) else "Pipeline"


def _reports(text: str, found: QuerySet[Report]) -> _Section:
    """Reports, each with what it is of: many have the name of one template."""
    newest = reports.with_subjects(found.order_by("-created_at", "-pk")[: search.MOST_FOUND])
    rows = [
        {"label": str(each), "url": reverse("report-detail", args=[each.pk]), "note": _made_of(each), "status": ""}
        for each in newest
    ]
    n, url = found.count(), f"{reverse('report-list')}?{urlencode({'q': text})}"
    return _Section("Reports", "Report", "Of", url, n, f"{formats.plural(n, 'report')} in the list", rows)


def _made_of(report: Report) -> str:
    what = subject_of(report)
    if what["group"]:
        return str(what["group"])
    names = ", ".join(run.name for run in what["runs"]) or what["unmirrored"]
    return f"{names} and {what['n_more']} more" if what["n_more"] else names


def _raised(text: str, found: list[search.Raised]) -> _Section:
    """Exceptions; each leads to the runs in which it was raised, the section to those of all."""
    rows = [
        {
            "label": each.error_type,
            "url": _raised_in(findable(each.error_type)),
            "note": formats.plural(each.n_trials, "trial"),
            "status": "",
        }
        for each in found[: search.MOST_FOUND]
    ]
    url, kinds = _raised_in(f"*{findable(text)}*"), formats.plural(len(found), "exception")
    return _Section("Trials that raised", "Exception", "Trials", url, len(found), f"Runs with {kinds}", rows)


def _raised_in(error_type: str) -> str:
    return _run_list(Term.of("error", error_type).text)


def _run_list(text: str) -> str:
    return f"{reverse('run-list')}?{urlencode({'q': text})}"
