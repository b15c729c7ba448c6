"""Administrators who come in by single sign-on in the same moment, and whose roles the provider takes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connections

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import people, single_sign_on
from dashboard.services.single_sign_on import Claims
from tests.factories import make_person
from tests.fixtures.databases import shared_database

__all__ = ["shared_database"]

THREADS = 6


@pytest.mark.usefixtures("shared_database")
@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_lose_the_role_at_once_one_keeps_it(settings):
    settings.OIDC_ROLES = {"captains": "administrator"}
    names = [f"root {number}" for number in range(THREADS)]
    for name in names:
        make_person(name, role=Role.ADMINISTRATOR)
    barrier = threading.Barrier(THREADS)

    def come_in(name):
        try:
            person = User.objects.get(username=name)
            barrier.wait(timeout=30)
            single_sign_on.give_role(person, Claims.of({"groups": []}), is_new=False)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(come_in, names, timeout=60))
    roles = [people.role_of(User.objects.get(username=name)) for name in names]
    assert sorted(roles) == [Role.ADMINISTRATOR, *[Role.VIEWER] * (THREADS - 1)]
    assert sorted(AuditEntry.objects.values_list("outcome", flat=True)) == [*["done"] * (THREADS - 1), "refused"]
