"""The admin panel itself: who may come in, what it is called, and how its nouns are arranged.

Not in the package of its nouns: those register themselves at it as soon as that is imported.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.services import audit, rights, troubles
from dashboard.services.visibility import sources

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Sources",
        (
            ("Source", "Where runs come from: address, token, cadence, health, and who may see it."),
            ("Pipeline", "What CARROT servers test."),
            ("ReportTemplate", "What CARROT servers make reports from."),
        ),
    ),
    (
        "People",
        (
            ("User", "Accounts, their roles, and invitations."),
            ("Group", "The three roles, and groups that sources are limited to."),
            ("ApiToken", "Personal tokens of the API."),
        ),
    ),
    (
        "Shared and kept",
        (
            ("ShareLink", "Links that show a run or a report to whoever has them."),
            ("SavedView", "Lists as people arranged them."),
            ("Channel", "Ways in which people are told: mail and webhooks."),
            ("Delivery", "Notices that went out, or are on their way."),
            ("TeamSettings", "How links are shared, and how long what is kept is kept."),
        ),
    ),
    ("Log", (("AuditEntry", "Who did what, when, from where, with what outcome."),)),
)
"""The index: groups of models by name, each with what it is for."""

_PLAIN = frozenset({"GET", "HEAD", "OPTIONS"})


class AdminSite(admin.AdminSite):
    """For administrators, by their role. Every change that is asked for here leaves an entry of the audit log."""

    site_header = site_title = "Quayside"
    index_title = "Administration"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the asker is an administrator."""
        return rights.may_administer(request.user)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in the panels whose changes are recorded, and leave out those that other applications bring along."""
        if getattr(admin_class, "is_recorded", False):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The nouns by group, in our order, each with what it is for."""
        apps = self._build_app_dict(request).values()
        found = {model["object_name"]: model for app in apps for model in app["models"]}
        groups = (
            (name, [found[noun] | {"purpose": why} for noun, why in nouns if noun in found]) for name, nouns in GROUPS
        )
        return [
            {"name": name, "app_label": name.lower().replace(" ", "-"), "app_url": reverse("admin:index"),
             "has_module_perms": True, "models": models}
            for name, models in groups if models
        ]  # fmt: skip

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The groups of nouns, and how the sources are."""
        return super().index(request, {"health": _health(request)} | (extra_context or {}))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Where everybody changes theirs: there is one such page, with its own precautions."""
        return HttpResponseRedirect(reverse("password-change"))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """The index: our groups are not Django's applications."""
        return HttpResponseRedirect(reverse("admin:index"))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """A view whose every POST leaves an entry, whatever becomes of it."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in _PLAIN or not rights.role(request.user):
                return inner(request, *args, **kwargs)
            return _recorded(request, lambda: inner(request, *args, **kwargs))

        return answer


def _recorded(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer to a POST; where it left no entry, or took it back with what it did, one is added that says so."""
    outcome, response = AuditOutcome.FAILED, HttpResponse()
    with audit.listening() as heard:
        try:
            response = ask()
            is_refused = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
            outcome = AuditOutcome.REFUSED if is_refused else AuditOutcome.FAILED
        except (PermissionDenied, Http404):
            outcome = AuditOutcome.REFUSED
            raise
        finally:
            if not audit.has_kept(heard) and not _only_asks(request):
                audit.record(AuditAction.CHANGED, request.user, outcome=outcome, detail=_asked(request, response))
    return response


def _asked(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """What was asked for in vain: the page, the list's action, and which fields were wrong, never what was in them."""
    shown = getattr(response, "context_data", None) or {}
    wrong = sorted(shown["adminform"].form.errors) if "adminform" in shown else []
    told = {"asked": request.POST.get("action", ""), "fields": wrong}
    return {"path": request.path} | {name: value for name, value in told.items() if value}


def _only_asks(request: HttpRequest) -> bool:
    """Whether a POST only leads to the page that asks whether what was chosen shall be removed."""
    return request.POST.get("action") == "delete_selected" and "post" not in request.POST


def _health(request: HttpRequest) -> dict[str, Any]:
    """How many sources there are in which state, and what is wrong with those that fail."""
    now, found = timezone.now(), list(sources(request.user).order_by("name"))
    told: Iterable[Any] = (troubles.of_source(request.user, source, now) for source in found if not source.is_paused)
    failing = [trouble for trouble in told if trouble is not None]
    return {
        "n_sources": len(found),
        "n_paused": sum(source.is_paused for source in found),
        "n_new": sum(source.health == "new" and not source.is_paused for source in found),
        "n_healthy": sum(source.health == "healthy" and not source.is_paused for source in found),
        "failing": failing,
    }
