"""What a request may measure, and what is said of one that is larger."""

import orjson
import pytest
from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from dashboard.middleware import limits
from dashboard.middleware.limits import MOST_PARAMETERS, MOST_PATH, MOST_QUERY
from tests.pages import client, person, stranger

__all__ = ["client", "person", "stranger"]

MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Unreadable:
    """A body of which nothing may be read."""

    def read(self, *_args):
        raise AssertionError("The body was read.")

    readline = read


def refused(response, status, words):
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert "Nothing was changed" in text
    return True


@pytest.mark.django_db
class TestWhatIsNotRead:
    def test_a_body_larger_than_any_form_is_refused_unread(self, client):
        response = client.generic(
            "POST", "/appearance/", **{"wsgi.input": Unreadable(), "CONTENT_LENGTH": str(MOST + 1)}
        )
        assert refused(response, 413, "This is too much at once")

    @pytest.mark.parametrize("length", ["9" * 30, "9" * 5000])
    def test_a_length_beyond_belief_is_one_too(self, stranger, length):
        response = stranger.generic("POST", "/sign-in/", **{"wsgi.input": Unreadable(), "CONTENT_LENGTH": length})
        assert refused(response, 413, "This is too much at once")

    @pytest.mark.parametrize("length", ["", "-1", "1e9", "²"])
    def test_what_is_no_length_is_no_body(self, length):
        request = RequestFactory().post("/sign-in/", CONTENT_LENGTH=length)
        assert limits.refusal_of(request) is None

    def test_a_body_that_does_not_tell_its_length_is_refused(self, stranger):
        response = stranger.post("/sign-in/", headers={"transfer-encoding": "chunked"})
        assert refused(response, 411, "It is not said how much is sent")

    def test_no_database_and_no_session_is_asked_for_a_refusal(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/runs/", {"q": "x" * MOST_QUERY}).status_code == 414


@pytest.mark.django_db
class TestAddresses:
    def test_a_long_path_is_refused(self, client):
        assert refused(client.get("/" + "a" * MOST_PATH), 414, "This address is too long")

    def test_a_long_query_is_refused_and_one_that_just_fits_is_answered(self, client):
        assert refused(client.get("/runs/", {"q": "x" * MOST_QUERY}), 414, "This address is too long")
        assert client.get("/runs/", {"q": "x" * (MOST_QUERY - 2)}).status_code == 200

    def test_too_many_parameters_are_refused(self, client):
        assert client.get("/runs/?" + "a=1&" * (MOST_PARAMETERS - 1)).status_code == 200
        assert refused(client.get("/runs/?" + "a=1&" * MOST_PARAMETERS), 414, "This address is too long")

    def test_a_page_of_the_rows_that_can_be_selected_at_once_fits(self):
        ids = "&".join(f"run={10**17 + number}" for number in range(200))
        assert len(ids) < MOST_QUERY
        assert ids.count("&") < MOST_PARAMETERS


@pytest.mark.django_db
class TestForms:
    def test_a_form_of_too_many_fields_is_refused(self, stranger):
        fields = {f"field{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
        assert refused(stranger.post("/sign-in/", fields), 413, "This is too much at once")

    def test_a_file_is_not_taken(self, person):
        client = Client()
        client.force_login(person)
        response = client.post("/appearance/", {"file": SimpleUploadedFile("a.txt", b"x")})
        assert refused(response, 415, "Files are not taken")

    def test_an_ordinary_form_is(self, person):
        client = Client()
        client.force_login(person)
        assert client.post("/appearance/", {"theme": "dark", "next": "/runs/"}).status_code == 302


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_told_nothing_but_that(stranger):
    response = stranger.get("/runs/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This request could not be understood" in response.content.decode()
    assert "evil.example" not in response.content.decode()


class TestPrograms:
    """Whoever asks the API is told in its own shape."""

    URL = "/api/v1/runs"

    def told(self, response, status):
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        assert response["Cache-Control"] == "no-store"
        told = response.json()
        assert set(told) == {"type", "title", "status", "detail", "errors"}
        assert told["status"] == status
        return told["detail"]

    def test_an_address_that_is_too_long(self, stranger):
        assert "more than any" in self.told(stranger.get(self.URL, {"q": "x" * MOST_QUERY}), 414)

    def test_a_body_that_is_too_large_is_not_read(self, stranger):
        sent = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": str(MOST + 1)}
        assert "takes" in self.told(stranger.generic("POST", self.URL, **sent), 413)

    def test_a_body_that_does_not_tell_its_length(self, stranger):
        response = stranger.get(self.URL, headers={"transfer-encoding": "chunked"})
        assert "length is told" in self.told(response, 411)

    def test_a_host_that_is_not_ours(self, stranger):
        detail = self.told(stranger.get(self.URL, headers={"host": "evil.example"}), 400)
        assert detail == "This request could not be understood."

    def test_a_file(self):
        response = limits.bad_request(RequestFactory().post(self.URL), TooManyFilesSent())
        assert "Nothing is uploaded" in self.told_of(response, 415)

    def told_of(self, response, status):
        """Of an answer that no client took."""
        assert response.status_code == status
        return orjson.loads(response.content)["detail"]
