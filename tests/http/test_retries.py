"""Further tries: only of questions, only after passing failures, only within the deadline."""

import pytest

from dashboard.domain.errors import BadAnswer, Missing, ServerError, SourceError, Throttled, Unreachable
from dashboard.http import HttpSession, Limits, Surroundings
from tests.http.faulty_server import NOW, Server, reply

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class World:
    """Surroundings whose clock only moves by sleeping."""

    def __init__(self):
        self.seconds = 0.0
        self.slept = []
        self.surroundings = Surroundings(
            clock=lambda: self.seconds, now=lambda: NOW, sleep=self.sleep, jitter=lambda: 0.5
        )

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def world():
    return World()


def test_nothing_is_tried_again_unless_the_limits_say_so(server, session):
    server.answer(reply(b"{}", status=503))
    with pytest.raises(ServerError):
        session.get_json()
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure_is_tried_again_with_jitter(server, open_session, world, status):
    server.answer(reply(b"{}", status=status), reply(b"{}", status=status), reply())
    session = open_session(surroundings=world.surroundings)
    assert session.get_json(limits=Limits(retries=2)).value == {"ok": True}
    assert world.slept == [0.125, 0.25]


def test_a_reset_is_tried_again(server, open_session, world):
    server.answer(lambda peer, _: peer.reset(), reply())
    session = open_session(surroundings=world.surroundings)
    assert session.get_json(limits=Limits(retries=1)).value == {"ok": True}


def test_a_refused_connection_is_tried_again(world):
    gone = Server()
    gone.stop()
    session = HttpSession(gone.url, allowed_networks=["127.0.0.0/8"], surroundings=world.surroundings)
    with session, pytest.raises(Unreachable) as error:
        session.get_json(limits=Limits(retries=9))
    assert error.value.code == "refused"
    assert len(world.slept) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_other_refusals_are_final(server, open_session, world, status):
    server.answer(reply(b"{}", status=status))
    with pytest.raises(SourceError):
        open_session(surroundings=world.surroundings).get_json(limits=Limits(retries=2))
    assert len(server.requests) == 1


def test_an_unreadable_answer_is_not_tried_again(server, open_session, world):
    server.answer(reply(b"<html>"))
    with pytest.raises(BadAnswer):
        open_session(surroundings=world.surroundings).get_json(limits=Limits(retries=2))
    assert len(server.requests) == 1


def test_a_failure_the_source_reads_otherwise_is_not_tried_again(server, open_session, world):
    server.answer(reply(b"{}", status=503))
    with pytest.raises(Missing):
        open_session(surroundings=world.surroundings).get_json(
            limits=Limits(retries=2), classify=lambda _: Missing("gone")
        )
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_the_source_asks_for_is_told_and_never_slept_through(server, open_session, world, status):
    server.answer(reply(b"{}", status=status, headers={"Retry-After": "7"}), reply())
    session = open_session(surroundings=world.surroundings)
    with pytest.raises(Throttled if status == 429 else ServerError) as error:
        session.get_json(limits=Limits(retries=2, deadline=10))
    assert (world.slept, error.value.retry_after, len(server.requests)) == ([], 7, 1)


def test_another_try_for_which_no_time_is_left_is_not_made(server, open_session, world):
    server.answer(reply(b"{}", status=503))
    session = open_session(surroundings=world.surroundings)
    with pytest.raises(ServerError):
        session.get_json(limits=Limits(retries=2, deadline=0.2))
    assert world.slept == [0.125]


def test_actions_are_never_tried_again(server, open_session, world):
    server.answer(reply(b"{}", status=503))
    session = open_session(surroundings=world.surroundings)
    with pytest.raises(ServerError):
        session.request_json("POST", ["runs"], limits=Limits(retries=2))
    assert len(server.requests) == 1
