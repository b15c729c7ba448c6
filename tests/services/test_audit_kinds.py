"""Kinds of objects that the audit log tells of."""

import pytest

from dashboard.domain.audits import AuditAction
from dashboard.services import audit, audit_kinds
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_empty_log_has_none():
    assert audit_kinds.there_are() == []


def test_each_kind_is_told_once_and_in_words(django_assert_num_queries):
    owner = factories.make_person()
    for subject in (owner, factories.make_view(owner), factories.make_source(), owner, None):
        audit.record(AuditAction.CHANGED, owner, subject)
    with django_assert_num_queries(1):
        assert audit_kinds.there_are() == [("savedview", "saved view"), ("source", "source"), ("user", "user")]


def test_a_kind_that_is_gone_stays_as_the_log_has_it():
    assert audit_kinds.words("oldthing") == "oldthing"
