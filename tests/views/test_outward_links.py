"""Links that lead away: only where a browser may safely go."""

import pytest

from dashboard.models import Source
from dashboard.views import outward_links


@pytest.mark.parametrize(
    ("address", "label", "url"),
    [
        (
            "gs://my-bucket/a b/ü?#.png",
            "in Google’s console",
            "https://console.cloud.google.com/storage/browser/_details/my-bucket/a%20b%2F%C3%BC%3F%23.png",
        ),
        ("https://example.com/plot.png", "on example.com", "https://example.com/plot.png"),
        ("http://example.com:8091/x", "on example.com", "http://example.com:8091/x"),
    ],
)
def test_a_place_of_the_web_or_of_a_bucket_is_led_to(address, label, url):
    assert outward_links.outward(address) == {"label": label, "url": url}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "gs://bucket",
        "gs:///key",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com/x",
        "https://example.com@evil.example/",
        "https://exa mple.com/",
        "https://example.com\\@evil.example/",
        "https://[::1",
        "example.com/api/v1/runs/1/test_wdl",
        "s3://bucket/key",
        "https:///x",
    ],
)
def test_nothing_else_is(address):
    assert outward_links.outward(address) is None


def test_a_job_has_its_metadata_and_timing_at_the_workflow_engine():
    source = Source(told={"job_address": "http://cromwell.example:8000/"})
    assert outward_links.jobs(source, "07f1 /x") == [
        {"label": "Metadata", "url": "http://cromwell.example:8000/api/workflows/v1/07f1%20%2Fx/metadata"},
        {"label": "Timing", "url": "http://cromwell.example:8000/api/workflows/v1/07f1%20%2Fx/timing"},
    ]


@pytest.mark.parametrize("told", [{}, {"job_address": "javascript:alert(1)"}, {"job_address": "cromwell.example"}])
def test_without_a_web_address_of_the_engine_there_are_no_links(told):
    assert outward_links.jobs(Source(told=told), "07f1") == []


def test_without_a_job_there_are_none_either():
    assert outward_links.jobs(Source(told={"job_address": "http://cromwell.example"}), "") == []
