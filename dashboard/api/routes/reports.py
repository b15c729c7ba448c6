"""Reports: ``/reports`` and ``/reports/{report_id}``."""

from typing import Annotated

from ninja import Path, Query, Router

from dashboard.api import lists
from dashboard.api.lists import Asked, Listed
from dashboard.api.routes.answers import Request, an_id, answers, found, told
from dashboard.api.shapes import reports as shapes
from dashboard.api.shapes.places import Places
from dashboard.filters.reports import ReportFilter
from dashboard.services import reports
from dashboard.tables.reports import ReportTable

router = Router(tags=["Reports"])
LISTED = Listed(ReportTable, ReportFilter)

ReportId = Annotated[int, Path(..., **an_id("report"))]


@router.get("/reports", response=answers(shapes.ReportPage), url_name="report-list", summary="List reports")
def list_reports(request: Request, asked: Query[Asked]) -> shapes.ReportPage:
    """All reports that the token's owner may see, the newest first unless `sort` says otherwise.

    `q` is what one types into the box of the reports list: `status:failed owner:ada@example.com after:7d`.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    rows = reports.with_subjects(reports.listed(request.auth))
    page = lists.page(request, LISTED, asked, lambda _: rows, request.auth)
    return told(request, page, shapes.ReportPage, shapes.of_report)


@router.get(
    "/reports/{int:report_id}",
    response=answers(shapes.ReportDetailOut),
    url_name="report-detail",
    summary="Read a report",
)
def read_report(request: Request, report_id: ReportId) -> shapes.ReportDetailOut:
    """One report with its files. Their bytes are at `download_url`, for the same token."""
    lists.refuse_unknown(request, {})
    return shapes.whole(found("report", lambda: reports.get(request.auth, report_id)), Places.of(request))
