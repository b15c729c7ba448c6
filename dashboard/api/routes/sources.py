"""Sources: ``/sources``."""

from ninja import Query, Router

from dashboard.api import lists, short_lists
from dashboard.api.lists import Asked
from dashboard.api.routes.answers import Request, answers
from dashboard.api.shapes import sources as shapes
from dashboard.api.short_lists import ShortList
from dashboard.services import visibility

router = Router(tags=["Sources"])


@router.get("/sources", response=answers(shapes.SourcePage), url_name="source-list", summary="List sources")
def list_sources(request: Request, asked: Query[Asked]) -> shapes.SourcePage:
    """All sources that the token's owner may see, by name unless `sort` (`name`, `kind` or `health`) says otherwise.

    `q` are words that are all in the name, the kind or the health.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    listed = ShortList(
        rows=[shapes.of_source(source) for source in visibility.sources(request.auth)],
        text=lambda row: f"{row.name} {row.kind} {row.health}",
        columns={"name": lambda row: row.name, "kind": lambda row: row.kind, "health": lambda row: row.health},
    )
    rows, behind = short_lists.page(request, listed, asked)
    return shapes.SourcePage(items=rows, next=behind)
