"""What a reader chooses: theme and density of this device (cookies), columns of a list (kept with the account)."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from dashboard.services import preferences
from dashboard.tables import LISTS
from dashboard.views.addresses import back, whole_number
from dashboard.views.requests import Request

LAST = 999
"""Place of a column whose number is none."""
A_YEAR = 365 * 24 * 3600
CHOICES = {"theme": {"", "light", "dark"}, "density": {"", "compact"}}


@require_POST
def appearance(request: Request) -> HttpResponse:
    """Set theme or density for this device and go back."""
    response = back(request)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@require_POST
def columns(request: Request, list_name: str) -> HttpResponse:
    """Keep which columns a list shows, in which order; «reset» takes the list's own choice.

    The address one comes back to names them, so that it shows the same to whoever it is sent to.
    """
    table = LISTS.get(list_name)
    if table is None:
        raise Http404("There is no such list.")
    ticked = [] if "reset" in request.POST else _in_order(request)
    chosen = table.clean_columns(ticked) if ticked else ()
    preferences.remember_columns(request.user, list_name, chosen)
    return back(request, columns=",".join(chosen))


def _in_order(request: Request) -> list[str]:
    """Ticked columns by the number beside them."""
    ticked = request.POST.getlist("column")[:100]
    return sorted(ticked, key=lambda name: whole_number(request.POST.get(f"place-{name}"), LAST))
