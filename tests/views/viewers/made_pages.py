"""Files that tests make up, shown by a viewer as a page would include it."""

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from dashboard.views.viewers.subjects import Subject
from tests.views.artifacts.conftest import folder, kept_trial

__all__ = ["folder", "kept_trial", "shown"]


@pytest.fixture
def shown(person, kept_trial, folder):
    """Writes a file and gives what a viewer makes of it: (HTML, the same as a tree)."""

    def made(viewer, name, data, host="testserver", **query):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        request = RequestFactory().get("/page/", query, headers={"host": host})
        request.user = person
        subject = Subject(run=kept_trial.run, trial=kept_trial, path=name, page="/page/", fixed={"q": "x"})
        context = {"viewer": viewer.context(request, subject), "subject": subject}
        html = render_to_string(viewer.TEMPLATE, context, request=request)
        assert "UNRESOLVED" not in html
        return html, html5lib.parse(f"<!doctype html><title>t</title>{html}", namespaceHTMLElements=False)

    return made
