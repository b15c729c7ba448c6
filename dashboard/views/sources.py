"""Sources that fail: what pages say about them, and asking one again."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from dashboard.models import Source
from dashboard.services import troubles
from dashboard.services.troubles import Trouble
from dashboard.views import fragments
from dashboard.views.addresses import back
from dashboard.views.requests import Request


def failing(request: Request, sources: Iterable[Source]) -> list[Trouble]:
    """What there is to say to the reader about those of these sources that fail."""
    now = timezone.now()
    found = (troubles.of_source(request.user, source, now) for source in sources)
    return [trouble for trouble in found if trouble is not None]


@require_POST
def look_again(request: Request, source_id: int) -> HttpResponse:
    """Have a source looked at as soon as possible, and go back; the page there tells what comes of it."""
    try:
        refusal = troubles.ask_again(request.user, source_id, timezone.now())
    except Source.DoesNotExist as error:
        raise Http404("There is no such source.") from error
    if fragments.wants_fragment(request):
        said = refusal or "It is being asked again."
        response = fragments.announce(HttpResponse(status=204), said)
        return fragments.tell(response, "quayside:looked", {} if refusal else {"tries": {str(source_id): 0}})
    if refusal:
        messages.warning(request, f"Not asked again. {refusal}")
    else:
        messages.info(request, "It is being asked again; what comes of it shows here.")
    return back(request)
