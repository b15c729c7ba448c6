"""A notice as a message that Slack takes: its mrkdwn, in which three characters mean something.

https://docs.slack.dev/messaging/formatting-message-text#escaping names ``&``, ``<`` and ``>``; what is between the last
two is a link or a mention.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.services.notices import words

MOST_CHARACTERS = 3_000


def message(body: Mapping[str, Any]) -> str:
    """The text: its title, which leads to the run where the dashboard knows its address, and the lines below it."""
    title, url = escaped(body["title"]), (body["run"] or {}).get("url", "")
    # In a link a bar ends the address, and nothing in the words may break the line.
    heading = f"*<{escaped(url)}|{title.replace('|', '¦')}>*" if url else f"*{title}*"
    return "\n".join([heading, *(escaped(line) for line in words.lines(body))])[:MOST_CHARACTERS]


def escaped(text: str) -> str:
    """A stranger's text on one line, which mentions nobody and links to nothing."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
