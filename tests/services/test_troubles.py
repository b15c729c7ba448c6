"""What is said of a source that fails, to whom, and asking it again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.domain.errors import BadAnswer, Denied, ServerError, Throttled, Unreachable
from dashboard.models import Source
from dashboard.services import troubles
from dashboard.services.reach import reach
from dashboard.services.sync import claims, looks
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def admin():
    return User(username="grace", is_superuser=True)


@pytest.fixture
def fails(world, look, source):
    """Lets the source fail in a way and gives it as it is then."""

    def fail(error):
        world.failure = error
        Source.objects.filter(pk=source.pk).update(next_sync_at=None)
        return look()

    return fail


def said(viewer, source, now=NOW):
    trouble = troubles.of_source(viewer, source, now)
    return f"{source.name} {trouble.verdict}. {trouble.reason} {trouble.advice}{trouble.action} {trouble.place}".strip()


def test_a_source_that_is_well_or_new_has_none(viewer, source, look):
    assert troubles.of_source(viewer, source, NOW) is None
    assert troubles.of_source(viewer, look(), NOW) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unreachable("-", code="refused"), "World is not reachable. Nothing accepts connections there."),
        (Unreachable("-", code="dns"), "World is not reachable. Its host name is not found."),
        (Unreachable("Its certificate expired.", code="tls"), "World is not trusted. Its certificate expired."),
        (Unreachable("-", code="timeout"), "World does not answer. No answer came in time."),
        (Unreachable("It was cut.", code="reset"), "World is not reachable. It was cut."),
        (Denied("-", code="auth"), "World refused the access token. It expired, or was withdrawn."),
        (Denied("-", code="forbidden"), "World lets this account see nothing. The service account may not see this."),
        (Throttled("-", code="throttled"), "World is paused by the server. It was asked too often."),
        (ServerError("Status 500, request 7.", code="server"), "World fails on its side. Status 500, request 7."),
        (BadAnswer("A web page.", code="bad_response"), "World gives no usable answer. A web page."),
        (BadAnswer("Larger than 8 MiB.", code="too_large"), "World gives no usable answer. Larger than 8 MiB."),
        (
            BadAnswer("The source redirects to docks.example.", code="redirect"),
            "World sends its callers elsewhere. The source redirects to docks.example.",
        ),
        (BadAnswer("There is no list.", code="no_api"), "World is not found at its address. There is no list."),
        (Unreachable("The folder is not there.", code="no_folder"), "World cannot be read. The folder is not there."),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_every_failure_has_its_words(viewer, fails, error, words):
    assert said(viewer, fails(error)).startswith(words)


def test_what_an_administrator_can_mend_is_told_to_them_and_others_whom_to_ask(viewer, admin, fails):
    source = fails(Denied("-", code="auth"))
    assert troubles.of_source(viewer, source, NOW).advice == "Ask an administrator."
    assert troubles.of_source(viewer, source, NOW).action == ""
    assert troubles.of_source(admin, source, NOW).action == "Replace the token"
    assert troubles.of_source(admin, source, NOW).advice == ""
    source = fails(Unreachable("-", code="timeout"))
    assert [troubles.of_source(who, source, NOW).action for who in (viewer, admin)] == ["", ""]


def test_an_address_that_is_not_public_leads_to_no_form_that_could_not_allow_it(viewer, admin, fails):
    source = fails(Unreachable("-", code="address_refused"))
    assert "network that is not public; the setting ALLOWED_NETWORKS" in troubles.reason(source)
    assert [troubles.of_source(who, source, NOW).action for who in (viewer, admin)] == ["", ""]
    assert [troubles.of_source(who, source, NOW).advice for who in (viewer, admin)] == ["Ask an administrator.", ""]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://docks.example/api/v1", "docks.example:443"),
        ("http://me:secret@127.0.0.1:8480/?key=secret", "127.0.0.1:8480"),
        ("http://docks.example:port/", ""),
        ("/srv/jobs", "/srv/jobs"),
    ],
)
def test_only_administrators_are_told_where_it_is(viewer, admin, fails, address, place):
    source = fails(Unreachable("-", code="refused"))
    source.address = address
    assert troubles.of_source(admin, source, NOW).place == place
    assert troubles.of_source(viewer, source, NOW).place == ""


@pytest.mark.parametrize("code", ["refused", "dns", "address_refused"])
def test_whoever_waits_is_not_told_where_it_is_either(fails, code):
    source = fails(Unreachable("“inner.example” is not there.", code=code))
    source.failures, source.next_sync_at = 2, timezone.now() + 60 * SECOND
    with pytest.raises(Unreachable) as raised:
        reach(source)
    assert (raised.value.sentence, "inner" in raised.value.sentence) == (troubles.reason(source), False)


def test_it_says_how_long_until_the_next_try_and_never_less_than_now(viewer, fails):
    source = fails(Throttled("-", code="throttled", retry_after=7))
    assert troubles.of_source(viewer, source, NOW).seconds == 7
    assert troubles.of_source(viewer, source, NOW).is_throttled
    assert troubles.of_source(viewer, source, NOW + 60 * SECOND).seconds == 0
    assert troubles.waits([source], NOW + 3 * SECOND) == {str(source.pk): 4}
    source.is_paused = True
    assert troubles.of_source(viewer, source, NOW).wait is None
    assert troubles.waits([source], NOW) == {}


class TestAskingAgain:
    def test_it_is_due_at_once_and_what_comes_of_it_counts(self, viewer, world, fails, clock):
        source = fails(Unreachable("-", code="refused"))
        Source.objects.update(next_sync_at=NOW + 300 * SECOND)
        clock.go_on(seconds=5)
        assert troubles.ask_again(viewer, source.pk, clock.now) == ""
        assert claims.claim_sources(clock.now, limit=1) == [source.pk]
        world.failure = None
        looks.look_at_source(source.pk, clock)
        source.refresh_from_db()
        assert source.health == "healthy"

    def test_it_is_not_asked_while_it_wants_a_pause(self, viewer, fails, clock):
        source = fails(Throttled("-", code="throttled", retry_after=20))
        clock.go_on(seconds=10)
        assert troubles.ask_again(viewer, source.pk, clock.now) == "The server asked for a pause."
        assert claims.claim_sources(clock.now, limit=1) == []

    def test_it_is_not_asked_by_two(self, viewer, fails, clock):
        source = fails(Unreachable("-", code="timeout"))
        Source.objects.update(claimed_until=NOW + 20 * SECOND)
        assert troubles.ask_again(viewer, source.pk, clock.now) == "It is being asked right now."

    def test_a_paused_one_is_not_asked(self, viewer, fails):
        source = fails(Unreachable("-"))
        Source.objects.update(is_paused=True)
        assert troubles.ask_again(viewer, source.pk, NOW) == "An administrator paused it."

    def test_however_many_press_it_is_asked_once_in_three_seconds(self, viewer, fails, clock):
        source = fails(Denied("-", code="auth"))
        for _ in range(120):
            clock.go_on(seconds=0.25)
            troubles.ask_again(viewer, source.pk, clock.now)
            for pk in claims.claim_sources(clock.now, limit=1):
                looks.look_at_source(pk, clock)
        source.refresh_from_db()
        assert 2 <= source.failures <= 30 / troubles.PAUSE.total_seconds() + 1

    def test_strangers_do_not_ask(self, stranger, fails):
        source = fails(Unreachable("-"))
        with pytest.raises(Source.DoesNotExist):
            troubles.ask_again(stranger, source.pk, NOW)
