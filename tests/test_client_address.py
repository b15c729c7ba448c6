import pytest

from dashboard import client_address


@pytest.fixture
def behind_proxy(settings):
    settings.TRUSTED_PROXY = True


def asked(rf, peer, *forwarded):
    headers = {"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {}
    return rf.get("/", headers=headers, REMOTE_ADDR=peer)


def test_without_a_proxy_nobody_says_for_themselves_where_they_are(rf, settings):
    settings.TRUSTED_PROXY = False
    assert client_address.of(asked(rf, "192.0.2.7", "198.51.100.1")) == "192.0.2.7"


def test_behind_the_proxy_what_it_wrote_itself_counts(rf, behind_proxy):
    assert client_address.of(asked(rf, "10.0.0.1", "203.0.113.9", "198.51.100.1")) == "198.51.100.1"


@pytest.mark.parametrize("written", ["", "unknown", "198.51.100.1, ", "<script>"])
def test_what_is_no_address_leaves_the_proxys_own(rf, behind_proxy, written):
    assert client_address.of(asked(rf, "10.0.0.1", written)) == "10.0.0.1"


def test_where_there_is_no_address_there_is_none(rf, behind_proxy):
    assert client_address.of(asked(rf, "")) == ""


@pytest.mark.parametrize(
    ("peer", "spelled"),
    [("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8:0:0::1", "2001:db8::1"), ("fe80::1%eth0", "fe80::1")],
)
def test_an_address_has_one_spelling(rf, settings, peer, spelled):
    settings.TRUSTED_PROXY = False
    assert client_address.of(asked(rf, peer)) == spelled


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_who_has_a_whole_network_of_ipv6_is_one(address, network):
    assert client_address.network_of(address) == network
