"""A request to this server: its query and its JSON, with refusals in FastAPI's form."""

import json
import re
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from dashboard.demo import calls
from dashboard.demo.answers import Json
from dashboard.demo.docks.answers import Refusal, invalid

BODY_LIMIT = 1 << 20
LARGEST_LIMIT = 1000
NUMBER = re.compile(r"-?[0-9]{1,9}")
UNREADABLE = {400: "Content-Length is no number", 413: "Request body is too large"}


class Call(calls.Call):
    """One request; header names are lower case."""

    @property
    def query(self) -> dict[str, list[str]]:
        """The values of each field of the query, in their order."""
        return parse_qs(self.query_string, keep_blank_values=True)

    def limit(self, default: int) -> int:
        """The query's ``limit``, from 1 to 1000; else 422."""
        return self.number("limit", default, 1)

    def number(self, name: str, default: int, least: int) -> int:
        """A whole number of the query, from ``least`` to 1000; else 422."""
        text = self.query.get(name, [str(default)])[-1]
        if not NUMBER.fullmatch(text):
            raise invalid(("int_parsing", "Input should be a valid integer", ("query", name)))
        if not least <= int(text) <= LARGEST_LIMIT:
            span = f"Input should be from {least} to {LARGEST_LIMIT}"
            raise invalid(("out_of_range", span, ("query", name)))
        return int(text)

    def json(self) -> dict[str, Json]:
        """The body as a JSON object; else 422."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            raise invalid(("json_invalid", "JSON decode error", ("body", 0))) from None
        if not isinstance(document, dict):
            raise invalid(("dict_type", "Input should be an object", ("body",)))
        return document


def read_call(environ: WSGIEnvironment) -> Call:
    """The request of a WSGI environment; 413 when its body is longer than a mebibyte."""
    try:
        return Call.read(environ, BODY_LIMIT)
    except calls.Unreadable as unreadable:
        raise Refusal(unreadable.status, UNREADABLE[unreadable.status]) from None
