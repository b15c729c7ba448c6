"""Notes on runs and trials: reading, writing with a preview, changing and deleting them."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboard.domain.roles import Role
from dashboard.markup import markdown
from dashboard.models import Note, Run
from dashboard.services import notes, rights
from dashboard.services.marks import Subject
from dashboard.services.notes import Changed, Refused
from dashboard.views import fragments
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import frames, tabs
from dashboard.views.trials import pages as trials

STYLES = ("css/viewers/code.css", "css/my/notes.css")
"""Of code within a note."""
BELOW = 2
"""Headings within a note stand below those of the page's sections."""


@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: Request, run_id: int) -> HttpResponse:
    """The notes on a run; a POST adds one, or shows how it will look."""
    run = runs.find(request.user, run_id)
    context = _told(request, run)
    if isinstance(context, HttpResponse):
        return context
    # Whoever writes must not have the page changed under their hands.
    response = runs.answer(request, run, "run-notes", context | {"has_own_poll": True, "styles": STYLES})
    return _with_status(response, context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_trial(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """The notes on a trial."""
    trial = trials.find(request.user, run_id, trial_id)
    context = _told(request, trial)
    if isinstance(context, HttpResponse):
        return context
    response = frames.answer(request, trial, tabs.NOTES, lambda: context | {"styles": STYLES})
    return _with_status(response, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, note_id: int) -> HttpResponse:
    """Change a note, its own author or an administrator. Who began from an older text is shown both."""
    note, problem = _find(request, note_id), ""
    typed = request.POST.get("text", "") if request.method == "POST" else note.text
    told = {"began_from": request.POST.get("began_from", notes.state_of(note)), "now": "", "button": "Save"}
    if request.method == "POST" and "preview" not in request.POST:
        try:
            notes.change(request.user, note, typed, began_from=told["began_from"])
        except Changed:
            told = _as_it_stands(note)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(_place(note))
    elif not notes.may_change(request.user, note):
        rights.require(request.user, Role.ADMINISTRATOR)
    context = _form(request, typed, problem) | told | {"note": note, "place": _place(note)}
    return _with_status(fragments.page(request, "my/note.html", context), context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, note_id: int) -> HttpResponse:
    """Ask, and delete a note."""
    note = _find(request, note_id)
    if request.method == "POST":
        place = _place(note)
        notes.delete(request.user, note)
        messages.success(request, "The note is deleted.")
        return redirect(place)
    if not notes.may_change(request.user, note):
        rights.require(request.user, Role.ADMINISTRATOR)
    context = {"note": note, "html": markdown.render(note.text, heading_offset=BELOW), "place": _place(note)}
    return fragments.page(request, "my/note_delete.html", context)


def _told(request: Request, subject: Subject) -> dict[str, Any] | HttpResponse:
    """The context of ``my/_notes.html``; or the way to the note that was just kept."""
    typed, problem = request.POST.get("text", ""), ""
    if request.method == "POST" and "preview" not in request.POST:
        try:
            note = notes.add(request.user, subject, typed)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(f"{_place(note)}#note-{note.pk}")
    shown = [_shown(request, note) for note in notes.of(subject)]
    return _form(request, typed, problem) | {"notes": shown, "may_write": rights.may_act(request.user)}


def _form(request: Request, typed: str, problem: str) -> dict[str, Any]:
    is_preview = "preview" in request.POST and bool(typed.strip())
    kept = typed[: 2 * notes.LONGEST]
    preview = markdown.render(kept[: notes.LONGEST], heading_offset=BELOW) if is_preview else ""
    return {"typed": kept, "problem": problem, "preview": preview, "longest": notes.LONGEST, "action": request.path}


def _as_it_stands(note: Note) -> dict[str, str]:
    """What somebody wrote meanwhile, and the state in whose place what is typed is kept if it is sent once more."""
    now = markdown.render(note.text, heading_offset=BELOW)
    return {"began_from": notes.state_of(note), "now": now, "button": "Keep mine in its place"}


def _shown(request: Request, note: Note) -> dict[str, Any]:
    return {
        "note": note,
        "html": markdown.render(note.text, heading_offset=BELOW),
        "may_change": notes.may_change(request.user, note),
    }


def _with_status(response: HttpResponse, context: dict[str, Any]) -> HttpResponse:
    if context["problem"]:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    elif context.get("now"):
        response.status_code = HTTPStatus.CONFLICT
    return response


def _find(request: Request, note_id: int) -> Note:
    try:
        return notes.get(request.user, note_id)
    except Note.DoesNotExist as error:
        raise Http404("There is no such note.") from error


def _place(note: Note) -> str:
    subject = notes.subject_of(note)
    if isinstance(subject, Run):
        return reverse("run-notes", args=[subject.pk])
    return reverse("trial-notes", args=[subject.run_id, subject.pk])
