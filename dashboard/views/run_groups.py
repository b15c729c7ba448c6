"""A group of runs: those of a pull request, or those that a filter chose."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.models import RunGroup
from dashboard.services import visibility
from dashboard.views import fragments
from dashboard.views.requests import Request


@require_safe
def detail(request: Request, group_id: int) -> HttpResponse:
    """One group."""
    try:
        group = visibility.run_groups(request.user).select_related("source").get(pk=group_id)
    except RunGroup.DoesNotExist as error:
        raise Http404("There is no such group of runs.") from error
    crumbs = [{"label": "Runs", "url": reverse("run-list")}, {"label": str(group)}]
    return fragments.page(request, "pipelines/group.html", {"group": group, "crumbs": crumbs})
