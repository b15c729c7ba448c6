"""The pages that a share link shows: by scope, read only, and nothing else."""

import logging
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import Run, ShareLink, Source
from dashboard.services import sharing, team
from dashboard.views.shares import public
from tests.factories import make_person, make_role, make_run, make_trial
from tests.fixtures.clocks import clock

__all__ = ["clock"]

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r'(?:href|src|action|hx-get|hx-post)="([^"]*)"')
SUMMARY, TRIALS, ARTIFACTS = ShareScope


def below(run, *, scope=ARTIFACTS):
    """The addresses of the application that concern one run, by name, as far as they can be built for it."""
    trial = run.trials.order_by("pk").first()
    known = {
        "run_id": run.pk, "trial_id": trial.pk, "path": "result.json", "kind": "csv", "verb": "cancel",
        "result_id": 0, "task_id": trial.task_id, "source_id": run.source_id, "list_name": "trials", "report_id": 1,
        "name": "html_report", "ticket": "t", "token": "t", "rest": "runs/", "pipeline_id": 1, "template_id": 1,
        "test_id": 1, "group_id": 1, "link_id": 1,
    }  # fmt: skip
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            needs = pattern.pattern.converters
            yield pattern.name, reverse(pattern.name, kwargs={key: known.get(key, 1) for key in needs})[1:]


OF_SUMMARY = {"run-detail"}
OF_TRIALS = OF_SUMMARY | {"run-trials", "run-grid", "run-failures", "trial-detail"}
OF_ARTIFACTS = OF_TRIALS | {
    "run-log", "run-files", "run-search", "run-file", "run-download", "run-inline", "run-result",
    "trial-trajectory", "trial-diff", "trial-logs", "trial-results", "trial-files", "trial-file", "trial-download",
    "trial-inline",
}  # fmt: skip
"""Written out once more: a page that is opened to guests by mistake is not to be expected for that alone."""


@pytest.mark.parametrize(("scope", "opened"), [(SUMMARY, OF_SUMMARY), (TRIALS, OF_TRIALS), (ARTIFACTS, OF_ARTIFACTS)])
def test_of_all_addresses_only_those_of_the_scope_are_open(share, run, scope, opened):
    link = share(run, scope)
    found = {name: link.get(address).status_code for name, address in below(run) if address}
    assert {name for name, status in found.items() if status != 404} == opened - {"run-result"}
    assert {status for name, status in found.items() if name in opened} <= {200, 404, 415}


@pytest.mark.parametrize("scope", list(ShareScope))
def test_every_address_in_its_pages_is_its_own_and_open(share, run, scope):
    link = share(run, scope)
    seen, todo = set(), [link.place]
    while todo and len(seen) < 60:
        address = todo.pop()
        seen.add(address)
        response = link.browser.get(address)
        assert response.status_code == 200, address
        response.close()
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            continue
        found = {each.replace("&amp;", "&").partition("#")[0] for each in ADDRESS.findall(response.content.decode())}
        for each in found - {""}:
            assert each.startswith((link.place, "/static/")), each
            assert "/-/" not in each
        pages = {each for each in found if each.startswith(link.place) and "?" not in each and "/inline/" not in each}
        todo += sorted(pages - seen - set(todo))
    assert seen >= {link.place}


@pytest.mark.parametrize("scope", list(ShareScope))
def test_its_pages_name_no_owner_no_address_of_a_source_and_no_command(share, run, scope):
    Run.objects.filter(pk=run.pk).update(created_by="grace@example.com")
    link, trial = share(run, scope), run.trials.first()
    addresses = ["", f"runs/{run.pk}/trials/", f"runs/{run.pk}/trials/{trial.pk}/", f"runs/{run.pk}/files/"]
    for each in addresses:
        shown = link.get(each).content.decode()
        for word in ("grace@example.com", run.source.address, "From the command line", "ada", "csrf"):
            assert word not in shown.replace("x-csrftoken", ""), word


def test_the_page_says_what_it_is_from_when_and_until_when(share, run):
    link = share(run, TRIALS)
    shown = link.page()
    assert "Shared by link from Quayside at testserver" in shown
    assert "with trials" in shown
    assert f"expires on {link.link.expires_at:%Y-%m-%d %H:%M:%S} UTC" in shown
    assert "A snapshot from" in shown


