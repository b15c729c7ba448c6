"""Refusals in the three shapes of CARROT: JSON of handlers, plain text of extractors, and nothing at all."""

from dashboard.demo.answers import Answer, answer_json

TEXT = "text/plain; charset=utf-8"
FAILED = "Encountered the following error while trying to process your request: "
QUERY_FAILED = "Error while attempting to query the database: NotFound"


class Refusal(Exception):
    """A request that is refused, with all of its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Dropped(ConnectionAbortedError):
    """The handler panicked: servers close the connection without an answer, as the real one does."""


def problem(status: int, title: str, detail: str) -> Refusal:
    """What a handler says: ``{"title", "status", "detail"}``, in this order."""
    return Refusal(answer_json({"title": title, "status": status, "detail": detail}, status=status))


def plain(status: int, text: str) -> Refusal:
    """What an extractor says."""
    return Refusal(Answer(status=status, body=text.encode(), type=TEXT))


def nothing(status: int) -> Refusal:
    """No word: a body that is no JSON, an unknown route, a wrong method."""
    return Refusal(Answer(status=status, type=""))


def server_error(debug: str) -> Refusal:
    """500 with the text of the error that the database or something else gave."""
    return problem(500, "Server error", FAILED + debug)


def duplicate(constraint: str) -> Refusal:
    """500: a name that is taken."""
    text = f'duplicate key value violates unique constraint \\"{constraint}\\"'
    return server_error(f'DatabaseError(UniqueViolation, "{text}")')


def no_parent(table: str, column: str) -> Refusal:
    """500: it refers to something that is not there."""
    text = f'insert or update on table \\"{table}\\" violates foreign key constraint \\"{table}_{column}_fkey\\"'
    return server_error(f'DatabaseError(ForeignKeyViolation, "{text}")')


def bad_id() -> Refusal:
    """400: not a UUID."""
    return problem(400, "ID formatted incorrectly", "ID must be formatted as a Uuid")


def none_found(noun: str) -> Refusal:
    """404 of one thing that is asked for by its id."""
    return problem(404, f"No {noun} found", f"No {noun} found with the specified ID")


def none_to_delete(noun: str, by: str = "id") -> Refusal:
    """404 of a deletion."""
    return problem(404, f"No {noun} found", f"No {noun} found for the specified {by}")


def cannot_delete(detail: str) -> Refusal:
    """403 of a deletion."""
    return problem(403, "Cannot delete", detail)


def no_app_data() -> Refusal:
    """500: the handler wants something that only a configured server has."""
    return plain(500, "App data is not configured, to configure use App::data()")


def deleted(count: int) -> Answer:
    """200 of a deletion."""
    return answer_json({"message": f"Successfully deleted {count} row{'' if count == 1 else 's'}"})


def deleted_maybe_more(count: int) -> Answer:
    """200 of a deletion of subscriptions, which counts otherwise."""
    return answer_json({"message": f"Successfully deleted {count} row(s)"})
