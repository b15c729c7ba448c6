"""What the form for a report shows: what it is of, the templates, and how many runs its filter would choose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.urls import reverse

from dashboard import formats
from dashboard.domain.reports import Parent, ReportRequest
from dashboard.forms.report import ReportForm, RunFilterForm, data_of, invalid_fields
from dashboard.models import Report
from dashboard.services import reports, tickets
from dashboard.services.reports import Subject
from dashboard.views.requests import Request

FIRST = {"sort": "desc(created_at)", "limit": "20"}
"""What a filter begins with where the address says nothing: the newest runs, as many as CARROT's client takes."""
_GIVEN = "report_created_by"
"""Where a session keeps the address that was given last."""
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
    made: Mapping[str, Report]
    """Reports of the subject that are there, by their template's id at the source."""
    counted: str = ""
    """The digest of the filter whose runs the person was told the number of."""

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

    def digest(self) -> str:
        """What a valid filter is known by again; empty without one."""
        if self.filter is None:
            return ""
        return blake2b(json.dumps(self.filters(), sort_keys=True).encode(), digest_size=16).hexdigest()

    def is_counted(self) -> bool:
        """Whether the number of runs that was shown is that of this filter."""
        return self.counted == self.digest()

    def request(self) -> ReportRequest:
        """What the source is asked, of a valid form."""
        data = self.form.cleaned_data
        ids = {str(each.pk): each.external_id for each in self.templates}
        return self.subject.request(
            ids[data["template"]],
            created_by=data["created_by"],
            replaces_failed=data["replaces_failed"],
            filters=self.filters(),
        )


def begun(request: Request, subject: Subject) -> Filled:
    """The form as nobody has typed into it yet: filled by the address."""
    chosen, text = request.GET.get("template", ""), request.GET.get("template_q", "")[:200]
    templates = reports.offered_templates(request.user, subject.source, text=text, chosen=chosen)
    data = {"template": chosen or (str(templates[0].pk) if len(templates) == 1 else "")}
    data |= {"created_by": _address(request), **({"replaces_failed": "on"} if request.GET.get("replace") else {})}
    given = data_of({name: str(value) for name, value in request.GET.items()})
    filled = RunFilterForm(FIRST | given) if subject.parent else None
    made = reports.made_of(request.user, subject)
    form = _form(data, templates, made, is_checked=False)
    return Filled(subject=subject, form=form, filter=filled, templates=templates, text=text, made=made)


def sent(request: Request, subject: Subject, *, is_checked: bool) -> Filled:
    """The form as it was sent; its filter is judged by each of its buttons, the rest only if ``is_checked``."""
    text = request.POST.get("template_q", "")[:200]
    chosen = request.POST.get("template", "")
    templates = reports.offered_templates(request.user, subject.source, text=text, chosen=chosen)
    made = reports.made_of(request.user, subject)
    return Filled(
        subject=subject,
        form=_form(request.POST, templates, made, is_checked=is_checked),
        filter=RunFilterForm(request.POST) if subject.parent else None,
        templates=templates,
        text=text,
        made=made,
        counted=request.POST.get("counted", ""),
    )


def remember(request: Request, filled: Filled) -> None:
    """Keep the address that a valid form names, for the next one of this session."""
    request.session[_GIVEN] = filled.form.cleaned_data["created_by"]


def _address(request: Request) -> str:
    """The e-mail address of the account, else the one that was given last in this session."""
    return request.user.email or str(request.session.get(_GIVEN, ""))


def context(request: Request, filled: Filled) -> dict[str, Any]:
    """What ``reports/new.html`` shows."""
    invalid = invalid_fields(filled.form, filled.filter)
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    chosen = str(filled.form["template"].value() or "")
    return {
        "subject": filled.subject,
        "what": _what(filled.subject),
        "form": filled.form,
        "filter": filled.filter,
        "templates": [_template(each, chosen, filled.made) for each in filled.templates],
        "text": filled.text,
        "has_failed": bool(_failed(filled.made)),
        "counted": _counted(request, filled),
        "wrong": _wrong(filled.filter),
        "invalid": [{"id": each.id_for_label or each.auto_id, "label": each.label} for each in invalid],
        "focus_templates": bool(invalid) and invalid[0].name == "template",
        "general": [*filled.form.non_field_errors()] if filled.form.is_bound else [],
        "ticket": tickets.new(),
        "action": request.get_full_path(),
        "crumbs": crumbs(),
    }


def crumbs() -> list[dict[str, str]]:
    """Where the form is."""
    return [{"label": "Reports", "url": reverse("report-list")}, {"label": "New report"}]


def _form(
    data: Mapping[str, str], templates: Sequence[Any], made: Mapping[str, Report], *, is_checked: bool
) -> ReportForm:
    offered = [(str(each.pk), each.name) for each in templates]
    return ReportForm(data, templates=offered, failed=_failed(made), is_checked=is_checked)


def _failed(made: Mapping[str, Report]) -> list[str]:
    """The names of reports that failed."""
    return [str(each) for each in made.values() if reports.has_failed(each)]


def _wrong(filled: RunFilterForm | None) -> list[dict[str, str]]:
    """What is wrong with a filter, for who gets the count without the fields."""
    fields = invalid_fields(filled)
    return [
        {"id": each.id_for_label, "label": str(each.label), "text": " ".join(str(error) for error in each.errors)}
        for each in fields
    ]


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
        "digest": filled.digest(),
        "n": found.n,
        "text": formats.plural(found.n, "run"),
        "all_text": formats.plural(found.n_all, "run") if found.n_all != found.n else "",
        "is_counted_by_software": found.is_counted_by_software,
        "as_of": found.as_of,
        "is_complete": found.is_complete,
        "source": filled.subject.source.name,
    }
