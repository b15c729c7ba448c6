"""One request with all that it takes to answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.demo.answers import Answer
from dashboard.demo.calls import Call
from dashboard.demo.carrot.answers import bad_id
from dashboard.demo.carrot.bodies import Body, Check, read_fields, read_json
from dashboard.demo.carrot.queries import Parser, Query, read_query, uuid_text
from dashboard.demo.carrot.worlds import World


class Mode(StrEnum):
    """How queries are taken."""

    STRICT = "strict"
    """As the real server does: an empty value is a value."""
    LENIENT = "lenient"
    """Empty values are left out, and runs are found by their name alone: so the real client can look names up."""


class Shape(StrEnum):
    """Since which version the JSON of runs, report maps and run groups looks like this."""

    V0_4 = "0.4"
    """No groups, no WDLs; report maps have ``run_id``."""
    V0_6 = "0.6"
    """One ``run_group_id`` in runs; groups are flat."""
    V0_6_3 = "0.6.3"
    """The same with WDLs and their hashes."""
    V1_0 = "1.0"


@dataclass(slots=True, kw_only=True)
class Switches:
    """How the server is configured; may be changed while it serves."""

    mode: Mode = Mode.STRICT
    reporting: bool = True
    image_builds: bool = True
    gs_wdls: bool = True
    shape: Shape = Shape.V1_0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One request with all that it takes to answer it."""

    world: World
    switches: Switches
    call: Call
    base_url: str
    """Where this server is: files are said to be there."""
    moment: str
    """Now, as times are kept."""
    gone: frozenset[str] = frozenset()
    """Ids of runs that the server has forgotten."""

    @property
    def domain(self) -> str:
        """Where WDLs are said to be: without a scheme, as the real one does."""
        return self.base_url.partition("://")[2]

    @property
    def is_lenient(self) -> bool:
        return self.switches.mode is Mode.LENIENT

    def query(self, known: Mapping[str, Parser]) -> Query:
        """The known fields of the query; 400 in plain text."""
        return read_query(self.call.query_string, known, is_lenient=self.is_lenient)

    def body(self, checks: Mapping[str, Check], required: tuple[str, ...] = ()) -> Body:
        """The known fields of the JSON body; 400 or 413 without a word."""
        return read_fields(read_json(self.call), checks, required)


Handler = Callable[..., Answer]


def read_id(value: str) -> str:
    """The id of a path; 400 when it is no UUID."""
    try:
        return uuid_text(value)
    except ValueError:
        raise bad_id() from None
