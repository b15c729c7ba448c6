"""Files that can run scripts, and players of files, in frames of the second origin (see :mod:`.boxes`).

A drawing (SVG, HTML) is the document itself. A player is a page of ours that plays one file: its own scripts and styles
are static files that the second origin has too (those named in :mod:`dashboard.middleware.second_origin`), and the
file's bytes come from beside its own address.
"""

from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus
from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from dashboard.domain.files import ByteReader, FileFormat
from dashboard.models import Run, Trial
from dashboard.readers.file_formats import format_of
from dashboard.services import artifacts, rights
from dashboard.shared_addresses import at_root
from dashboard.views.artifacts import boxes, signatures, transfers
from dashboard.views.artifacts.origins import artifact_origin
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import pages as trials

MOST_SHOWN = 10_000_000
"""Bytes of a drawing that is shown; a larger one is downloaded."""
PLAYERS = {"recording": "viewers/recording_frame.html"}
"""Templates of players. Their context: ``bytes_url``, where the file's bytes are, and ``path``, its name."""
PLAYER_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' data:; "
    "worker-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors {}"
)
"""What a player may do: run our own scripts, and ask the second origin alone."""
_BYTES_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_SALT = "file-frame"
_TYPES = {".svg": "image/svg+xml", ".xhtml": "application/xhtml+xml"}


def file_frame_url(request: Request, run: Run, trial: Trial | None, path: str, *, player: str = "") -> str:
    """Where a drawing is shown, or the named player plays the file; empty where there is no second origin.

    The address is good for a minute and for who asked. The page around it needs :func:`boxes.framing`.
    """
    origin = artifact_origin(request)
    if not origin:
        return ""
    trial_id = None if trial is None else trial.pk
    token = signatures.sign(request, _SALT, run=run.pk, trial=trial_id, path=path, player=player)
    with at_root():
        return origin + reverse("file-frame", args=[token])


@require_safe
@login_not_required
@xframe_options_exempt
def frame(request: Request, token: str) -> HttpResponseBase:
    """The drawing, or the player's page, for whom the address was signed, at the origin it was signed for."""
    signed = signatures.read(request, _SALT, token)
    opened, path = _opened(signed)
    if player := signed.said["player"]:
        context = {"bytes_url": reverse("file-frame-bytes", args=[token]), "path": path}
        return boxes.boxed(render(request, PLAYERS[player], context), signed.framed_by, policy=PLAYER_POLICY)
    if format_of(path) is not FileFormat.DRAWING:
        raise Http404("Files of this kind are not shown in a frame.")
    shown = boxes.document(request, signed.viewer, opened, most=MOST_SHOWN)
    kind = "text/html" if shown.status_code >= HTTPStatus.BAD_REQUEST else _type(path)
    return boxes.boxed(shown, signed.framed_by, content_type=f"{kind}; charset=utf-8")


@require_safe
@login_not_required
def frame_bytes(request: Request, token: str) -> HttpResponseBase:
    """The bytes of the file that a player plays, for that player alone."""
    signed = signatures.read(request, _SALT, token)
    if not signed.said["player"]:
        raise Http404("Nothing is played in this frame.")
    opened, _ = _opened(signed)
    with ExitStack() as stack:
        reader = stack.enter_context(opened)
        answer = transfers.respond(request, signed.viewer, stack, reader, {"Cache-Control": "no-store"})
    boxes.boxed(answer, "", policy=_BYTES_POLICY, content_type="application/octet-stream")
    # A sandboxed page has no origin that could be named. Who knows the address may read what is there anyway.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _type(path: str) -> str:
    return _TYPES.get(PurePosixPath(path).suffix.lower(), "text/html")


def _opened(signed: signatures.Signed) -> tuple[AbstractContextManager[ByteReader], str]:
    """The file, still to be opened, and its path; raises ``Http404`` where the viewer may not see it (any more)."""
    run_id, trial_id, path = (signed.said[name] for name in ("run", "trial", "path"))
    if not rights.extent(signed.viewer).has_artifacts:
        raise Http404("The link shows no files.")
    run = runs.find(signed.viewer, run_id)
    trial = None if trial_id is None else trials.find(signed.viewer, run_id, trial_id)
    return artifacts.open_file(run, trial, path), path
