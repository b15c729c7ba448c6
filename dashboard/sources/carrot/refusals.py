"""What CARROT means by its refusals: JSON ``{"title", "status", "detail"}``, plain text, or no word at all.

An empty list is a 404 with a title of its own, and so is a thing that is not there. A 404 without such a title comes
from a server that has no such route, or that is none: ``BadAnswer`` (``no_api``) stands for those.
"""

from collections.abc import Collection
from functools import partial
from http import HTTPStatus

from dashboard.domain.errors import BadAnswer, Conflict, Missing, SourceError, Unsupported
from dashboard.http import Classify, Refusal
from dashboard.http.failures import explain_refusal
from dashboard.http.messages import Mask

NO_API = "no_api"
"""The code where the server knows no such route."""
NO_REPORTING = "no_reporting"
"""The code where the server is configured without reports."""
NO_APP_DATA = "no_app_data"
"""The code where the server needs ``custom_image_build`` for that and is configured without it."""
NO_SOFTWARE = "no_software"
"""The code where the server is configured to build no software."""
NO_PARTS = "no_parts"
"""The code where what a report should be made of is not there."""

WITHOUT_REPORTS = "This CARROT server makes no reports: reporting is not configured there."
WITHOUT_SOFTWARE = "This CARROT server builds no software: custom_image_build is not configured there."
WITHOUT_LISTS = (
    "This CARROT server lists no runs: its configuration lacks custom_image_build. Runs can still be opened by id."
)

_APP_DATA = "app data is not configured"
_CONFLICTS = {
    "prohibited": ("exists", "There is a report of this already."),
    "cannot delete": ("not_failed", "CARROT deletes only runs that failed."),
}


def reading(nouns: Collection[str], token: str) -> Classify:
    """How refusals are read where things of these names are asked for: ``run`` is also ``runs``."""
    titles = frozenset(f"no {noun}{ending} found" for noun in nouns for ending in ("", "s"))
    return partial(_explain, titles=titles, mask=Mask({"token": token}))


def _explain(refusal: Refusal, *, titles: frozenset[str], mask: Mask) -> SourceError:
    error = _special(refusal, titles) or explain_refusal(refusal)
    error.detail, error.hint = mask.hide(error.detail), mask.hide(error.hint)
    return error


def _special(refusal: Refusal, titles: frozenset[str]) -> SourceError | None:
    title = _title(refusal)
    match refusal.status:
        case HTTPStatus.NOT_FOUND:
            return None if title in titles else _no_api(refusal)
        case HTTPStatus.FORBIDDEN if title in _CONFLICTS:
            code, sentence = _CONFLICTS[title]
            return Conflict(sentence, code=code, detail=refusal.message)
        case HTTPStatus.UNPROCESSABLE_ENTITY if title == "reporting disabled":
            return Unsupported(WITHOUT_REPORTS, code=NO_REPORTING, detail=refusal.message)
        case HTTPStatus.UNPROCESSABLE_ENTITY if title == "software building disabled":
            return Unsupported(WITHOUT_SOFTWARE, code=NO_SOFTWARE, detail=refusal.message)
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return _failure(refusal)
    return None


def _failure(refusal: Refusal) -> SourceError | None:
    if refusal.message.lower().startswith(_APP_DATA):
        return Unsupported(WITHOUT_LISTS, code=NO_APP_DATA, detail=refusal.message)
    if refusal.method == "POST" and refusal.message.endswith("NotFound"):
        sentence = "The run or the report template is not there any more."
        return Missing(sentence, code=NO_PARTS, detail=refusal.message)
    return None


def _no_api(refusal: Refusal) -> BadAnswer:
    sentence = "What answers there knows no such part of CARROT's API (status 404)."
    return BadAnswer(sentence, code=NO_API, detail=refusal.message, hint="Is the address right?")


def _title(refusal: Refusal) -> str:
    title = refusal.value.get("title") if isinstance(refusal.value, dict) else None
    return title.strip().lower() if isinstance(title, str) else ""
