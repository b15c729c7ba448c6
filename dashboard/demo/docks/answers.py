"""Refusals in each of the documented forms."""

from collections.abc import Sequence

from dashboard.demo.answers import Answer, Json, answer_json


class Refusal(Exception):
    """A request that is refused; ``detail`` becomes ``{"detail": …}``: a text, an object or a list."""

    def __init__(self, status: int, detail: Json, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail
        self.headers = headers


def answer_refusal(refusal: Refusal) -> Answer:
    """A refusal as FastAPI sends it."""
    return answer_json({"detail": refusal.detail}, status=refusal.status, headers=refusal.headers)


def unknown_token() -> Refusal:
    """401: no token, or not the right one."""
    return Refusal(401, "Token is invalid or has expired", (("WWW-Authenticate", "Bearer"),))


def foreign_tenant() -> Refusal:
    """403: the token is good, but not for this tenant."""
    return Refusal(403, {"message": "No access to this tenant", "hint": "Ask its owner to add you."})


def not_found(what: str) -> Refusal:
    """404: there is no such thing."""
    return Refusal(404, f"{what} not found")


def conflict(message: str, hint: str) -> Refusal:
    """409: its state does not allow it."""
    return Refusal(409, {"message": message, "hint": hint})


def missing_tasks(slugs: Sequence[str]) -> Refusal:
    """422: tasks that the data set does not have."""
    detail = {
        "message": f"{len(slugs)} of the tasks are not in the dataset",
        "hint": "List the dataset's tasks with: docks datasets tasks DATASET_ID",
        "missing_tasks": list(slugs),
    }
    return Refusal(422, detail)


def invalid(*problems: tuple[str, str, tuple[str | int, ...]]) -> Refusal:
    """422: problems as (type, message, place), in FastAPI's list form, but without quoting what was sent."""
    return Refusal(422, [{"type": kind, "loc": list(where), "msg": message} for kind, message, where in problems])
