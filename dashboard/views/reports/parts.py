"""The reports of a run or of a group of runs, as a part of its page."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.models import Report, Run, RunGroup
from dashboard.services import own_reports, reports
from dashboard.services.reach import capabilities
from dashboard.services.rights import may_act
from dashboard.services.visibility import Viewer
from dashboard.tables.reports import status_of, subject_of


def of_run(viewer: Viewer, run: Run) -> dict[str, Any]:
    """What ``reports/_of_subject.html`` shows: its reports, and where one more is made of it; nothing personal."""
    able = capabilities(run.source)
    if able.reports:
        create_url = f"{reverse('report-new')}?{urlencode({'run': run.pk})}"
        why_not = "" if not run.is_gone else "It is no longer at its source, which makes no report of it any more."
    else:
        create_url, why_not = f"{reverse('own-report-new')}?{urlencode({'run': run.pk})}", own_reports.why_not(run)
        why_not = able.why_not.get("reports", why_not) if run.is_test else why_not
    return _part([_row(each) for each in reports.of_run(viewer, run)], _offered(viewer, create_url), why_not)


def of_group(viewer: Viewer, group: RunGroup) -> dict[str, Any]:
    """The same of a group of runs."""
    why_not = "" if not group.is_gone else "It is no longer at its source."
    if not capabilities(group.source).reports:
        why_not = capabilities(group.source).why_not.get("reports", "Its source makes no reports.")
    create_url = f"{reverse('report-new')}?{urlencode({'group': group.pk})}"
    return _part([_row(each) for each in reports.of_group(viewer, group)], _offered(viewer, create_url), why_not)


def _offered(viewer: Viewer, url: str) -> str:
    """Nothing where the viewer may not act."""
    return url if may_act(viewer) else ""


def _part(rows: list[dict[str, Any]], create_url: str, why_not: str) -> dict[str, Any]:
    return {"reports": rows, "create_url": "" if why_not else create_url, "why_not": why_not}


def _row(report: Report) -> dict[str, Any]:
    return {"report": report, "status": status_of(report), "subject": subject_of(report)}
