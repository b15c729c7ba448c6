"""Tickets: one claim each, results for their person alone, and an end."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from dashboard.services import tickets
from tests.factories import make_person
from tests.services.conftest import NOW


@pytest.fixture
def other(db):
    return make_person("grace")


def test_a_ticket_is_claimed_once(viewer):
    ticket = tickets.new()
    assert tickets.claim(viewer, ticket, now=NOW)
    assert not tickets.claim(viewer, ticket, now=NOW)


def test_nobody_can_work_out_the_key_of_a_ticket_without_the_servers_own(viewer, settings):
    ticket = tickets.new()
    tickets.claim(viewer, ticket, now=NOW)
    settings.SECRET_KEY = "another key of this server"
    assert tickets.read(viewer, ticket, now=NOW) is None
    assert tickets.claim(viewer, ticket, now=NOW)


def test_people_do_not_share_tickets(viewer, other):
    ticket = tickets.new()
    tickets.claim(viewer, ticket, now=NOW)
    tickets.fill(viewer, ticket, {"n": 3}, now=NOW)
    assert tickets.read(other, ticket, now=NOW) is None
    assert tickets.claim(other, ticket, now=NOW)
    assert tickets.read(viewer, ticket, now=NOW) == {"n": 3}


def test_a_result_is_empty_until_it_is_there_and_gone_after_a_while(viewer):
    ticket = tickets.new()
    assert tickets.read(viewer, ticket, now=NOW) is None
    tickets.claim(viewer, ticket, now=NOW)
    assert tickets.read(viewer, ticket, now=NOW) == {}
    tickets.fill(viewer, ticket, {"a": "é"}, now=NOW)
    assert tickets.read(viewer, ticket, now=NOW + tickets.LIFE) is None


def test_what_has_expired_is_swept_away_and_sessions_are_left_alone(viewer, client):
    client.force_login(viewer)
    tickets.claim(viewer, tickets.new(), now=NOW)
    tickets.claim(viewer, tickets.new(), now=NOW + tickets.LIFE + timedelta(seconds=1))
    kept = [key.startswith("ticket-") for key in Session.objects.values_list("session_key", flat=True)]
    assert sorted(kept) == [False, True]


@pytest.mark.parametrize("text", ["", "a b", "a/b", "é", "x" * 65, "\ud800", "--", "a\n"])
def test_what_cannot_be_a_ticket_is_not_claimed(viewer, text):
    assert not tickets.claim(viewer, text, now=NOW)


def test_new_ones_are_ones_and_differ():
    made = {tickets.new() for _ in range(50)}
    assert len(made) == 50
    assert all(tickets.is_one(ticket) for ticket in made)
