"""Files that tests of viewers make up, each on a page that there is not."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import html5lib
from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.test import RequestFactory

from dashboard.domain.files import ByteReader
from dashboard.models import Run, Source, Trial
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject
from tests.readers.made_files import MadeFile


@dataclass(frozen=True, kw_only=True)
class MadeSubject(Subject):
    """A file of these bytes."""

    data: bytes

    def open(self) -> AbstractContextManager[ByteReader]:
        return nullcontext(MadeFile(self.data))


def made(path: str, data: bytes | str) -> MadeSubject:
    """A file of a trial that is not mirrored."""
    run = Run(pk=1, external_id="job", source=Source(pk=1, address="/jobs"))
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return MadeSubject(
        run=run, trial=Trial(pk=2, run=run, external_id="trial"), path=path, page="/page/", fixed={"q": "x"}, data=raw
    )


def asked(**params: str | int) -> Request:
    """A request for the page with these parameters."""
    request: Any = RequestFactory().get("/page/", {key.rstrip("_"): value for key, value in params.items()})
    return request


def shown(viewer: ModuleType, subject: Subject, **params: str | int) -> str:
    """The HTML of the viewer's region."""
    context = viewer.context(asked(**params), subject)
    html = render_to_string(viewer.TEMPLATE, {"viewer": context, "subject": subject})
    assert_well_formed(html)
    return html


def part(viewer: ModuleType, subject: Subject, name: str, **params: str | int) -> HttpResponseBase:
    """The viewer's answer for one of its parts."""
    return viewer.part(asked(part=name, **params), subject, name)


def words(html: str) -> str:
    """What a reader sees of it, on one line."""
    return " ".join("".join(html5lib.parseFragment(html).itertext()).split())


def assert_well_formed(html: str) -> None:
    """A strict parser has nothing against it, and nothing in it runs."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    for element in tree.iter():
        assert element.tag not in {"script", "style", "iframe", "object", "embed"}
        assert not [name for name in getattr(element, "attrib", {}) if name.startswith("on") or name == "style"]
        assert not str(element.get("href", "")).lower().startswith(("javascript:", "data:")) if element.attrib else True
