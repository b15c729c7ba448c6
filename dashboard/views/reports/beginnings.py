"""Where a report of a source is begun: the address of its form, and the page that asks what it is to be of."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.domain.queries import Term
from dashboard.domain.reports import Parent
from dashboard.filters.terms import findable
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Source
from dashboard.services import reports, visibility
from dashboard.services.reach import capabilities
from dashboard.services.reports import Offer, Subject
from dashboard.views.requests import Request

FIELDS = ("run", "group", "parent", "parent_id")
"""What an address names the subject of a report by."""
LONGEST = 300
"""Characters of each that are read."""
NOTHING = "There is no such thing to make a report of."
SEVERAL = "More than one is called so."

_LABELS: Mapping[Parent | None, str] = {
    None: "Group",
    Parent.PIPELINE: "Runs of the pipeline",
    Parent.TEMPLATE: "Runs of the template",
    Parent.TEST: "Runs of the test",
}


def address(source: Source, **of: object) -> str:
    """The form for a report of it; empty where the source makes none."""
    return f"{reverse('report-new')}?{urlencode(of)}" if capabilities(source).reports else ""


def below(told: Pipeline | PipelineTemplate | PipelineTest) -> str:
    """The form for a report of the runs below it that a filter chooses; empty where its source makes none."""
    if isinstance(told, Pipeline):
        return address(told.source, parent=Parent.PIPELINE, parent_id=told.pk)
    parent = Parent.TEST if isinstance(told, PipelineTest) else Parent.TEMPLATE
    return address(told.source, parent=parent, parent_id=told.pk)


def choices(request: Request, *, wrong: str = "") -> dict[str, Any]:
    """What ``reports/choose.html`` shows: what reports can be of, and what is wrong with what was named."""
    sources = [source for source in visibility.sources(request.user) if capabilities(source).reports]
    named = {name: request.GET.get(name, "")[:LONGEST] for name in FIELDS}
    text = request.GET.get("q", "")[:LONGEST]
    if wrong == SEVERAL and not named["run"]:
        text = text or named["group"] or named["parent_id"]
    found = reports.offers(request.user, sources, text=text) if sources else ()
    shown = [_offer(each) for each in found if each.rows]
    return {
        "has_sources": bool(sources),
        "groups": [each for each in shown if not each["parent"]],
        "below": [each for each in shown if each["parent"]],
        "text": text,
        "has_search": bool(shown or text),
        "typed": named["run"],
        "wrong": _wrong(wrong, named["run"]) if wrong else None,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "parent": offer.parent.value if offer.parent else "",
        "label": _LABELS[offer.parent],
        "rows": [{"pk": each.pk, "name": _path(offer, each), "source": each.source.name} for each in offer.rows],
        "more": f"Only the first {len(offer.rows):,} are offered: search for the others." if offer.is_more else "",
    }


def _path(offer: Offer, row: Any) -> str:
    if offer.parent is None:
        return str(row)
    return str(Subject(source=row.source, parent=offer.parent, below=row))


def _wrong(title: str, run: str) -> dict[str, str]:
    """What is wrong in words; of a name that several runs have, where they are listed."""
    if title == SEVERAL and run:
        said = {"title": "More than one run is called so.", "text": "Give its id, or begin on its own page."}
        query = urlencode({"q": Term.of("name", findable(run)).text})
        return said | {"url": f"{reverse('run-list')}?{query}", "action": "Show them"}
    text = "Give its id, or choose below." if title == SEVERAL else "Give a run by its name or id, or choose below."
    return {"title": title, "text": text, "url": "", "action": ""}
