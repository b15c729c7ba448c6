"""Logs, and texts of any kind and size: windows of their lines, found and followed. See the package's modules."""

from dashboard.views.viewers.logs.pages import context
from dashboard.views.viewers.logs.parts import part

__all__ = ["SCRIPTS", "STYLES", "TEMPLATE", "context", "part"]

TEMPLATE = "viewers/log.html"
STYLES = ("css/viewers/ansi.css", "css/viewers/log.css")
SCRIPTS = ("js/viewers/find.js", "js/viewers/log.js")
