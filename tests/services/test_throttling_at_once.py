"""Who tries many times at once is heard no more often than one after the other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections
from django.test import RequestFactory

from dashboard.services import throttling
from dashboard.services.throttling import BOUNDS, NO_PAUSE, Kind, Try
from tests.factories import NOW, make_person
from tests.fixtures.databases import shared_database

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

THREADS = 12
HERE = Try(kind=Kind.PASSWORD, name="ada", network="192.0.2.7")


def at_once(deed):
    """What each of many threads gives who begin in the same moment."""
    barrier = threading.Barrier(THREADS)

    def one(number):
        try:
            barrier.wait(timeout=30)
            return deed(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS), timeout=60))


def test_of_many_tries_at_once_only_those_that_are_free_are_heard():
    pauses = at_once(lambda number: throttling.take(HERE, now=NOW))
    assert pauses.count(NO_PAUSE) == BOUNDS[Kind.PASSWORD].pair


def test_of_many_accounts_at_once_no_more_are_heard_than_an_address_may():
    for number in range(BOUNDS[Kind.PASSWORD].here - 3):
        throttling.count(Try(kind=Kind.PASSWORD, name=f"before {number}", network=HERE.network), now=NOW)
    tries = [Try(kind=Kind.PASSWORD, name=f"n{number}", network=HERE.network) for number in range(THREADS)]
    pauses = at_once(lambda number: throttling.take(tries[number], now=NOW))
    assert pauses.count(NO_PAUSE) == 3


def test_of_many_wrong_passwords_at_once_five_are_looked_at(monkeypatch):
    looked, genuine = [], MD5PasswordHasher.encode
    make_person("ada")
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: looked.append(1) or genuine(*args))

    def guess(number):
        return authenticate(RequestFactory().post("/sign-in/"), username="ada", password=f"guess {number}")

    assert at_once(guess) == [None] * THREADS
    assert len(looked) == BOUNDS[Kind.PASSWORD].pair


def test_a_right_password_costs_nothing_though_nobody_is_signed_in_yet():
    make_person("ada")
    for _ in range(2 * BOUNDS[Kind.PASSWORD].pair):
        asked = RequestFactory().post("/sign-in/")
        assert authenticate(asked, username="ada", password="a long enough phrase") is not None
