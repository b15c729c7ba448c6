"""What is tested: the list of pipelines, and the pages of a pipeline and of a template."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.models import Pipeline, PipelineTemplate
from dashboard.services.pipelines import catalogue
from dashboard.views import fragments
from dashboard.views.requests import Request

Crumbs = list[dict[str, str]]


@require_safe
def pipeline_list(request: Request) -> HttpResponse:
    """All pipelines of all sources."""
    context: dict[str, Any] = {"pipelines": catalogue.pipelines(request.user)}
    return fragments.page(request, "pipelines/list.html", context)


@require_safe
def pipeline(request: Request, pipeline_id: int) -> HttpResponse:
    """One pipeline: its templates and their tests."""
    try:
        found = catalogue.pipeline(request.user, pipeline_id)
    except Pipeline.DoesNotExist as error:
        raise Http404("There is no such pipeline.") from error
    context = {"told": found, "noun": "Pipeline", "crumbs": crumbs_to(found)}
    return fragments.page(request, "pipelines/pipeline.html", context)


@require_safe
def template(request: Request, template_id: int) -> HttpResponse:
    """One template: its tests."""
    try:
        found = catalogue.template(request.user, template_id)
    except PipelineTemplate.DoesNotExist as error:
        raise Http404("There is no such template.") from error
    context = {"told": found, "noun": "Template", "crumbs": crumbs_to(found.pipeline, found)}
    return fragments.page(request, "pipelines/pipeline.html", context)


def crumbs_to(pipeline: Pipeline, template: PipelineTemplate | None = None, label: str = "") -> Crumbs:
    """The way from the list of pipelines; the last of these is the page itself."""
    found = [
        {"label": "Pipelines", "url": reverse("pipelines")},
        {"label": pipeline.name, "url": reverse("pipeline-detail", args=[pipeline.pk])},
    ]
    if template is not None:
        found.append({"label": template.name, "url": reverse("pipeline-template", args=[template.pk])})
    return [*found, {"label": label}] if label else [*found[:-1], {"label": found[-1]["label"]}]
