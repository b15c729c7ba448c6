"""Bytes of files whose source does not say for sure which bytes they are."""

from contextlib import ExitStack

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from dashboard.domain.files import WEAK
from dashboard.views.artifacts import transfers
from tests.readers.made_files import MadeFile

TAG = f'W/"{WEAK}a"'


@pytest.fixture
def answer():
    """What is answered to a request with these headers."""

    def given(**headers):
        request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = transfers.respond(
            request, AnonymousUser(), ExitStack(), MadeFile(b"0123456789", etag=f"{WEAK}a"), {}
        )
        body = response.getvalue()
        return response.status_code, response["ETag"], body

    return given


def test_their_tag_is_a_weak_one_by_which_they_are_known(answer):
    assert answer() == (200, TAG, b"0123456789")
    assert answer(if_none_match=TAG) == (304, TAG, b"")


def test_no_range_of_them_is_added_to_what_was_sent_before(answer):
    assert answer(range="bytes=5-") == (206, TAG, b"56789")
    assert answer(range="bytes=5-", if_range=TAG) == (200, TAG, b"0123456789")
