"""Two runs of tests side by side: which of their inputs differ, then which of their results."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dashboard.views import crumbs, fragments, runs
from dashboard.views.requests import Request


@require_safe
def compare(request: Request, run_id: int) -> HttpResponse:
    """The run beside the previous one of its test, or beside that which ``with`` names."""
    run = runs.find(request.user, run_id)
    context = {"run": run, "crumbs": crumbs.below_run(run, "Comparison")}
    return fragments.page(request, "pipelines/comparison.html", context)
