"""JSON as a tree that opens a level at a time: of one document, or of one a line.

``?open=`` names a value by its JSON Pointer, ``from`` the first of its members that is shown.
"""

import re
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dashboard.readers.json_trees import BrokenJson, NoSuchNode, Step, TooLong, document
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.viewers import wholes
from dashboard.views.viewers.json_rows import MAX_DEPTH, Row, Tree, later_anchor, path_of
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/json.html"
STYLES = ("css/viewers/json.css",)
SCRIPTS: tuple[str, ...] = ()

MAX_BYTES = 32 * 2**20
"""Of a document that is opened as a tree."""

MAX_CHECKED = 8 * 2**20
"""Of a document whose end is looked at, whatever is shown of it."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")

Context = dict[str, Any]


def context(request: Request, subject: Subject) -> Context:
    """The tree, as far as the address opens it; or what is wrong with the document. Raises ``SourceError``."""
    whole = wholes.read(subject, MAX_BYTES)
    found: Context = {"size": whole.size, "limit": MAX_BYTES, "text_url": wholes.text_url(subject), "problem": ""}
    if whole.data is None:
        return found | {"problem": "big"}
    if not whole.data.strip():
        return found | {"problem": "empty"}
    tree = Tree(subject, document(whole.data, subject.path))
    try:
        return found | _opened(tree, request.GET.get("open", ""), _first(request))
    except TooLong:
        return found | {"problem": "long"}
    except BrokenJson as error:
        return found | {"problem": "broken", "breakage": tree.broken(error)}


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """``node``: a value's row, open; ``more``: its next members; ``value``: itself, to keep. Raises ``SourceError``."""
    answer = {"node": _node, "more": _more, "value": _value}.get(name)
    whole = wholes.read(subject, MAX_BYTES)
    if answer is None or whole.data is None:
        raise Http404("There is no such part of the page.")
    tree = Tree(subject, document(whole.data, subject.path))
    try:
        way = tree.document.path(request.GET.get("open", ""))
        return answer(request, tree, way)
    except (NoSuchNode, BrokenJson, TooLong, ValueError) as error:
        raise Http404("The document has no such value.") from error


def _opened(tree: Tree, pointer: str, first: int) -> Context:
    """The tree with the value at the pointer open; of one that is too deep, what is near it."""
    missing = ""
    try:
        way = tree.document.path(pointer)
    except (NoSuchNode, ValueError):
        missing, way, first = pointer, tree.document.path(""), 0
    near = way[-MAX_DEPTH:]
    above = path_of(way[: len(way) - len(near) + 1])
    root = near[0][0]
    return {
        "rows": tree.along(near, above, first) if root.has_members else [tree.scalar(root)],
        "above": above,
        "top_url": tree.subject.url(),
        "kind": root.kind,
        "missing": missing[:200],
        "after": _behind(tree) if len(way) == 1 else None,
    }


def _behind(tree: Tree) -> Row | None:
    """What is wrong at the end of a document that is not so big that looking there takes long."""
    is_small = len(tree.document.data) <= MAX_CHECKED
    error = tree.document.behind() if is_small else None
    return tree.broken(error) if error else None


def _node(request: Request, tree: Tree, way: list[Step]) -> HttpResponseBase:
    if len(way) == 1:
        raise NoSuchNode("The root is open anyway.")
    return render(request, "viewers/json_rows.html", {"rows": [tree.opened(way)]})


def _more(request: Request, tree: Tree, way: list[Step]) -> HttpResponseBase:
    node = way[-1][0]
    if not node.has_members:
        raise NoSuchNode(node.name)
    first = _first(request)
    rows = tree.more(node, path_of(way), first)
    for row in rows[:1]:
        row.first_of = later_anchor(node, first)
    return render(request, "viewers/json_rows.html", {"rows": rows})


def _value(request: Request, tree: Tree, way: list[Step]) -> HttpResponseBase:
    """The value's bytes as they stand in the file, as an attachment."""
    node = way[-1][0]
    response = HttpResponse(tree.document.bytes_of(node), content_type="application/json")
    name = _UNSAFE.sub("_", node.name)[:60] or "value"
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _first(request: Request) -> int:
    return whole_number(request.GET.get("from"), 0)
