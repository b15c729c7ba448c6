"""Files that are results: pictures in place, others as downloads, and only from where they may be fetched."""

from threading import BoundedSemaphore

import pytest

from dashboard.domain.errors import Unsupported
from dashboard.models import Source
from dashboard.services import results
from dashboard.services.reports import documents
from dashboard.sources.addresses import NOT_AN_ADDRESS
from dashboard.views.artifacts import slots
from tests import factories
from tests.services.conftest import tests_source, tests_world

__all__ = ["tests_source", "tests_world"]

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture
def put(tests_source, tests_world):
    """A result of this address with these bytes behind it, and where we serve it."""

    def result(address, data):
        tests_world.report_files[address] = data
        run = factories.make_test_run(factories.make_pipeline_test(source=tests_source), results={"Plot": address})
        return f"/runs/{run.pk}/results/{run.results.get().pk}/"

    return result


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0 and more", "image/jpeg"),
        (b"GIF89a and more", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_shown_as_what_its_bytes_are(client, put, data, kind):
    answer = client.get(put("gs://b/plot.png", data))
    assert (answer["Content-Type"], answer.content) == (kind, data)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")
    assert answer["Content-Disposition"] == "inline"


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("gs://b/plot.png", b"<script>alert(1)</script>"),
        ("gs://b/plot.svg", b"<svg/>"),
        ("gs://b/table.csv", b"a,b\n"),
        ("gs://b/hidden.txt", PNG),
    ],
)
def test_anything_else_is_downloaded(client, put, address, data):
    answer = client.get(put(address, data))
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")


def test_a_picture_that_is_too_large_is_downloaded(client, put, monkeypatch):
    monkeypatch.setattr(results, "MOST_SHOWN", 5)
    answer = client.get(put("gs://b/plot.png", PNG))
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''plot.png"
    answer.close()


def test_what_is_no_picture_after_all_is_opened_once(client, put, tests_world):
    answer = client.get(put("gs://b/plot.png", b"<script>alert(1)</script>"))
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert tests_world.reports_asked == ["gs://b/plot.png"]


def test_a_picture_is_read_in_a_slot_that_is_free_again(client, put, tests_world, monkeypatch):
    one = BoundedSemaphore(1)
    monkeypatch.setattr(slots, "slots", lambda: one)
    url = put("gs://b/plot.png", PNG)
    with one:
        refused = client.get(url)
        assert (refused.status_code, refused["Retry-After"], tests_world.reports_asked) == (503, "5", [])
    assert client.get(url).content == PNG
    assert client.get(url).content == PNG


def test_an_address_that_is_none_is_said(client):
    run = factories.make_test_run(results={"Plot": "http://[x/y.png"})
    assert "http://[x/y.png" in client.get(f"/runs/{run.pk}/").content.decode()
    answer = client.get(f"/runs/{run.pk}/results/{run.results.get().pk}/")
    assert answer.status_code == 503
    assert NOT_AN_ADDRESS in answer.content.decode()


def test_what_may_not_be_fetched_is_said(client, put, tests_world):
    url = put("gs://b/plot.png", PNG)
    tests_world.report_failures["gs://b/plot.png"] = Unsupported("Not fetched: not allowed.")
    answer = client.get(url)
    assert answer.status_code >= 400
    assert "Not fetched: not allowed." in answer.content.decode()


def test_only_files_of_that_run_are_there(client, put):
    url = put("gs://b/plot.png", PNG)
    other = factories.make_test_run(results={"F": 0.5})
    assert client.get(f"/runs/{other.pk}/results/{url.split('/')[-2]}/").status_code == 404
    assert client.get(f"/runs/{other.pk}/results/{other.results.get().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("address", "is_fetched"),
    [
        ("http://carrot.example:8091/files/plot.png", True),
        ("https://elsewhere.example/plot.png", False),
        ("gs://bucket/plot.png", False),
        ("gs://allowed/reports/plot.png", True),
        ("not an address", False),
    ],
)
def test_by_the_rules_of_the_source(address, is_fetched):
    source = factories.make_carrot(allowed_artifacts="gs://allowed/reports")
    assert results.fetched_of(source)(address) is is_fetched


def test_another_kind_of_source_and_one_without_an_address_have_none():
    odd = factories.make_carrot("Odd", address="nowhere")
    for source in (factories.make_source(), odd):
        assert not results.fetched_of(source)("https://example.com/plot.png")


def test_pages_of_many_files_read_the_rules_of_a_source_once(client, monkeypatch):
    files = {f"Plot {n}": f"gs://b/{n}.png" for n in range(20)}
    test = factories.make_pipeline_test()
    run, other = (factories.make_test_run(test, results=files) for _ in range(2))
    read, config = [], Source.config
    monkeypatch.setattr(Source, "config", lambda source: read.append(source) or config(source))
    assert "gs://b/7.png" in client.get(f"/runs/{run.pk}/").content.decode()
    assert len(read) == 1
    assert "gs://b/7.png" in client.get(f"/runs/{run.pk}/compare/?with={other.pk}").content.decode()
    assert len(read) == 3, "of each of the two runs once"
    names = ("html_report", "populated_notebook", "empty_notebook", "run_csv_zip")
    report = factories.make_report(run, files={name: f"gs://b/{name}" for name in names})
    read.clear()
    assert len(documents.files(report)) == 4
    assert len(read) == 1