def test_the_page_calls_the_team_as_its_administrator_does(share, run):
    settings = team.current()
    settings.name = "Model quality <b>"
    settings.save()
    assert "Shared by link from Model quality &lt;b&gt;<" in share(run, SUMMARY).page()


def test_a_preview_of_the_link_has_a_title_and_words(share, run):
    shown = share(run, SUMMARY).page()
    assert '<meta property="og:title" content="oracle-local">' in shown
    assert 'content="Run completed: 6 of 10 trials passed."' in shown
    assert '<meta name="robots" content="noindex, nofollow">' in shown
    assert "og:image" not in shown


def test_headers_keep_it_from_search_caches_and_other_sites(share, run):
    link = share(run)
    trial = run.trials.first()
    for rest in ("", f"runs/{run.pk}/trials/{trial.pk}/download/result.json", "nothing/"):
        response = link.get(rest)
        assert response["X-Robots-Tag"].startswith("noindex")
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"
        assert not response.cookies


def test_no_session_is_read_for_a_guest(share, run, django_assert_max_num_queries):
    link = share(run, SUMMARY)
    with django_assert_max_num_queries(40) as asked:
        link.page()
    assert not [query["sql"] for query in asked.captured_queries if "django_session" in query["sql"]]


def test_whoever_is_signed_in_and_may_see_it_is_led_to_the_same_place(share, run, client):
    link, trial = share(run, ARTIFACTS), run.trials.first()
    places = {
        "": f"/runs/{run.pk}/",
        f"runs/{run.pk}/trials/?q=outcome:failed&sort=-cost": f"/runs/{run.pk}/trials/?q=outcome:failed&sort=-cost",
        f"runs/{run.pk}/trials/{trial.pk}/logs/?line=3-4": f"/runs/{run.pk}/trials/{trial.pk}/logs/?line=3-4",
    }
    for rest, place in places.items():
        response = client.get(link.place + rest)
        assert (response.status_code, response["Location"]) == (302, place)


def test_others_who_are_signed_in_see_the_public_page(share, run):
    link, browser = share(run, SUMMARY), Client()
    browser.force_login(make_person("zoe", role=None))
    response = browser.get(link.place)
    assert response.status_code == 200
    assert "Shared by link" in response.content.decode()
    assert "zoe" not in response.content.decode()


@pytest.mark.parametrize("rest", ["/evil.example/", "//evil.example/", "\\evil.example/", "https://evil.example/"])
def test_nobody_is_led_elsewhere(share, run, client, rest):
    assert client.get(share(run).place + rest).status_code == 404


def test_expired_and_revoked_are_gone_and_unknown_is_not_there_in_the_same_words(share, run, person):
    expired, revoked, live = share(run), share(run), share(run, SUMMARY)
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=timezone.now())
    sharing.revoke(person, revoked.link, now=timezone.now())
    trials = f"runs/{run.pk}/trials/"
    answers = [
        (expired.get(), 410), (revoked.get(), 410), (expired.get(trials), 410), (revoked.get("nothing/"), 410),
        (Client().get(f"/s/{'a' * 43}/"), 404), (Client().get(f"/s/{'a' * 43}/{trials}"), 404),
        (Client().get("/s/short/"), 404), (live.get(trials), 404), (live.get("nothing/"), 404),
    ]  # fmt: skip
    assert [response.status_code for response, _ in answers] == [status for _, status in answers]
    assert len({response.content for response, _ in answers}) == 1
    assert "Nothing is shared here" in answers[0][0].content.decode()


