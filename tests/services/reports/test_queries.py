"""How many runs a source's filter would choose, by what is mirrored."""

import pytest

from dashboard.domain.reports import Parent
from dashboard.services.reports import queries
from dashboard.services.reports.subjects import Subject
from dashboard.services.sync import told
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return factories.make_carrot(listed_at=factories.NOW)


@pytest.fixture
def count(source):
    test = factories.make_pipeline_test(source=source)
    viewer = factories.make_person()

    def counted():
        return queries.matching(viewer, Subject(source=source, parent=Parent.TEST, below=test), {})

    return counted


def test_all_is_counted_where_all_was_listed(count):
    assert count().is_complete


def test_there_may_be_more_before_all_was_listed(source, count):
    source.listed_at = None
    assert not count().is_complete


def test_there_may_be_more_while_a_pipeline_is_mirrored_in_part(source, count):
    told.open_gap(source, "pipeline", told.Gap(factories.NOW))
    assert not count().is_complete
    told.close_gap(source, "pipeline")
    assert count().is_complete
