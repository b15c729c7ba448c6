"""Every kind of file has a viewer, and every viewer what a page asks of it."""

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from dashboard.domain.files import FileFormat
from dashboard.views.viewers.choice import VIEWERS


@pytest.mark.parametrize("form", list(FileFormat))
def test_every_format_has_a_viewer_whose_files_are_there(form):
    viewer = VIEWERS[form]
    assert get_template(viewer.TEMPLATE).template.source.startswith(("{#", "{% comment"))
    assert [name for name in (*viewer.STYLES, *viewer.SCRIPTS) if finders.find(name) is None] == []
