"""A test of a pipeline: its runs over time."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.models import PipelineTest
from dashboard.services.pipelines import catalogue
from dashboard.views import fragments
from dashboard.views.pipelines import crumbs_to
from dashboard.views.requests import Request


@require_safe
def history(request: Request, test_id: int) -> HttpResponse:
    """One test: what its runs brought, run by run."""
    try:
        test = catalogue.pipeline_test(request.user, test_id)
    except PipelineTest.DoesNotExist as error:
        raise Http404("There is no such test.") from error
    crumbs = crumbs_to(test.template.pipeline, test.template, test.name)
    return fragments.page(request, "pipelines/pipeline.html", {"told": test, "noun": "Test", "crumbs": crumbs})
