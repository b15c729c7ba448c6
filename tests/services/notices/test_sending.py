"""Sending: claimed once, tried with growing pauses, given up in the end; to nobody who may not see the run any more."""

import hashlib
import hmac
import json
import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, Channel, Delivery
from dashboard.services import channels, watching
from dashboard.services.notices import posting, sending
from dashboard.services.notices.posting import Answer
from tests import factories
from tests.http.faulty_server import Server, reply
from tests.services.notices.conftest import NOW, a_delivery, end, make_channel, make_running, sweep, watch

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

SECRET = "whsec_canary-8c1f0d2b7e"


@pytest.fixture
def server(settings):
    settings.NOTICE_NETWORKS = ["127.0.0.0/8"]
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def hook(ada, server):
    return make_channel(ada, address=f"{server.url}/hooks/canary-path?key=canary-query", secret=SECRET)


def go(delivery, clock):
    """One claim and one try, as a worker does it."""
    assert sending.claim(clock(), limit=5) == [delivery.pk]
    sending.send(delivery.pk, clock)
    delivery.refresh_from_db()
    return delivery


def refusing(*_, **__):
    return Answer(is_delivered=False, text="Answered 500.")


class TestClaims:
    def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(self, ada, clock):
        delivery = a_delivery(make_channel(ada))
        assert sending.claim(clock(), limit=5) == [delivery.pk]
        assert sending.claim(clock(), limit=5) == []
        clock.go_on(seconds=sending.LEASE.total_seconds())
        assert sending.claim(clock(), limit=5) == [delivery.pk]

    def test_what_is_still_being_sent_is_held(self, ada, clock):
        delivery = a_delivery(make_channel(ada))
        sending.claim(clock(), limit=5)
        clock.go_on(seconds=50)
        sending.renew(clock(), [delivery.pk])
        clock.go_on(seconds=50)
        assert sending.claim(clock(), limit=5) == []

    def test_what_is_due_later_waits(self, ada, clock):
        a_delivery(make_channel(ada), next_try_at=NOW + timedelta(seconds=1))
        assert sending.claim(clock(), limit=5) == []

    def test_a_worker_that_is_told_to_stop_lets_go(self, ada, clock):
        delivery = a_delivery(make_channel(ada))
        sending.claim(clock(), limit=5)
        sending.send(delivery.pk, clock, lambda: True)
        assert sending.claim(clock(), limit=5) == [delivery.pk]


