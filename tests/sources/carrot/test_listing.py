"""Listing runs by pages, over a real connection."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from json import dumps

import pytest

from dashboard.domain.errors import BadAnswer, Denied, ServerError, Throttled, Unreachable, Unsupported
from dashboard.domain.statuses import RunKind
from dashboard.sources.carrot import listing
from dashboard.sources.carrot.listing import NEVER
from dashboard.sources.carrot.source import CarrotSource
from tests.http.faulty_server import raw, reply
from tests.sources.carrot.fake import P, answer, empty, entity, none_found, plain, refuse, run, uid

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DAY = datetime(2023, 2, 16, tzinfo=UTC)
Q = uid("second")
RUNS = f"GET /pipelines/{P}/runs"
APP_DATA = "App data is not configured, to configure use App::data()"


@pytest.fixture
def page_of_two(monkeypatch):
    monkeypatch.setattr("dashboard.sources.carrot.client.RUNS_AT_ONCE", 2)
    monkeypatch.setattr(listing, "RUNS_AT_ONCE", 2)


@pytest.fixture
def five(carrot, page_of_two):
    """Five runs of a pipeline, one a day, and one of another pipeline."""
    carrot.lists["pipelines"].append(entity("pipeline_id", "second"))
    carrot.runs = {P: [daily(number) for number in (5, 4, 3, 2, 1)], Q: [daily(6)]}


def daily(number, **fields):
    return run(uid(number), created_at=f"2023-02-{number:02}T00:00:00", **fields)


def ids(page):
    return [reading.run.external_id for reading in page.readings]


def uids(*numbers):
    return [uid(number) for number in numbers]


def pages_asked(carrot):
    return [target for target in carrot.asked if "/runs" in target]


def test_every_pipeline_is_paged_through_newest_first(carrot, source, five):
    pages = list(source.list_pages())
    assert [(page.parent, ids(page)) for page in pages] == [
        (P, uids(5, 4)),
        (P, uids(3, 2)),
        (P, uids(1)),
        (Q, uids(6)),
    ]
    assert [(page.done, page.total) for page in pages] == [(0, 2), (0, 2), (1, 2), (2, 2)]
    sort = "sort=desc%28created_at%29%2Cdesc%28run_id%29&limit=2"
    assert carrot.asked == [
        "GET /pipelines?sort=asc%28created_at%29%2Casc%28pipeline_id%29",
        *[f"GET /pipelines/{P}/runs?{sort}&offset={offset}" for offset in (0, 2, 4)],
        f"GET /pipelines/{Q}/runs?{sort}&offset=0",
    ]


def test_pages_hold_two_hundred_runs(carrot, source):
    list(source.list_pages())
    assert pages_asked(carrot) == [f"{RUNS}?sort=desc%28created_at%29%2Cdesc%28run_id%29&limit=200&offset=0"]


def test_nothing_is_asked_before_it_is_wanted(carrot, source, five):
    pages = source.list_pages()
    assert carrot.asked == []
    next(pages)
    assert len(pages_asked(carrot)) == 1


def test_a_page_speaks_for_the_time_between_its_own_runs(source, five):
    spans = [(page.since, page.until) for page in source.list_pages()]
    days = {number: datetime(2023, 2, number, tzinfo=UTC) for number in range(1, 6)}
    assert spans == [(days[4], None), (days[2], days[3]), (None, days[1]), (None, None)]


def test_a_listing_goes_on_behind_a_place_and_asks_nothing_twice(carrot, source, five):
    pages = list(source.list_pages())
    for number, page in enumerate(pages):
        before = len(pages_asked(carrot))
        assert list(source.list_pages(place=page.place)) == pages[number + 1 :]
        assert len(pages_asked(carrot)) - before == len(pages) - number - 1


@pytest.mark.parametrize("place", [None, {"pipeline": uid("gone"), "offset": 2}, "x", [], {}, 7])
def test_a_place_that_is_none_any_more_is_the_beginning(source, five, place):
    assert len(list(source.list_pages(place=place))) == 4


@pytest.mark.parametrize("offset", ["2", -1, None, 1.5])
def test_a_place_without_an_offset_is_behind_its_pipeline(source, five, offset):
    assert [page.parent for page in source.list_pages(place={"pipeline": P, "offset": offset})] == [Q]


def test_of_what_is_known_only_the_first_page_is_asked(carrot, source, five):
    asked = []

    def are_known(_, found):
        asked.append(sorted(found))
        return True

    pages = list(source.list_pages(are_known=are_known))
    assert [(page.parent, page.done) for page in pages] == [(P, 1), (Q, 2)]
    assert pages[0].since == datetime(2023, 2, 4, tzinfo=UTC)
    assert asked == [sorted(uids(5, 4)), uids(6)]
    assert len(pages_asked(carrot)) == 2


def test_pages_go_on_until_one_is_known(source, five):
    known = set(uids(3, 2, 1))
    pages = list(source.list_pages(are_known=lambda _, found: set(found) <= known))
    assert [ids(page) for page in pages] == [uids(5, 4), uids(3, 2), uids(6)]


def test_a_last_page_that_is_full_has_an_empty_one_behind_it_that_speaks_for_nothing(carrot, source, page_of_two):
    carrot.runs = {P: [daily(2), daily(1)]}
    full, none = source.list_pages()
    assert (ids(none), none.since, none.until, none.done) == ([], NEVER, None, 1)
    assert full.done == 0


def test_an_empty_list_is_no_error_and_says_that_nothing_is_there(carrot, source):
    carrot.runs = {}
    (page,) = source.list_pages()
    assert (page.readings, page.since, page.until, page.done, page.total) == ((), None, None, 1, 1)
    assert page.problems == ()


def test_without_pipelines_there_are_no_pages(carrot, source):
    carrot.lists["pipelines"] = []
    assert list(source.list_pages()) == []


def test_a_page_that_is_not_in_order_speaks_for_nothing(carrot, source):
    carrot.runs = {P: [daily(1), daily(2)]}
    (page,) = source.list_pages()
    assert (ids(page), page.since, page.until) == (uids(1, 2), NEVER, None)


def test_a_page_with_a_run_of_unknown_age_speaks_for_nothing(carrot, source):
    carrot.runs = {P: [daily(2), daily(1) | {"created_at": None}]}
    (page,) = source.list_pages()
    assert (len(page.readings), page.since) == (2, NEVER)


def test_a_full_page_of_nothing_usable_is_the_last_and_speaks_for_nothing(carrot, source, page_of_two):
    carrot.answers[RUNS] = answer([5, {}])
    (page,) = source.list_pages()
    assert (page.readings, page.since, page.done, len(page.problems)) == ((), NEVER, 1, 3)


@pytest.mark.parametrize("bad", [None, 5, "x", [], {}, run("no uuid"), {"run_id": 7}])
def test_an_entry_without_a_usable_id_is_a_problem_and_the_others_show(carrot, source, bad):
    carrot.answers[RUNS] = answer([run(), bad])
    (page,) = source.list_pages()
    assert len(page.readings) == 1
    assert [problem.where for problem in page.problems] == [f"/pipelines/{P}/runs 2"]


def test_a_pipeline_without_a_usable_id_is_a_problem_of_the_first_page(carrot, source, five):
    carrot.lists["pipelines"][:0] = [{"pipeline_id": "../x"}, 5]
    pages = list(source.list_pages())
    assert [len(page.problems) for page in pages] == [2, 0, 0, 0]
    assert pages[0].total == 2


def test_a_run_twice_on_a_page_is_told_once(carrot, source):
    carrot.answers[RUNS] = answer([run(), run(name="Older")])
    (page,) = source.list_pages()
    assert [reading.run.name for reading in page.readings] == ["Sample 1_run_2023-02-16"]


def test_a_server_that_does_not_turn_pages_is_not_asked_for_ever(carrot, source, page_of_two):
    carrot.answers[RUNS] = answer([daily(2), daily(1)])
    pages = list(source.list_pages())
    assert len(pages) == 2
    assert (pages[1].since, pages[1].done) == (NEVER, 1)
    assert "do not come to an end" in pages[1].problems[0].what


def test_no_pipeline_has_runs_without_end(source, five, monkeypatch):
    monkeypatch.setattr(listing, "MOST_RUNS", 1)
    pages = list(source.list_pages())
    assert [ids(page) for page in pages] == [uids(5, 4), uids(3, 2), uids(6)]
    assert len(pages[1].problems) == 1


def test_without_custom_image_build_one_page_says_so_and_nothing_else_is_asked(carrot, source, five):
    carrot.answers[RUNS] = plain(500, APP_DATA)
    (page,) = source.list_pages()
    assert (page.readings, page.since, page.place, page.done, page.total) == ((), NEVER, None, 0, 2)
    assert (page.is_unread, page.is_last, set(page.without)) == (True, False, {"report_queries"})
    assert [problem.what for problem in page.problems] == [
        "This CARROT server lists no runs: its configuration lacks custom_image_build. Runs can still be opened by id."
    ]
    assert len(pages_asked(carrot)) == 1


def test_a_route_that_is_not_offered_is_an_error(carrot, source):
    carrot.answers[RUNS] = empty(405)
    with pytest.raises(Exception, match="does not offer") as raised:
        list(source.list_pages())
    assert raised.value.code == "unsupported"


@pytest.mark.parametrize(
    "wrong", [empty(404), answer({"detail": "Not Found"}, 404), reply(b"<html>", status=404), none_found("software")]
)
@pytest.mark.parametrize("route", ["GET /pipelines", RUNS])
def test_a_404_that_is_not_the_documented_one_is_no_empty_list(carrot, source, route, wrong):
    carrot.answers[route] = wrong
    with pytest.raises(BadAnswer) as raised:
        list(source.list_pages())
    assert raised.value.code == "no_api"
    assert raised.value.hint == "Is the address right?"


@pytest.mark.parametrize(
    ("handler", "kind"),
    [(raw(b""), Unreachable), (empty(429), Throttled), (empty(401), Denied), (empty(405), Unsupported)],
)
def test_a_failure_of_the_whole_server_is_an_error_and_the_pages_before_it_count(carrot, source, five, handler, kind):
    carrot.answers[f"GET /pipelines/{Q}/runs"] = handler
    pages = source.list_pages()
    assert [next(pages).parent for _ in range(3)] == [P, P, P]
    with pytest.raises(kind):
        next(pages)


OF_ONE_PIPELINE = [
    (plain(500, "Internal"), ServerError),
    (refuse(500, "Server error"), ServerError),
    (refuse(403, "Forbidden"), Denied),
    (answer({"runs": []}), BadAnswer),
    (reply(b"<html>login", content_type="text/html"), BadAnswer),
]


@pytest.mark.parametrize(("handler", "kind"), OF_ONE_PIPELINE)
def test_a_pipeline_that_errs_says_so_and_holds_up_no_other(carrot, source, five, handler, kind):
    carrot.answers[RUNS] = handler
    unread, other = source.list_pages()
    assert (unread.parent, unread.readings, unread.since) == (P, (), NEVER)
    assert unread.place == {"pipeline": P, "offset": None}
    assert (unread.is_unread, unread.is_last, unread.done) == (True, True, 1)
    assert [problem.where for problem in unread.problems] == [f"/pipelines/{P}/runs"]
    assert (other.parent, ids(other), other.is_unread, other.done) == (Q, uids(6), False, 2)


@pytest.mark.parametrize(("handler", "kind"), OF_ONE_PIPELINE)
def test_where_every_pipeline_errs_the_server_does(carrot, source, five, handler, kind):
    carrot.answers |= {RUNS: handler, f"GET /pipelines/{Q}/runs": handler}
    with pytest.raises(kind):
        list(source.list_pages())


def test_a_pipeline_that_errs_behind_its_first_page_is_left_there(carrot, source, five):
    def second_fails(peer, request):
        handler = answer(carrot.runs[P][:2]) if "offset=0" in request.target else plain(500, "Internal")
        handler(peer, request)

    carrot.lists["pipelines"].pop()
    carrot.answers[RUNS] = second_fails
    first, unread = source.list_pages()
    assert (ids(first), first.is_last, unread.is_unread, unread.done) == (uids(5, 4), False, True, 1)


def test_a_listing_that_goes_on_at_a_pipeline_that_errs_comes_to_its_end(carrot, source, five):
    carrot.answers[f"GET /pipelines/{Q}/runs"] = plain(500, "Internal")
    (page,) = source.list_pages(place={"pipeline": P, "offset": None})
    assert (page.parent, page.is_unread, page.done) == (Q, True, 2)


def test_a_clock_that_is_wrong_is_told_on_the_first_page(carrot, source, five):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    items = carrot.lists["pipelines"]
    body = dumps(items).encode()
    carrot.answers["GET /pipelines"] = reply(body, headers={"Date": date})
    pages = list(source.list_pages())
    assert [problem.where for problem in pages[0].problems] == ["clock"]
    assert pages[1].problems == ()


def test_an_address_may_end_in_the_base_path_of_the_api(carrot, configure):
    source = CarrotSource(configure(address=f"{carrot.url}/api/v1/"))
    (page,) = source.list_pages()
    assert page.readings[0].run.kind is RunKind.TEST


def test_nothing_is_sent_of_a_token_or_tenant_that_is_not_there(carrot, source, configure):
    list(source.list_pages())
    assert "authorization" not in carrot.requests[0].headers
    list(CarrotSource(configure(token="canary-token")).list_pages())
    assert carrot.requests[-1].headers["authorization"] == "Bearer canary-token"


def test_an_address_of_no_use_is_unreachable(configure):
    with pytest.raises(Unreachable) as raised:
        list(CarrotSource(configure(address="ftp://x")).list_pages())
    assert raised.value.code == "config"
