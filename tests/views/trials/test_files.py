"""One file of a trial at a time: what stands around it, whichever viewer shows it."""

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tab", ["trial-trajectory", "trial-logs", "trial-results", "trial-file"])
def test_it_has_a_heading_and_is_downloaded_by_one_button(client, mirrored, tab):
    trial = Trial.objects.filter(run=mirrored["scripted-two-models"], outcome=Outcome.FAILED).order_by("pk").first()
    path = ["result.json"] if tab == "trial-file" else []
    page = parsed(client.get(reverse(tab, args=[trial.run_id, trial.pk, *path])))
    downloads = [link for link in page.iter("a") if text_of(link) == "Download"]
    [path] = [link.get("href").partition("/download/")[2] for link in downloads]
    assert path in [text_of(heading) for heading in page.iter("h2")]