class TestRetries:
    def test_pauses_grow_from_a_minute_to_six_hours_and_end_after_eight_tries(self, ada, clock, monkeypatch):
        monkeypatch.setattr(posting, "webhook", refusing)
        delivery, pauses = a_delivery(make_channel(ada), event=NoticeEvent.TESTED), []
        while go(delivery, clock).state == DeliveryState.WAITING:
            pauses.append(delivery.next_try_at - clock())
            clock.now = delivery.next_try_at
        assert [pause.total_seconds() / 60 for pause in pauses] == [1, 5, 15, 60, 120, 240, 360]
        assert (delivery.state, delivery.n_tries, delivery.answer) == ("given up", 8, "Answered 500.")
        assert sending.claim(clock() + timedelta(days=9), limit=5) == []

    def test_one_whose_worker_ends_each_time_is_not_tried_for_ever(self, ada, clock, monkeypatch):
        def kill(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(posting, "webhook", kill)
        delivery = a_delivery(make_channel(ada), event=NoticeEvent.TESTED)
        for _ in range(sending.MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                go(delivery, clock)
            clock.go_on(seconds=sending.LEASE.total_seconds())
        assert go(delivery, clock).state == DeliveryState.GIVEN_UP
        assert "its worker ended each time" in delivery.answer

    def test_what_was_given_up_is_sent_again_under_its_own_number(self, ada, server, hook, clock):
        delivery = a_delivery(hook, event=NoticeEvent.TESTED, state=DeliveryState.GIVEN_UP, n_tries=8)
        assert sending.claim(clock(), limit=5) == []
        channels.send_again(ada, delivery, now=clock())
        assert go(delivery, clock).state == DeliveryState.DELIVERED
        assert (delivery.n_tries, server.requests[0].headers["quayside-delivery"]) == (1, str(delivery.pk))

    def test_what_waits_is_not_sent_again(self, ada, hook):
        with pytest.raises(channels.CannotChange, match="waits"):
            channels.send_again(ada, a_delivery(hook), now=NOW)


class TestWebhooks:
    def test_a_body_is_signed_as_anybody_can_verify(self, server, hook, clock):
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("delivered", "Answered 200.")
        [asked] = server.requests
        assert (asked.method, asked.target) == ("POST", "/hooks/canary-path?key=canary-query")
        assert asked.headers["content-type"] == "application/json"
        assert asked.headers["quayside-event"] == "tested"
        stamp, given = (part.partition("=")[2] for part in asked.headers["quayside-signature"].split(","))
        assert int(stamp) == int(NOW.timestamp())
        assert given == hmac.digest(SECRET.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256).hex()
        assert json.loads(asked.body) == {**delivery.body, "delivery": delivery.pk}

    @pytest.mark.parametrize(
        ("status", "answer"),
        [
            (b"500 Broken", "Answered 500."),
            (b"404 Not Found", "Answered 404."),
            (
                b"307 Temporary Redirect\r\nLocation: http://169.254.169.254/",
                "Answered 307: redirects are not followed.",
            ),
        ],
    )
    def test_what_is_no_success_is_tried_again_and_never_followed(self, server, hook, clock, status, answer):
        server.answer(lambda peer, _: peer.send(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"))
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("waiting", answer)
        assert len(server.requests) == 1

    def test_one_that_is_gone_pauses_its_channel_and_what_waits_for_it_is_given_up(self, server, hook, clock):
        server.answer(reply(b"", status=410))
        other = a_delivery(hook, event=NoticeEvent.TESTED, next_try_at=NOW + timedelta(hours=1))
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        other.refresh_from_db()
        assert (delivery.state, delivery.answer) == ("given up", "Answered 410: it wants no more.")
        assert (other.state, other.answer) == ("given up", sending.PAUSED)
        assert Channel.objects.get().is_paused

    def test_a_slow_one_is_left_after_its_time(self, server, hook, clock, monkeypatch):
        monkeypatch.setattr(posting, "SECONDS", 0.3)
        server.answer(lambda peer, _: peer.hang())
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("waiting", "It did not answer within 10 seconds.")

    def test_of_a_huge_answer_nothing_is_read(self, server, hook, clock):
        sent = []

        def flood(peer, _):
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            for _ in range(1000):
                peer.send(b"x" * 1_000_000)
                sent.append(1)

        server.answer(flood)
        assert go(a_delivery(hook, event=NoticeEvent.TESTED), clock).state == DeliveryState.DELIVERED
        server.stop()
        assert len(sent) < 50

    def test_nothing_listens(self, server, hook, clock):
        server.refuse()
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("waiting", "Nothing listens there.")

    def test_a_private_address_is_not_asked(self, server, hook, clock, settings):
        settings.NOTICE_NETWORKS, settings.ALLOWED_NETWORKS = [], ["127.0.0.0/8"]
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert delivery.answer == (
            "Its address is in a network where this dashboard may not go. "
            "An administrator of the server can allow it: NOTICE_NETWORKS."
        )
        assert server.connections == 0

    def test_an_address_that_no_key_opens_is_given_up(self, ada, hook, clock, settings):
        settings.TOKEN_KEYS = ["YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9ubHkhISEhISE="]
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("given up", sending.UNREADABLE)

    def test_its_secrets_are_in_no_log_no_row_and_no_text(self, server, hook, clock, caplog):
        caplog.set_level(logging.DEBUG)
        server.answer(reply(b"canary-path canary-query " + SECRET.encode(), status=500))
        delivery = go(a_delivery(hook, event=NoticeEvent.TESTED), clock)
        server.refuse()
        clock.now = delivery.next_try_at
        go(delivery, clock)
        seen = caplog.text + json.dumps([str(record.__dict__) for record in caplog.records])
        seen += repr([vars(hook), vars(delivery), channels.shown_address(hook)])
        assert "canary" not in seen
        assert "notice not sent" in seen


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "hooks.example/x",
            "ftp://hooks.example/",
            "https://ada:secret@hooks.example/",
            "https://hooks.example/a b",
            "https://hooks.example\\@evil.example/",
            "https://hooks.example/\n",
            "https://höoks.example/",
            "http://hooks.example/",
            "https://hooks.example/" + "x" * 2_000,
        ],
    )
    def test_what_cannot_be_used_is_refused_without_repeating_it(self, address):
        with pytest.raises(ValueError, match="address") as refused:
            posting.check_address(address)
        assert "hooks.example" not in str(refused.value)

    def test_path_query_and_final_slash_stay_as_they_are(self):
        address = "https://Hooks.Example:443/services/T0/B0/aB3/?wait=true&x=%2F"
        assert posting.check_address(address) == "https://hooks.example/services/T0/B0/aB3/?wait=true&x=%2F"

    def test_without_tls_only_where_networks_are_named_for_it(self, settings):
        settings.NOTICE_NETWORKS = ["10.0.0.0/8"]
        assert posting.check_address("http://10.1.2.3/x") == "http://10.1.2.3/x"
        for outside in ("http://8.8.8.8/x", "http://192.168.1.1/x", "https://192.168.1.1/x", "http://[::1]/x"):
            with pytest.raises(ValueError, match="may not go"):
                posting.check_address(outside)

    def test_where_sources_may_be_webhooks_may_not(self, settings):
        settings.ALLOWED_NETWORKS = ["10.0.0.0/8"]
        for address, why in (
            ("http://10.1.2.3/x", "https://.*NOTICE_NETWORKS"),
            ("https://10.1.2.3/x", "may not go.*NOTICE_NETWORKS"),
        ):
            with pytest.raises(ValueError, match=why):
                posting.check_address(address)


class TestRights:
    def notice(self, person, channel, **fields):
        run = make_running(name="nightly", **fields)
        watch(person, channel, run=run)
        end(run)
        sweep()
        return run, Delivery.objects.get()

    def test_a_notice_of_a_run_that_may_no_longer_be_seen_is_not_sent(self, ada, server, hook, clock):
        run, delivery = self.notice(ada, hook)
        run.source.groups.add(Group.objects.create(name="genomics"))
        assert go(delivery, clock).answer == sending.NOT_SEEN
        assert (delivery.state, server.requests) == ("given up", [])

    def test_nor_is_one_whose_watch_was_stopped(self, ada, server, hook, clock):
        _, delivery = self.notice(ada, hook)
        delivery.watch.delete()
        assert "watch was stopped" in go(delivery, clock).answer
        assert server.requests == []

    def test_nor_one_of_an_account_that_was_closed(self, ada, server, hook, clock):
        _, delivery = self.notice(ada, hook)
        ada.is_active = False
        ada.save()
        assert go(delivery, clock).answer == sending.NOT_USED
        assert server.requests == []

    def test_nor_one_by_a_teams_channel_whose_owner_became_a_viewer(self, ada, bob, server, hook, clock):
        hook.is_team = True
        hook.save()
        _, delivery = self.notice(bob, hook)
        ada.groups.set([factories.make_role(Role.VIEWER)])
        assert go(delivery, clock).answer == sending.NOT_USED
        assert server.requests == []

    def test_one_that_may_be_seen_is_sent(self, ada, server, hook, clock):
        _, delivery = self.notice(ada, hook)
        assert go(delivery, clock).state == "delivered"
        assert json.loads(server.requests[0].body)["run"]["name"] == "nightly"


class TestMail:
    @pytest.fixture(autouse=True)
    def _has_mail(self, settings):
        settings.HAS_MAIL, settings.BASE_URL = True, "https://runs.example.org"

    @pytest.fixture
    def channel(self, ada):
        return make_channel(ada, ChannelKind.EMAIL, address=ada.email, secret="")

    def test_it_goes_to_the_accounts_address_of_now(self, ada, channel, clock):
        ada.email = "ada@new.example"
        ada.save()
        go(a_delivery(channel, event=NoticeEvent.TESTED), clock)
        [message] = mail.outbox
        assert (message.to, message.subject) == (["ada@new.example"], "[Quayside] nightly completed")

    def test_a_second_try_has_the_same_message_id(self, ada, channel, clock):
        delivery = a_delivery(channel, event=NoticeEvent.TESTED)
        go(delivery, clock)
        channels.send_again(ada, delivery, now=clock())
        go(delivery, clock)
        first, second = (message.message()["Message-ID"] for message in mail.outbox)
        assert first == second == f"<delivery-{delivery.pk}.quayside@localhost>"

    def test_without_a_mail_server_it_says_so(self, channel, clock, settings):
        settings.HAS_MAIL = False
        delivery = go(a_delivery(channel, event=NoticeEvent.TESTED), clock)
        assert "EMAIL_URL" in delivery.answer
        assert mail.outbox == []

    def test_an_account_without_an_address_is_told_nothing(self, ada, channel, clock):
        ada.email = ""
        ada.save()
        delivery = go(a_delivery(channel, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("given up", "The account has no e-mail address.")

    def test_a_server_that_is_away_is_tried_again(self, channel, clock, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        delivery = go(a_delivery(channel, event=NoticeEvent.TESTED), clock)
        assert (delivery.state, delivery.answer) == ("waiting", "The mail server could not be reached.")

    def test_a_name_with_line_breaks_adds_no_header(self, ada, channel, clock):
        run = make_running(name="nightly\r\nBcc: eve@evil.example\r\n\r\nHello")
        watched = watch(ada, channel, run=run)
        end(run)
        sweep()
        go(Delivery.objects.get(), clock)
        [message] = mail.outbox
        sent = message.message()
        assert (sent["Bcc"], sent["Subject"].count("\n")) == (None, 0)
        assert "Bcc: eve@evil.example" in sent["Subject"]
        assert sent["List-Unsubscribe"].startswith("<https://runs.example.org/watches/stop/")
        assert f"https://runs.example.org/runs/{run.pk}/" in message.body
        html = message.alternatives[0][0]
        assert f'<a href="https://runs.example.org/runs/{run.pk}/">' in html
        assert watched.pk

    def test_a_name_is_escaped_in_html_and_plain_in_text(self, ada, channel, clock):
        run = make_running(name="<img src=x> & co")
        watch(ada, channel, run=run)
        end(run)
        sweep()
        go(Delivery.objects.get(), clock)
        [message] = mail.outbox
        assert "<img src=x> & co completed" in message.body
        assert "<img" not in message.alternatives[0][0]
        assert "&lt;img src=x&gt; &amp; co completed" in message.alternatives[0][0]


class TestSlack:
    def test_a_message_mentions_nobody_and_links_nowhere_else(self, ada, server, clock, settings):
        settings.BASE_URL = "https://runs.example.org"
        channel = make_channel(ada, ChannelKind.SLACK, address=f"{server.url}/services/T0/B0/x", secret="")
        run = make_running(name="<!channel> a|b & <https://evil.example|here>\nsecond line", dataset="<@U1>")
        watch(ada, channel, run=run)
        end(run)
        sweep()
        go(Delivery.objects.get(), clock)
        [asked] = server.requests
        assert "quayside-signature" not in asked.headers
        body = json.loads(asked.body)
        assert list(body) == ["text"]
        heading, *others = body["text"].split("\n")
        assert heading == (
            f"*<https://runs.example.org/runs/{run.pk}/|&lt;!channel&gt; a¦b &amp; "
            "&lt;https://evil.example¦here&gt; second line completed>*"
        )
        assert any("&lt;@U1&gt;" in line for line in others)
        assert "<" not in "".join(others)


def test_removing_a_channel_and_stopping_a_watch_take_the_lock_before_any_row(ada):
    """As whoever removes a source does: two who do so at once would otherwise wait for each other."""
    hook = make_channel(ada)
    stopped, _ = watch(ada, hook, dataset="core"), watch(ada, hook, dataset="other")
    for change in (lambda: watching.unwatch(ada, stopped.pk), lambda: channels.remove(ada, hook)):
        with CaptureQueriesContext(connection) as asked:
            change()
        written = [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "DELETE"))]
        assert "mirrorclock" in written[0]
        assert any("watch" in sql for sql in written[1:])
    assert AuditEntry.objects.filter(object_kind="channel", object_id=str(hook.pk)).exists()
