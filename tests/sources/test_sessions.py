"""Sessions that are kept between calls."""

import pytest

from dashboard.domain.records import SourceConfig
from dashboard.sources import sessions
from dashboard.sources.sessions import Peer, forget_sessions, session_with

HERE = Peer(base_url="https://docks.example", source="Docks", token="canary-token-12")


def test_one_peer_has_one_session():
    assert session_with(HERE) is session_with(Peer(base_url="https://docks.example", source="Docks", token=HERE.token))


@pytest.mark.parametrize(
    "other",
    [
        Peer(base_url="https://docks.example", source="Docks", token="another"),
        Peer(base_url="https://docks.example", source="Docks"),
        Peer(base_url="https://docks.example", source="Docks", token=HERE.token, purpose="artifacts"),
        Peer(base_url="https://other.example", source="Docks", token=HERE.token),
    ],
)
def test_whoever_differs_has_another(other):
    assert session_with(other) is not session_with(HERE)


def test_the_peer_of_a_source_has_all_that_its_requests_depend_on():
    config = SourceConfig(
        name="Docks", kind="docks", address="https://docks.example", token=HERE.token, ca_bundle="/ca.pem",
        allowed_networks=("10.0.0.0/8",), allowed_endpoints=(("127.0.0.1", 80),),
    )  # fmt: skip
    told = {name: getattr(Peer.of(config), name) for name in Peer.__slots__}
    assert told == {
        "base_url": "https://docks.example",
        "source": "Docks",
        "token": HERE.token,
        "allowed_networks": ("10.0.0.0/8",),
        "allowed_endpoints": (("127.0.0.1", 80),),
        "ca_bundle": "/ca.pem",
        "purpose": "",
    }


def test_a_forgotten_session_is_opened_anew():
    before = session_with(HERE)
    forget_sessions()
    assert session_with(HERE) is not before


def test_the_one_that_was_not_asked_for_the_longest_is_dropped(monkeypatch):
    monkeypatch.setattr(sessions, "MOST", 2)
    first, second = (Peer(base_url=f"https://{name}.example") for name in "ab")
    kept, dropped = session_with(first), session_with(second)
    session_with(first)
    session_with(HERE)
    assert session_with(first) is kept
    assert session_with(second) is not dropped


def test_a_peer_does_not_show_its_token():
    assert HERE.token not in repr(HERE)
    assert HERE.token not in repr(session_with(HERE))


def test_a_peer_of_no_use_is_refused_without_its_token():
    with pytest.raises(ValueError, match="Authorization") as raised:
        session_with(Peer(base_url="https://docks.example", token="canary\n"))
    assert "canary" not in str(raised.value)


def test_forgetting_sessions_closes_the_hosts_of_buckets_too(monkeypatch):
    closed = []
    monkeypatch.setattr(sessions, "forget_stores", lambda: closed.append(True))
    forget_sessions()
    assert closed == [True]