def test_head_is_answered_as_get_is_without_a_body(share, run, person):
    live, dead = share(run), share(run)
    sharing.revoke(person, dead.link, now=timezone.now())
    for place, status in ((live.place, 200), (dead.place, 410), ("/s/unknown/", 404)):
        response = Client().head(place)
        assert (response.status_code, response.content) == (status, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_changed_by_a_link(share, run, method):
    link = share(run)
    for rest in ("", f"runs/{run.pk}/", f"runs/{run.pk}/delete/"):
        assert getattr(link.browser, method)(link.place + rest).status_code == 405


def test_a_form_without_its_token_is_refused_and_sets_no_cookie(share, run):
    response = Client(enforce_csrf_checks=True).post(share(run).place)
    assert response.status_code in {403, 405}
    assert not response.cookies


def test_other_runs_trials_and_files_are_not_there(share, run, mirrored):
    link = share(run)
    other = next(each for each in mirrored.values() if each != run and each.trials.exists())
    trial, own = other.trials.first(), run.trials.first()
    for rest in (
        f"runs/{other.pk}/", f"runs/{other.pk}/trials/", f"runs/{other.pk}/trials/{trial.pk}/",
        f"runs/{run.pk}/trials/{trial.pk}/", f"runs/{other.pk}/trials/{own.pk}/",
        f"runs/{run.pk}/trials/{trial.pk}/download/result.json", f"runs/{other.pk}/download/job.log",
        f"runs/{run.pk}/download/../../../etc/passwd", f"runs/{run.pk}/file/%2e%2e/%2e%2e/secret",
    ):  # fmt: skip
        assert link.get(rest).status_code == 404, rest


@pytest.mark.parametrize(
    "take", [
        lambda link: (setattr(link.creator, "is_active", False), link.creator.save()),
        lambda link: link.creator.groups.set([make_role(Role.VIEWER)]),
        lambda link: Source.objects.get(pk=link.run.source_id).groups.add(make_role("others")),
        lambda link: setattr(team.current(), "has_sharing", False),
    ][:3],
)  # fmt: skip
def test_it_dies_with_the_rights_of_its_creator(share, run, take):
    link = share(run)
    assert link.get().status_code == 200
    take(ShareLink.objects.get())
    assert link.get().status_code == 410
    assert link.get(f"runs/{run.pk}/trials/").status_code == 410


def test_it_dies_while_sharing_is_off(share, run):
    link, chosen = share(run), team.current()
    chosen.has_sharing = False
    chosen.save()
    assert link.get().status_code == 410


def test_a_run_that_is_deleted_takes_its_links_along(share):
    link = share(make_run())
    Run.objects.filter(pk=link.link.run_id).delete()
    assert link.get().status_code == 404


def test_openings_are_counted_but_not_polls_nor_what_is_not_shown(share, run):
    link = share(run, SUMMARY)
    link.get("nothing/")
    link.browser.head(link.place)
    link.get("?v=1", **{"HX-Request": "true"})
    assert ShareLink.objects.get().n_opened == 0
    link.get()
    link.get()
    assert ShareLink.objects.get().n_opened == 1


def test_the_token_is_in_no_log(share, run, caplog):
    link = share(run)
    trial = run.trials.first()
    with caplog.at_level(logging.DEBUG):
        link.get()
        link.get("nothing/")
        # Never closed: each holds a slot until none is left, which Django itself logs.
        held = [link.get(f"runs/{run.pk}/trials/{trial.pk}/download/result.json") for _ in range(9)]
        assert held[-1].status_code == 503
        ShareLink.objects.all().delete()
        link.get()
    assert "Service Unavailable: /s/***/" in caplog.text
    assert link.token not in caplog.text


def test_the_token_is_in_no_page_of_an_error(share, run):
    link = share(run, SUMMARY)
    assert link.token not in link.get("nothing/").content.decode()
    trial = make_trial(run, external_id="not-there")
    files = share(run)
    gone = files.get(f"runs/{run.pk}/trials/{trial.pk}/file/agent/none.txt")
    assert gone.status_code in {404, 503}
    assert run.source.address not in gone.content.decode()


def test_who_asks_too_often_waits(share, run, monkeypatch):
    monkeypatch.setattr(public, "MOST_ASKED", 3)
    link = share(run, SUMMARY)
    answers = [link.get().status_code for _ in range(5)]
    assert answers[:3] == [200, 200, 200]
    response = link.get()
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "Too many requests" in response.content.decode()
    assert share(run, SUMMARY).get().status_code == 200


def test_who_guesses_waits_soon(share, run, monkeypatch):
    monkeypatch.setattr(public, "MOST_MISSED", 3)
    link = share(run, SUMMARY)
    answers = [Client().get(f"/s/{'a' * 42}{number}/").status_code for number in range(5)]
    assert answers[:3] == [404, 404, 404]
    assert answers[-1] == 429
    assert Client().get(link.place, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_who_guesses_does_not_shut_out_good_links_on_the_same_network(share, run, monkeypatch):
    monkeypatch.setattr(public, "MOST_MISSED", 3)
    link = share(run, SUMMARY)
    answers = [Client().get(f"/s/{'a' * 42}{number}/").status_code for number in range(5)]
    assert (answers[-1], link.get().status_code) == (429, 200)


def test_for_very_many_guesses_nothing_is_looked_up(share, run, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(public, "MOST_LOOKED_UP", 3)
    link, guess = share(run, SUMMARY), f"/s/{'a' * 43}/"
    for _ in range(3):
        with django_assert_num_queries(1):
            Client().get(guess)
    with django_assert_num_queries(0):
        assert [Client().get(place).status_code for place in (guess, link.place)] == [429, 429]
    assert Client().get(link.place, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_an_open_page_that_is_withdrawn_is_loaded_anew(share, run, person):
    link = share(run, SUMMARY)
    sharing.revoke(person, link.link, now=timezone.now())
    response = link.get("?v=1", **{"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (410, "true")


@pytest.mark.parametrize("rest", ["", "runs/{run}/trials/{trial}/"])
def test_a_page_on_which_nothing_changes_any_more_asks_whether_its_link_still_holds(share, run, person, rest):
    link = share(run, TRIALS)
    shown = link.page(rest.format(run=run.pk, trial=run.trials.first().pk))
    asked = re.search(r'hx-get="/s/[^"/]+/(\?[^"]+)" hx-trigger="every 10s" hx-swap="none"', shown)[1]
    assert link.get(asked, **{"HX-Request": "true"}).status_code == 204
    sharing.revoke(person, link.link, now=timezone.now())
    response = link.get(asked, **{"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (410, "true")


def test_a_browser_that_follows_that_address_sees_the_page(share, run):
    assert "oracle-local" in share(run, SUMMARY).page("?still=1")


def test_a_poll_says_nothing_while_nothing_is_new_and_then_shows_it_with_the_links_own_addresses(share, run):
    link = share(run, TRIALS)
    version = re.search(r'data-version="([^"]+)"', link.page())[1]
    assert link.get(f"?v={version}", **{"HX-Request": "true"}).status_code == 204
    shown = link.get("?v=0", **{"HX-Request": "true", "Accept-Encoding": "gzip"})
    assert shown.status_code == 200
    if shown.get("Content-Encoding") != "gzip":
        assert link.place in shown.content.decode()
        assert "/-/" not in shown.content.decode()


def test_what_is_kept_for_guests_is_not_shown_to_members_nor_the_other_way_round(share, run, client):
    link = share(run)
    trials = f"runs/{run.pk}/trials/"
    for _ in range(2):
        for rest in ("", trials, f"runs/{run.pk}/grid/"):
            assert "/s/" not in client.get(f"/{rest}" if rest else f"/runs/{run.pk}/").content.decode()
            assert not re.search(r'(?:href|action|hx-get)="/(?!s/|static/)', link.page(rest))


def test_two_links_have_their_own_addresses(share, run):
    first, second = share(run, TRIALS), share(run, TRIALS)
    for link, other in ((first, second), (second, first)) * 2:
        shown = link.page(f"runs/{run.pk}/trials/")
        assert link.token in shown
        assert other.token not in shown


def test_trials_are_sorted_and_filtered_by_address(share, run):
    link = share(run, TRIALS)
    shown = link.page(f"runs/{run.pk}/trials/?q=outcome:failed&sort=-duration")
    assert shown.count('<tr id="trial-') == 2
    assert "Columns" not in shown
    assert "Export" not in shown


def test_cookies_of_sessions_that_are_none_open_nothing_more(share, run):
    link = share(run, SUMMARY)
    link.browser.cookies[settings.SESSION_COOKIE_NAME] = "forged"
    assert link.get().status_code == 200
    assert link.get("runs/").status_code == 404
