"""Errors that leave open whether a source did what it was asked, and those that do not."""

import pytest

from dashboard.domain.errors import (
    BadAnswer,
    Conflict,
    Denied,
    Missing,
    ServerError,
    Throttled,
    Unreachable,
    Unsupported,
)
from dashboard.services.doubts import may_be_done


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("Late.", code="timeout"),
        Unreachable("Cut.", code="reset"),
        Unreachable("It failed somewhere."),
        ServerError("Failed."),
        BadAnswer("No JSON.", code="bad_response"),
        BadAnswer("Too large.", code="too_large"),
        BadAnswer("No id.", code="no_id"),
    ],
)
def test_what_may_have_been_done(error):
    assert may_be_done(error)


@pytest.mark.parametrize(
    "error",
    [
        *(Unreachable("Nobody there.", code=code) for code in ("refused", "dns", "tls", "address_refused", "config")),
        *(BadAnswer("No API.", code=code) for code in ("redirect", "no_api", "no_word")),
        *(kind("No.") for kind in (Conflict, Denied, Missing, Throttled, Unsupported)),
    ],
)
def test_what_was_surely_not_done(error):
    assert not may_be_done(error)
