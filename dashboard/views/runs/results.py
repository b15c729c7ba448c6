"""A file that is a result of a run of a test: a picture is shown in place, anything else is downloaded."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.domain.files import ByteReader
from dashboard.models import RunResult
from dashboard.services import results
from dashboard.services.results import Picture
from dashboard.views.artifacts import downloads, slots
from dashboard.views.requests import Request

KEPT_FOR = 300
"""Seconds for which a browser need not ask again."""


@require_safe
def result_file(request: Request, run_id: int, result_id: int) -> HttpResponseBase:
    """The bytes, if they lie where the source's files may be fetched from."""
    try:
        result = results.get(request.user, run_id, result_id)
    except RunResult.DoesNotExist as error:
        raise Http404("There is no such result.") from error
    if results.may_be_picture(result.text):
        return _picture_or_file(request, result)
    return downloads.send(request, results.open_file(result), results.name_of(result))


def _picture_or_file(request: Request, result: RunResult) -> HttpResponseBase:
    """A picture, read whole in a slot; what turns out to be none is sent as it was opened, once."""
    with ExitStack() as opened:
        with slots.held(slots.of(request, request.user)) as is_held:
            if not is_held:
                return slots.full()
            reader = opened.enter_context(results.open_file(result))
            picture = results.picture(reader)
        if picture is not None:
            return _shown(picture)
        return downloads.send(request, _still_open(opened.pop_all(), reader), results.name_of(result))


@contextmanager
def _still_open(opened: ExitStack, reader: ByteReader) -> Iterator[ByteReader]:
    """A file that is open already, closed as if it were opened here."""
    with opened:
        yield reader


def _shown(picture: Picture) -> HttpResponse:
    """A picture under a type of our own finding, and a policy that forbids it everything."""
    response = HttpResponse(picture.data, content_type=picture.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    return response
