"""A place of their own for what is kept of logs, and small windows."""

import pytest

from dashboard.readers.logs import windows
from dashboard.views.viewers.logs import places


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    monkeypatch.setattr(windows, "MOST_LINES", 100)
    monkeypatch.setattr(places, "LINES_BEFORE", 20)
