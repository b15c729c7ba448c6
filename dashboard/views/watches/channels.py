"""Channels: making one, trying it, pausing and removing it, and what went out by it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.domain.notices import ChannelKind
from dashboard.forms.watch import ChannelForm
from dashboard.models import Channel, Delivery
from dashboard.services import channels, rights, visibility
from dashboard.services.channels import CannotChange, CannotUse
from dashboard.services.notices import mailing
from dashboard.views import fragments
from dashboard.views.requests import Request
from dashboard.views.watches import channel_words
from dashboard.views.watches.pages import crumbs


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """The form; by POST the channel. The secret of a webhook is shown in the answer, and nowhere again."""
    options = {"may_share": rights.may_act(request.user), "has_mail": _has_mail(request)}
    if request.method != "POST":
        return _form(request, ChannelForm(**options))
    form = ChannelForm(request.POST, **options)
    if not form.is_valid():
        return _form(request, form)
    data = form.cleaned_data
    try:
        made = channels.create(
            request.user,
            kind=ChannelKind(data["kind"]),
            name=data["name"],
            address=data["address"],
            is_team=data.get("is_team", False),
            now=timezone.now(),
        )
    except CannotChange as reason:
        form.add_error("address" if isinstance(reason, CannotUse) else None, str(reason))
        return _form(request, form)
    if not made.secret:
        messages.success(request, "The channel is there. Send a test to see whether it works.")
        return redirect("channel-detail", made.channel.pk)
    context = {"crumbs": crumbs({"label": made.channel.name}), "channel": made.channel, "secret": made.secret}
    return fragments.page(request, "watches/secret.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: Request, channel_id: int) -> HttpResponse:
    """A channel with its last deliveries; a POST tries it, pauses or resumes it (``do``)."""
    channel = _find(request, channel_id)
    if request.method == "POST":
        return _change(request, channel)
    found = channels.deliveries(channel)
    runs = [delivery.run_id for delivery in found if delivery.run_id]
    seen = set(visibility.runs(request.user).filter(pk__in=runs).order_by().values_list("pk", flat=True))
    rows = [channel_words.delivery_row(delivery, seen) for delivery in found]
    context = {
        "crumbs": crumbs({"label": channel.name}),
        "channel": channel,
        "kind": channel_words.KINDS[ChannelKind(channel.kind)],
        "address": channels.shown_address(channel),
        "deliveries": rows,
        "is_waiting": any(row["next_try_at"] for row in rows),
        "most": channels.MOST_SHOWN,
        "no_mail": mailing.NO_MAIL if channel.kind == ChannelKind.EMAIL and not mailing.is_possible() else "",
    }
    return fragments.page(request, "watches/channel.html", context, fragment="live")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, channel_id: int) -> HttpResponse:
    """Ask before a channel is removed; by POST remove it with its watches."""
    channel = _find(request, channel_id)
    if request.method == "POST":
        channels.remove(request.user, channel)
        messages.success(request, f"The channel {channel.name} is removed.")
        return redirect("watches")
    context = {"crumbs": crumbs({"label": channel.name}), "channel": channel, "text": channel_words.removal(channel)}
    return fragments.page(request, "watches/remove.html", context)


@require_POST
def send_again(request: Request, delivery_id: int) -> HttpResponse:
    """Send one delivery one more time."""
    found = Delivery.objects.select_related("channel").filter(pk=delivery_id, channel__owner=request.user.pk).first()
    if found is None or not rights.may_read(request.user):
        raise Http404("There is no such delivery.")
    try:
        channels.send_again(request.user, found, now=timezone.now())
        messages.success(request, "It is sent again in a moment.")
    except CannotChange as reason:
        messages.warning(request, str(reason))
    return redirect("channel-detail", found.channel_id)


def _find(request: Request, channel_id: int) -> Channel:
    try:
        return channels.mine(request.user).get(pk=channel_id)
    except Channel.DoesNotExist as error:
        raise Http404("There is no such channel.") from error


def _change(request: Request, channel: Channel) -> HttpResponse:
    wanted = request.POST.get("do", "")
    try:
        if wanted == "test":
            channels.test(request.user, channel, now=timezone.now())
            messages.success(request, "A test is sent in a moment. What comes of it stands below.")
        elif wanted == "pause":
            channels.pause(request.user, channel)
            messages.success(request, "The channel is paused: nothing is sent by it.")
        elif wanted == "resume":
            channels.resume(request.user, channel)
            messages.success(request, "The channel is in use again.")
    except CannotChange as reason:
        messages.warning(request, str(reason))
    return redirect("channel-detail", channel.pk)


def _has_mail(request: Request) -> bool:
    return mailing.is_possible() and bool(request.user.email)


def _form(request: Request, form: ChannelForm) -> HttpResponse:
    invalid = [field for field in form if field.errors] if form.is_bound else []
    context = {
        "crumbs": crumbs({"label": "New channel"}),
        "form": form,
        "has_mail": _has_mail(request),
        "no_mail": "Your account has no e-mail address." if mailing.is_possible() else mailing.NO_MAIL,
        "invalid": [
            {"id": field.id_for_label or field.auto_id, "label": field.label, "text": field.errors[0]}
            for field in invalid
        ],
        "has_lost_address": bool(form.is_bound and form.data.get("address")),
        "general": form.non_field_errors() if form.is_bound else [],
    }
    response = fragments.page(request, "watches/channel_new.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return response
