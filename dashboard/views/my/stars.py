"""Putting stars at runs and trials, and taking them off."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from dashboard.models import Run, Trial
from dashboard.services import stars, visibility
from dashboard.services.marks import Subject
from dashboard.views import fragments
from dashboard.views.addresses import back, whole_number
from dashboard.views.requests import Request


@require_POST
def change(request: Request) -> HttpResponse:
    """A star is put at (``star``) or taken off (``unstar``) a run or trial; twice is as good as once."""
    is_wanted = "star" in request.POST
    subject = _find(request, request.POST.get("star") or request.POST.get("unstar", ""))
    (stars.put if is_wanted else stars.take)(request.user, subject)
    if not fragments.wants_fragment(request):
        return back(request)
    return fragments.announce(fragments.nothing_new(), "Starred" if is_wanted else "Star taken off")


def _find(request: Request, told: str) -> Subject:
    """What is meant by «run-5» or «trial-7»."""
    kind, _, number = told.partition("-")
    pk = whole_number(number)
    try:
        if kind == "trial":
            trial: Trial = visibility.trials(request.user).get(pk=pk)
            return trial
        run: Run = visibility.runs(request.user).get(pk=pk if kind == "run" else 0)
    except (Run.DoesNotExist, Trial.DoesNotExist) as error:
        raise Http404("There is no such run or trial.") from error
    return run
