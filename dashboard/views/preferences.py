"""What a reader chooses: for all pages and for a list (kept with the account), theme and density of this device.

A device's own choice (a cookie, of the user menu) comes before the account's there, until one saves the page here.
"""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.forms.preferences import PreferencesForm
from dashboard.services import preferences
from dashboard.tables import LISTS
from dashboard.views import fragments
from dashboard.views.addresses import back, whole_number
from dashboard.views.frame import chosen
from dashboard.views.my import tabs
from dashboard.views.requests import Request

LAST = 999
"""Place of a column whose number is none."""
A_YEAR = 365 * 24 * 3600
CHOICES = {"theme": {"", "light", "dark"}, "density": {"", "compact"}}


@require_safe
def home(request: Request) -> HttpResponse:
    """Where one begins: the runs, as one chose to see them first."""
    return redirect(tabs.start(request, chosen(request).start_view))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """What one chose for all pages; saving it ends what was chosen for this device alone."""
    is_sent = request.method == "POST"
    form = PreferencesForm(
        request.POST if is_sent else None, initial=PreferencesForm.shown(chosen(request)), starts=tabs.starts(request)
    )
    if is_sent and form.is_valid():
        preferences.save(request.user, form.choice())
        messages.success(request, "Kept. It holds on every device that has no choice of its own.")
        response: HttpResponse = redirect("preferences")
        for name in CHOICES:
            response.delete_cookie(name, samesite="Lax")
        return response
    context = {"form": form, "of_device": {name: request.COOKIES.get(name) for name in CHOICES}}
    response = fragments.page(request, "my/preferences.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return response


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
