"""The failures of a run, by kind."""

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome
from tests import factories
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db


def test_it_says_that_verdicts_are_one_group_and_where_their_reasons_stand(client):
    run = factories.make_run()
    for _ in range(2):
        factories.make_trial(run, outcome=Outcome.FAILED)
    text = text_of(parsed(client.get(reverse("run-failures", args=[run.pk]))))
    assert "judged as not passed are one group, whatever failed in them" in text
    assert "What it said groups them no further: it stands with each trial." in text
