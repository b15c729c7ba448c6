"""Testing sources from the admin panel, as they are stored or as a form describes them, and acting on one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.forms.source import SourceForm
from dashboard.models import Source
from dashboard.services import audit, connections, source_checks
from dashboard.services.connections import ConnectionTest

MOST_TESTED = connections.AT_ONCE
"""Sources that one list action asks."""
VERBS = ("look_now", "pause", "go_on")
"""Actions of the list that a source's own page offers, too."""
UNNAMED = "this source"

if TYPE_CHECKING:
    from dashboard.admin.source import SourceAdmin


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: the number of its element, what it is called, and a sentence."""

    place: str
    label: str
    said: str


def urls(panel: "SourceAdmin") -> list[Any]:
    """Addresses beside those of every noun."""
    view = panel.admin_site.admin_view
    tests = _Tests(panel)
    return [
        path("test/", view(tests.test_described), name="dashboard_source_test"),
        path("<int:source_id>/act/", view(tests.act), name="dashboard_source_act"),
    ]


def test_chosen(panel: "ModelAdmin[Any]", request: HttpRequest, chosen: QuerySet[Source]) -> HttpResponseBase | None:
    """The list's action: a message for each source, and one entry of the audit log for all."""
    sources = list(chosen[: MOST_TESTED + 1])
    if len(sources) > MOST_TESTED:
        panel.message_user(request, f"Choose {MOST_TESTED} sources at most.", messages.WARNING)
        return None
    results = connections.test_all(sources)
    for result in results:
        panel.message_user(request, _line(result), messages.SUCCESS if result.is_good else messages.ERROR)
    _record(request, sources, results)
    return None


class _Tests:
    """Views about one source."""

    def __init__(self, panel: "SourceAdmin") -> None:
        self.panel = panel

    @method_decorator(require_POST)
    @method_decorator(sensitive_post_parameters("new_token"))
    def test_described(self, request: HttpRequest) -> HttpResponse:
        """Test what the form describes, stored or not; nothing is saved. htmx gets what is said, others the form."""
        form = _form(request, self._instance(request))
        faults = list(_faults(form))
        result = None if faults else connections.test(_described(form))
        self._record_one(request, form, result)
        context = {"is_tested": True, "result": result, "faults": faults, "was_looked_into": _was_looked_into(form)}
        if request.headers.get("HX-Request") == "true":
            return TemplateResponse(request, "admin/source_test_result.html", context | {"is_fragment": True})
        return self.panel.show_again(request, form, context)

    @method_decorator(require_POST)
    def act(self, request: HttpRequest, source_id: int) -> HttpResponse:
        """What a button of the source's page does; then back to that page."""
        chosen, verb = Source.objects.filter(pk=source_id), request.POST.get("verb", "")
        if verb not in VERBS or not chosen.exists():
            raise Http404("There is no such source, or nothing is called that.")
        getattr(self.panel, verb)(request, chosen)
        return redirect("admin:dashboard_source_change", source_id)

    def _instance(self, request: HttpRequest) -> Source:
        asked = request.GET.get("source", "")
        if not asked:
            return Source()
        source: Source | None = self.panel.get_object(request, asked)
        if source is None:
            raise Http404("There is no such source.")
        if not self.panel.has_change_permission(request, source):
            raise PermissionDenied
        return source

    def _record_one(self, request: HttpRequest, form: SourceForm, result: ConnectionTest | None) -> None:
        described = form.instance
        stored = described if described.pk else None
        outcome = AuditOutcome.REFUSED if result is None else _outcome(result)
        told = {"fields": sorted(form.errors)} if result is None else _told(result)
        detail = {"address": described.address} | told
        audit.record(
            AuditAction.SOURCE_TESTED, request.user, stored, outcome=outcome, source=described.name, detail=detail
        )


def _form(request: HttpRequest, source: Source) -> SourceForm:
    """The form as it was filled in, looked at; what has no name yet can be tested all the same."""
    form = SourceForm(request.POST, instance=source)
    form.fields["name"].required = False
    form.errors.pop("name", None)
    return form


def _described(form: SourceForm) -> Source:
    source = form.described()
    source.name = source.name or UNNAMED
    return source


def _was_looked_into(form: SourceForm) -> bool:
    """Whether what is wrong with its address was found there, not read off it."""
    kind, address = (str(form[name].value() or "").strip() for name in ("kind", "address"))
    return form.has_error("address") and source_checks.is_looked_into(kind, address)


def _faults(form: SourceForm) -> Iterator[Fault]:
    """In the order of the fields; last what is wrong with none of them."""
    for field in form:
        for said in field.errors:
            yield Fault(field.auto_id, str(field.label), str(said))
    for said in form.non_field_errors():
        yield Fault("", "", str(said))


def _line(result: ConnectionTest) -> str:
    time = f"{result.milliseconds:,} ms"
    if not result.is_good:
        return f"{result.name}: {result.said} {result.advice}"
    return f"{result.name}: {result.said} It took {time}. It can {', '.join(result.can)}."


def _record(request: HttpRequest, sources: Sequence[Source], results: Sequence[ConnectionTest]) -> None:
    if len(sources) == 1:
        only, result = sources[0], results[0]
        audit.record(
            AuditAction.SOURCE_TESTED,
            request.user,
            only,
            outcome=_outcome(result),
            source=only.name,
            detail=_told(result),
        )
        return
    failed = any(not result.is_good for result in results)
    detail = {"sources": {result.name: result.code or "answers" for result in results}}
    outcome = AuditOutcome.FAILED if failed else AuditOutcome.DONE
    audit.record(AuditAction.SOURCE_TESTED, request.user, outcome=outcome, detail=detail)


def _outcome(result: ConnectionTest) -> AuditOutcome:
    return AuditOutcome.DONE if result.is_good else AuditOutcome.FAILED


def _told(result: ConnectionTest) -> dict[str, Any]:
    return {"milliseconds": result.milliseconds} | ({"code": result.code} if result.code else {})
