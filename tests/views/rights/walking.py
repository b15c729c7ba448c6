"""Asking for every address, as everybody, by every method, and telling where the answer is not the table's."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from dashboard.views.kept import PARTS
from dashboard.views.runs.polls import FRAGMENTS, STATES
from tests.views.rights.table import METHODS, SIGN_IN, Row, expected
from tests.views.rights.world import ROLES, World


def patterns(found=None, prefix="") -> Iterator[tuple[str, URLPattern]]:
    """Every named address there is but the admin panel's, by its whole name, and those of the packages we include."""
    for pattern in get_resolver().url_patterns if found is None else found:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name), pattern
        elif isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns(pattern.url_patterns, space)


def unlisted(table: Mapping[str, Row]) -> list[str]:
    """Names of addresses that have no row, and of rows that have no address."""
    return sorted({name for name, _ in patterns()} ^ set(table))


def findings(table: Mapping[str, Row], world: World, who: str) -> list[str]:
    """Where the answers to this person are not what the table says, a line each."""
    browser, program, found = _client(world, who), _program(world, who), []
    for name, pattern in dict(patterns()).items():
        if name not in table:
            continue
        for is_hidden in (False, True) if _is_of_thing(pattern) else (False,):
            known = world.hidden if is_hidden else world.visible
            address = reverse(name, kwargs={key: known[key] for key in pattern.pattern.converters})
            client = program if address.startswith("/api/v1/") else browser
            of = f"{name} of a hidden source" if is_hidden else name
            wanted = partial(expected, table[name], ROLES[who], is_hidden=is_hidden)
            found += [f"{of}: {line}" for line in _of_address(client, wanted, who, address)]
    return found


_OF_THINGS = frozenset({"source_id", "run_id", "trial_id", "task_id", "test_id", "template_id", "pipeline_id",
                        "group_id", "report_id", "note_id"})  # fmt: skip


def _is_of_thing(pattern: URLPattern) -> bool:
    return not _OF_THINGS.isdisjoint(pattern.pattern.converters)


def _of_address(client, wanted, who: str, address: str) -> list[str]:
    answers = {method: (wanted(method), answer(client, method, address)) for method in METHODS}
    return [
        f"{method.upper()} by {who} is answered {given}, not {expected}"
        for method, (expected, given) in answers.items()
        if given != expected
    ]


def answer(client, method: str, address: str, data=None):
    """The status, or that one is led to sign-in; whatever was changed by asking is taken back."""
    signed_in = client.cookies.get(settings.SESSION_COOKIE_NAME)
    value = signed_in.value if signed_in else None
    with transaction.atomic():
        response = getattr(client, method)(address, **({"data": data} if data else {}))
        status = response.status_code
        response.close()
        transaction.set_rollback(True)
    if value is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = value
    if method != "get":
        _forget()
    is_led = status == 302 and response["Location"].split("?")[0] == reverse("sign-in")
    return SIGN_IN if is_led else status


def _forget() -> None:
    """What was kept by versions that were taken back."""
    cache.clear()
    for kept in (PARTS, FRAGMENTS, STATES):
        kept.clear()


def _client(world: World, who: str) -> Client:
    client, person = Client(raise_request_exception=False), world.people[who]
    if person is not None:
        client.force_login(person)
    return client


def _program(world: World, who: str) -> Client:
    """Asks the API, by a token where somebody has one."""
    secret = world.secrets.get(who)
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return Client(raise_request_exception=False, headers=headers)


def admin_addresses() -> Iterator[tuple[str, str]]:
    """Every address of the admin panel, by its name; things in it are asked for by a key that nothing has."""
    [panel] = [each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin"]
    for name, pattern in patterns(panel.url_patterns, "admin:"):
        kwargs = {key: _ADMIN_VALUES.get(key, "0") for key in pattern.pattern.converters}
        with suppress(NoReverseMatch):
            yield name, reverse(name, kwargs=kwargs)


_ADMIN_VALUES = {"content_type_id": 1, "object_id": "1", "app_label": "dashboard"}
