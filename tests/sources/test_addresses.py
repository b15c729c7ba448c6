"""Which addresses may be fetched, and as whom."""

import pytest

from dashboard.domain.errors import Unsupported
from dashboard.domain.records import SourceConfig
from dashboard.sources.addresses import (
    NOT_ALLOWED,
    NOT_AN_ADDRESS,
    NOT_SPOKEN,
    Address,
    AddressRules,
    measure_address,
    open_address,
)

TOKEN = "canary-token-11"


def rules(**changes):
    settings = {"name": "Docks", "kind": "docks", "address": "https://docks.example/api/v1", "token": TOKEN}
    return AddressRules.of(SourceConfig(**(settings | changes)))


@pytest.mark.parametrize(
    "uri",
    [
        "https://docks.example/files/a.txt",
        "https://docks.example/api/v1/files/a.txt",
        "HTTPS://DOCKS.example:443/files/a.txt",
        "https://docks.example./files/a.txt",
    ],
)
def test_the_sources_own_host_and_port_are_allowed(uri):
    assert rules().why_not(uri) == ""


@pytest.mark.parametrize(
    "uri",
    [
        "http://docks.example/a",
        "https://docks.example:8443/a",
        "https://docks.example.evil.example/a",
        "https://evil.example/docks.example/a",
        "https://169.254.169.254/latest/meta-data",
        "gs://bucket/a",
        "s3://bucket/a",
        "file://localhost/etc/passwd",
    ],
)
def test_others_are_not_allowed(uri):
    assert rules().why_not(uri) == NOT_ALLOWED


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "logs.txt",
        "/etc/passwd",
        "file:///etc/passwd",
        "https:///a",
        "https://docks.example/../a",
        "https://docks.example/a/%2e%2e/b",
        "https://docks.example/a/..%2fb",
        "https://docks.example/a//b",
        "https://docks.example/a\\b",
        "https://docks.example@evil.example/a",
        "https://user:pw@docks.example/a",
        "https://docks.example\\@evil.example/a",
        "https://[half/a",
        "https://docks.example:99999/a",
        "https://docks.example/\udc80",
        "https://docks.example/" + "x" * 4_000,
    ],
    ids=ascii,
)
def test_what_can_be_read_in_two_ways_is_no_address(uri):
    assert rules().why_not(uri) == NOT_AN_ADDRESS


def test_roots_are_compared_name_by_name():
    allowed = rules(allowed_artifacts=("https://files.example/team-a", "gs://bucket", "ftp://files.example"))
    assert allowed.why_not("https://files.example/team-a/x.txt?sig=1#x") == ""
    assert allowed.why_not("https://files.example/team-ab/x.txt") == NOT_ALLOWED
    assert allowed.why_not("https://files.example/team-a%2Fx.txt") == NOT_ALLOWED
    assert allowed.why_not("https://files.example/") == NOT_ALLOWED
    assert allowed.why_not("ftp://files.example/a") == NOT_SPOKEN
    assert allowed.why_not("gs://bucket/e1/agent.log") == ""
    assert allowed.why_not("GS://bucket/e1/agent.log") == ""
    assert allowed.why_not("gs://bucket/") == NOT_AN_ADDRESS
    assert allowed.why_not("gs://bucket-2/e1/agent.log") == NOT_ALLOWED


@pytest.mark.parametrize(
    ("uri", "base_url", "token", "segments"),
    [
        ("https://docks.example/api/v1/files/a.txt", "https://docks.example/api/v1", TOKEN, ("files", "a.txt")),
        ("https://docks.example/api/v1%2Ffiles", "https://docks.example", "", ("api", "v1/files")),
        ("https://docks.example/api/v10/a.txt", "https://docks.example", "", ("api", "v10", "a.txt")),
        ("https://docks.example/files/a.txt", "https://docks.example", "", ("files", "a.txt")),
        ("https://files.example/a%20b.txt", "https://files.example", "", ("a b.txt",)),
    ],
)
def test_the_token_goes_along_below_the_base_url_only(uri, base_url, token, segments):
    place = rules(allowed_artifacts=("https://files.example",)).place_of(Address.parse(uri))
    assert (place.session.base_url, place.segments) == (base_url, segments)
    assert place.session._mask.hide(TOKEN) == ("•••" if token else TOKEN)


def test_a_query_is_kept_and_not_shown():
    address = Address.parse("https://files.example/a.txt?sig=secret%2B&empty=")
    assert address.params == (("sig", "secret+"), ("empty", ""))
    assert "secret" not in repr(address)


def test_rules_do_not_show_the_token():
    assert TOKEN not in repr(rules())


@pytest.mark.parametrize(
    "root", ["files.example", "https://user:pw@files.example", "https://files.example/..", "gs://B", "gs://b/.."]
)
def test_a_root_of_no_use_is_refused(root):
    with pytest.raises(ValueError, match=r"\."):
        rules(allowed_artifacts=(root,))


def test_an_address_that_is_not_allowed_is_neither_opened_nor_measured():
    with pytest.raises(Unsupported) as raised:
        open_address("gs://bucket/a", rules())
    assert (raised.value.code, raised.value.sentence) == ("address", NOT_ALLOWED)
    assert measure_address("gs://bucket/a", rules(), seconds=1) is None


def test_a_size_that_cannot_be_had_is_unknown():
    assert measure_address("https://docks.example/a", rules(ca_bundle="/no/such/file"), seconds=1) is None
    assert measure_address("https://docks.example/a", rules(), seconds=0) is None
