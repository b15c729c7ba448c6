"""Creating a sandbox run of a template: a small form, and the asking."""

from http import HTTPStatus

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from dashboard.domain.errors import SourceError
from dashboard.forms.drafts import with_another
from dashboard.forms.sandbox import PROVIDER, SandboxForm, data_of_sandbox
from dashboard.models import Source
from dashboard.services import askings, catalogues, creation, drafts, tickets
from dashboard.views import crumbs, fragments
from dashboard.views.addresses import whole_number
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.runs import creation_words
from dashboard.views.runs.creation import choose, lead_on, pick


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def create(request: Request) -> HttpResponse:
    """The form; by POST a row more of it, or the asking."""
    creation.require(request.user, is_asking=request.method == "POST")
    sources = catalogues.creating_sources(request.user)
    source = pick(sources, whole_number(request.GET.get("source")))
    if source is None:
        return choose(request, sources)
    if request.method == "POST":
        return _posted(request, source)
    sent = askings.find(request.user, request.GET.get("again", ""), now=timezone.now())
    draft = sent.draft if sent else drafts.Draft(provider=PROVIDER)
    return _page(request, source, data_of_sandbox(draft.template, draft.provider, [v.name for v in draft.variables]))


@sensitive_variables()
def _posted(request: Request, source: Source) -> HttpResponse:
    if "add_parameter" in request.POST:
        return _page(request, source, with_another(request.POST, "parameters"))
    names = {each.external_id: each.name for each in catalogues.templates(source)[0]}
    form = SandboxForm(request.POST, templates=list(names.items()), is_checked=True)
    if not form.is_valid():
        return _page(request, source, request.POST, form)
    asked = form.request()
    draft = drafts.of_sandbox(asked, name=names.get(asked.template_id, asked.template_id))
    try:
        made = creation.create(request.user, source, asked, draft, ticket=request.POST.get("ticket", ""))
    except SourceError as error:
        return _page(
            request, source, request.POST, form, {"title": error.sentence, "text": error.hint, "quote": error.detail}
        )
    except ValueError:
        refusal = {"title": "This form was too old or not complete.", "text": "Send it again.", "quote": ""}
        return _page(request, source, request.POST, form, refusal)
    return lead_on(request, made)


@sensitive_variables("data", "form")
def _page(
    request: Request,
    source: Source,
    data: QueryDict,
    form: SandboxForm | None = None,
    refusal: dict[str, str] | None = None,
) -> HttpResponse:
    """The form with what was typed, but for values; one that was judged did not fit, or was refused."""
    listed, problem = catalogues.templates(source)
    shown = form or SandboxForm(data, templates=[(each.external_id, each.name) for each in listed])
    invalid = shown.invalid_fields()
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    context = {
        "form": shown,
        "source": source,
        "problem": problem,
        "invalid": creation_words.wrong(invalid),
        "general": shown.general_errors(),
        "refusal": refusal,
        "ticket": tickets.new(),
        "action": f"{request.path}?source={source.pk}",
        "crumbs": crumbs.below_runs("New sandbox run"),
    }
    response = fragments.page(request, "creation/sandbox.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return response
