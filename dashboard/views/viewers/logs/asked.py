"""What a request asks of a log's page, and the addresses of that page in other states."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.readers.expressions import NoExpression
from dashboard.readers.logs.finding import Finder, finder_of
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

SHOWN = ("as", "wrap", "show")
"""Parameters that say how lines look: they stay wherever one goes."""
FOUND = ("find", "regex", "case")
"""Parameters of a search: they stay while one looks around in the same file."""

STAMPS = {"": "Time as written", "relative": "Time since the beginning", "none": "No time"}
"""Ways to show the times that lines begin with."""


@dataclass(frozen=True)
class Asked:
    """One request for a log's page or a part of it."""

    request: Request
    subject: Subject

    def get(self, name: str) -> str:
        """A parameter; empty if it is not given."""
        return self.request.GET.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """A parameter that is a whole number; anything else is the default."""
        return whole_number(self.get(name), default)

    def url(self, **params: str | int | None) -> str:
        """The page with these parameters, looking the same, and with the same search."""
        return self.subject.url(**{**self._kept(SHOWN + FOUND), **params})

    def plain_url(self, **params: str | int | None) -> str:
        """The page with these parameters, looking the same, without the search."""
        return self.subject.url(**{**self._kept(SHOWN), **params})

    def _kept(self, names: tuple[str, ...]) -> dict[str, str | int | None]:
        return {name: self.get(name) for name in names}

    @property
    def wraps(self) -> bool:
        """Whether long lines are broken; the address decides, or else what was chosen last."""
        return (self.get("wrap") or self.request.COOKIES.get("log-wrap", "1")) != "0"

    @property
    def stamps(self) -> str:
        """How times are shown: a key of :data:`STAMPS`."""
        chosen = self.get("show") or self.request.COOKIES.get("log-stamps", "")
        return chosen if chosen in STAMPS else ""

    @cached_property
    def finder(self) -> Finder | None:
        """What is searched for; None if nothing is, or if it cannot be: then ``problem`` says why."""
        try:
            return finder_of(self.get("find"), is_regex=self.is_on("regex"), is_case=self.is_on("case"))
        except NoExpression:
            return None

    @property
    def problem(self) -> str:
        """Why what was given cannot be searched for; empty if it can, or if nothing was given."""
        try:
            finder_of(self.get("find") or "x", is_regex=self.is_on("regex"), is_case=self.is_on("case"))
        except NoExpression as error:
            return str(error)
        return ""

    def is_on(self, name: str) -> bool:
        """Whether a switch is set."""
        return self.get(name) == "1"

    def fields(self, *names: str) -> list[tuple[str, str]]:
        """What a form has to send along: the page's own parameters, and those of the viewer of these names."""
        given = {**self.subject.fixed, **{name: self.get(name) for name in names}}
        return [(name, value) for name, value in given.items() if value]
