"""What the form for a report shows: what it is of, the templates, and how many runs its filter would choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dashboard import formats
from dashboard.domain.reports import Parent, ReportRequest
from dashboard.forms.report import ReportForm, RunFilterForm, data_of, invalid_fields
from dashboard.models import Report
from dashboard.services import reports, tickets, visibility
from dashboard.services.reach import capabilities
from dashboard.services.reports import Subject
from dashboard.views.requests import Request

MOST_OFFERED = 500
"""Tests, and groups, that one may choose from."""
FIRST = {"sort": "desc(created_at)", "limit": "20"}
"""What a filter begins with where the address says nothing: the newest runs, as many as CARROT's client takes."""
WORDS = {Parent.PIPELINE: "pipeline", Parent.TEMPLATE: "template", Parent.TEST: "test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it is filled in, and what it offers."""

    subject: Subject
    form: ReportForm
    filter: RunFilterForm | None
    """Of a report of the runs that a filter chooses."""
    templates: Sequence[Any]
    text: str
    """What templates were looked for by."""
    ids: Mapping[str, str]
    """Templates' ids at the source, by ours."""

    def is_valid(self) -> bool:
        """Whether it can be sent; both parts are judged."""
        is_filter_valid = self.is_filter_valid()
        return self.form.is_valid() and is_filter_valid

    def is_filter_valid(self) -> bool:
        """Whether the filter, if there is one, can be counted with."""
        return self.filter is None or self.filter.is_valid()

    def filters(self) -> dict[str, str]:
        """The source's own parameters of a valid filter."""
        return {} if self.filter is None else self.filter.filters()

    def request(self) -> ReportRequest:
        """What the source is asked, of a valid form."""
        data = self.form.cleaned_data
        return self.subject.request(
            self.ids[data["template"]],
            created_by=data["created_by"],
            replaces_failed=data["replaces_failed"],
            filters=self.filters(),
        )


def begun(request: Request, subject: Subject) -> Filled:
    """The form as nobody has typed into it yet: filled by the address."""
    chosen, text = request.GET.get("template", ""), request.GET.get("template_q", "")[:200]
    templates = reports.offered_templates(request.user, subject.source, text=text, chosen=chosen)
    data = {"template": chosen or (str(templates[0].pk) if len(templates) == 1 else "")}
    data |= {"created_by": request.user.email, **({"replaces_failed": "on"} if request.GET.get("replace") else {})}
    given = data_of({name: str(value) for name, value in request.GET.items()})
    filled = RunFilterForm(FIRST | given) if subject.parent else None
    return _filled(subject, ReportForm(data, templates=_choices(templates), is_checked=False), filled, templates, text)


def sent(request: Request, subject: Subject, *, is_checked: bool) -> Filled:
    """The form as it was sent."""
    text = request.POST.get("template_q", "")[:200]
    chosen = request.POST.get("template", "")
    templates = reports.offered_templates(request.user, subject.source, text=text, chosen=chosen)
    form = ReportForm(request.POST, templates=_choices(templates), is_checked=is_checked)
    is_filter_checked = is_checked or "count" in request.POST
    filled = RunFilterForm(request.POST, is_checked=is_filter_checked) if subject.parent else None
    return _filled(subject, form, filled, templates, text)


def context(request: Request, filled: Filled) -> dict[str, Any]:
    """What ``reports/new.html`` shows."""
    made = reports.made_of(request.user, filled.subject)
    invalid = invalid_fields(filled.form, filled.filter)
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    chosen = str(filled.form["template"].value() or "")
    return {
        "subject": filled.subject,
        "what": _what(filled.subject),
        "form": filled.form,
        "filter": filled.filter,
        "templates": [_template(each, chosen, made) for each in filled.templates],
        "text": filled.text,
        "has_failed": any(reports.has_failed(each) for each in made.values()),
        "counted": _counted(request, filled),
        "invalid": [{"id": each.id_for_label or each.auto_id, "label": each.label} for each in invalid],
        "focus_templates": bool(invalid) and invalid[0].name == "template",
        "general": [*filled.form.non_field_errors()] if filled.form.is_bound else [],
        "ticket": tickets.new(),
        "action": request.get_full_path(),
        "crumbs": crumbs(),
    }


def choices(request: Request) -> dict[str, Any]:
    """What ``reports/choose.html`` shows: what reports can be of."""
    sources = [source for source in visibility.sources(request.user) if capabilities(source).reports]
    tests = visibility.pipeline_tests(request.user).filter(source__in=sources, is_gone=False)
    groups = visibility.run_groups(request.user).filter(source__in=sources, is_gone=False).select_related("source")
    return {
        "has_sources": bool(sources),
        "tests": tests.select_related("source", "template__pipeline")[:MOST_OFFERED],
        "groups": groups[:MOST_OFFERED],
        "typed": request.GET.get("run", "")[:300],
        "crumbs": crumbs(),
    }


def crumbs() -> list[dict[str, str]]:
    """Where the form is."""
    return [{"label": "Reports", "url": reverse("report-list")}, {"label": "New report"}]


def _filled(
    subject: Subject, form: ReportForm, filled: RunFilterForm | None, templates: Sequence[Any], text: str
) -> Filled:
    ids = {str(each.pk): each.external_id for each in templates}
    return Filled(subject=subject, form=form, filter=filled, templates=templates, text=text, ids=ids)


def _choices(templates: Sequence[Any]) -> list[tuple[str, str]]:
    return [(str(each.pk), each.name) for each in templates]


def _template(template: Any, chosen: str, made: Mapping[str, Report]) -> dict[str, Any]:
    """A template as it is offered: when it last worked, and the report of it that is there already."""
    there = made.get(template.external_id)
    return {
        "id": str(template.pk),
        "name": template.name,
        "description": template.description,
        "worked_at": template.worked_at,
        "is_chosen": str(template.pk) == chosen,
        "report": there,
        "is_failed": there is not None and reports.has_failed(there),
    }


def _what(subject: Subject) -> dict[str, str]:
    """What the report is of, in words, and its page."""
    if subject.run is not None:
        return {"word": "run", "name": str(subject), "url": reverse("run-detail", args=[subject.run.pk])}
    if subject.group is not None:
        return {"word": "group", "name": str(subject), "url": reverse("run-group", args=[subject.group.pk])}
    page = {Parent.PIPELINE: "pipeline-detail", Parent.TEMPLATE: "pipeline-template", Parent.TEST: "pipeline-test"}
    parent = subject.parent or Parent.TEST
    url = reverse(page[parent], args=[subject.below.pk])
    return {"word": f"runs below the {WORDS[parent]}", "name": str(subject), "url": url}


def _counted(request: Request, filled: Filled) -> dict[str, Any] | None:
    """How many runs the filter would choose, by the mirror; None while it cannot be counted with."""
    if filled.filter is None or not filled.filter.is_valid():
        return None
    found = reports.matching(request.user, filled.subject, filled.filters())
    return {
        "n": found.n,
        "text": formats.plural(found.n, "run"),
        "all_text": formats.plural(found.n_all, "run") if found.n_all != found.n else "",
        "is_counted_by_software": found.is_counted_by_software,
        "as_of": found.as_of,
        "is_complete": found.is_complete,
        "source": filled.subject.source.name,
    }
