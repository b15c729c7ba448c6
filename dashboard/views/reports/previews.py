"""Whether a report's document is shown in its page, and under which signed address its frame is."""

from typing import Any

from django.urls import reverse

from dashboard import formats
from dashboard.domain.reports import ReportFile
from dashboard.models import Report
from dashboard.services import reports
from dashboard.shared_addresses import at_root
from dashboard.views.artifacts import signatures
from dashboard.views.artifacts.origins import artifact_origin
from dashboard.views.requests import Request

SALT = "report-frame"
"""What keeps these signatures apart from others."""


def context(request: Request, report: Report) -> dict[str, Any]:
    """What ``reports/_preview.html`` shows: the frame's address, or why there is none."""
    is_there = _is_readable(report)
    origin = artifact_origin(request)
    is_large = (report.size or 0) > reports.MOST_SHOWN
    return {
        "report": report,
        "is_there": is_there,
        "is_large": is_large,
        "has_origin": bool(origin),
        "frame_url": _frame_url(request, report, origin) if is_there and origin and not is_large else "",
        "download_url": reverse("report-file", args=[report.pk, ReportFile.HTML.value]),
        "most": formats.size(reports.MOST_SHOWN),
    }


def _is_readable(report: Report) -> bool:
    return any(file.name == ReportFile.HTML and not file.why_not for file in reports.files(report))


def _frame_url(request: Request, report: Report, origin: str) -> str:
    with at_root():
        return origin + reverse("report-frame", args=[signatures.sign(request, SALT, report=report.pk)])
