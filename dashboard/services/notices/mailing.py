"""Sending by e-mail: plain text with simple HTML beside it, to the address of the account whose channel it is."""

import smtplib
from collections.abc import Mapping
from email.headerregistry import Address
from email.utils import formatdate
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from dashboard.models import Watch
from dashboard.services import watching
from dashboard.services.notices import bodies, words
from dashboard.services.notices.posting import Answer

LONGEST_SUBJECT = 150
NO_MAIL = "This dashboard sends no mail: EMAIL_URL is not set."


def is_possible() -> bool:
    """Whether mail goes out at all."""
    return bool(settings.HAS_MAIL)


def send(to: str, body: Mapping[str, Any], *, watched: Watch | None, delivery: int) -> Answer:
    """Send a notice. What the mail server says is told by its number alone."""
    if not is_possible():
        return Answer(is_delivered=False, text=NO_MAIL)
    message = compose(to, body, watched=watched, delivery=delivery)
    try:
        message.send()
    except smtplib.SMTPResponseException as error:
        return Answer(is_delivered=False, text=f"The mail server answered {error.smtp_code}.")
    except smtplib.SMTPRecipientsRefused:
        return Answer(is_delivered=False, text="The mail server does not take this address.")
    except (smtplib.SMTPException, OSError):
        return Answer(is_delivered=False, text="The mail server could not be reached.")
    return Answer(is_delivered=True, text="Handed to the mail server.")


def compose(to: str, body: Mapping[str, Any], *, watched: Watch | None, delivery: int) -> EmailMultiAlternatives:
    """The mail of a notice. A second try has the same Message-ID: whoever got it twice can tell."""
    stop_url = _stop_url(watched)
    context = {
        "title": on_a_line(body["title"]),
        "lines": [on_a_line(line) for line in words.lines(body)],
        "run_url": (body["run"] or {}).get("url", ""),
        "previous_url": (body["regression"] or {}).get("previous_url", ""),
        "stop_url": stop_url,
        "watches_url": f"{bodies.base_url()}{reverse('watches')}" if bodies.base_url() else "",
    }
    headers = {
        "Message-ID": f"<delivery-{delivery}.quayside@{_domain()}>",
        "Date": formatdate(),
        # Nobody's machine answers a machine.
        "Auto-Submitted": "auto-generated",
    }
    if stop_url:
        headers["List-Unsubscribe"] = f"<{stop_url}>"
    message = EmailMultiAlternatives(
        subject=subject(body["title"]),
        body=render_to_string("mail/notice.txt", context),
        to=[to],
        headers=headers,
        connection=get_connection(fail_silently=False),
    )
    message.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    return message


def subject(title: str) -> str:
    """The subject of a mail: one line, whatever a run is called."""
    return on_a_line(f"[Quayside] {title}")[:LONGEST_SUBJECT]


def on_a_line(text: str) -> str:
    """A stranger's text without line breaks and what else steers a terminal or a header."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _stop_url(watched: Watch | None) -> str:
    if watched is None or not bodies.base_url():
        return ""
    return f"{bodies.base_url()}{reverse('watch-stop-by-mail', args=[watching.token(watched)])}"


def _domain() -> str:
    """The domain of the address that mails come from."""
    try:
        return Address(addr_spec=settings.DEFAULT_FROM_EMAIL).domain or "localhost"
    except (ValueError, IndexError):
        # With a name before it: what stands behind the @.
        return on_a_line(settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")) or "localhost"
