"""The table of metrics is compared with what is told."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from dashboard.services import metrics
from tests.factories import make_source

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def test_the_table_names_every_metric_with_its_type_and_labels():
    make_source(last_good_at=timezone.now())
    metrics.count_request("GET", 200, 0.1)
    rows = re.findall(r"^\| `(quayside_\w+)` \| (\w+) \|([^|]*)\|", PAGE.read_text(), re.MULTILINE)
    documented = {name: (kind, named(labels)) for name, kind, labels in rows}

    assert documented == dict(told())


def named(labels):
    """Labels of a row, without the values that stand in brackets behind one."""
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", labels)))


def told():
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        if not name.endswith("_created"):
            yield name, (family.type, labels)


def test_what_alerts_and_panels_ask_for_is_told():
    make_source(last_good_at=timezone.now())
    asked = set(re.findall(r"quayside_\w+", PAGE.read_text().partition("## Scraping")[2]))
    known = {name for name, _ in told()}

    assert {name.removesuffix("_bucket") for name in asked} <= known
