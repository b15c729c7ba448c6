"""The how-to on reports names what is there: labels that pages have, and queries that find something."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.domain.queries import parse
from dashboard.filters.reports import ReportFilter
from dashboard.models import Report
from tests import factories
from tests.factories import NOW

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/how-to/make-reports.md").read_text()
LABELS = re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", TEXT)
QUERIES = re.findall(r"`([a-z]+:[^`]+)`", TEXT)


@pytest.mark.parametrize("label", dict.fromkeys(LABELS))
def test_labels_are_those_of_the_pages(label):
    shown = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "dashboard/views/reports").glob("*.py")]
    shown += [*(ROOT / "dashboard/forms").glob("*report*.py")]
    assert any(" ".join(label.split()) in path.read_text() for path in shown)


@pytest.mark.django_db
@pytest.mark.parametrize("text", QUERIES)
def test_queries_find_what_they_are_for(text):
    template = factories.make_report_template("HC concordance")
    factories.make_report(
        factories.make_test_run(), template=template, created_by="adora@example.com",
        job_id="f7e549f7-2b3c-4d5e-8f90-a1b2c3d4e5f6", results_text='{"plot": "gs://b/x.png"}',
    )  # fmt: skip
    query = parse(text, ReportFilter.fields_of_box(), now=NOW + timedelta(days=1))
    assert not query.problems
    assert ReportFilter.apply(query, Report.objects.all()).count() == 1
