"""The lists of runs and trials: box, chips, facets, sorting, pages; everything is in the address."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, Trial
from dashboard.tables.runs import RunTable
from dashboard.tables.trials import TrialTable
from tests import factories
from tests.pages import classed, parsed, resolved, row_ids, text_of

pytestmark = pytest.mark.django_db


def query_of(href):
    return {key: values[0] for key, values in parse_qs(urlsplit(href).query).items()}


class TestFacets:
    @pytest.fixture(autouse=True)
    def _runs(self):
        factories.make_source("Jobs")
        factories.make_run(status=RunStatus.COMPLETED, agents=[("codex", "", "")])
        factories.make_run(status=RunStatus.COMPLETED, agents=[("claude code", "", "")])
        factories.make_run(status=RunStatus.FAILED, agents=[("codex", "", "")])

    def facet(self, client, title, **params):
        for facet in classed(parsed(client.get("/runs/", params)), "facet", "details"):
            if text_of(facet.find("summary")).startswith(title):
                return {
                    link.find("span").get("title"): (
                        int(text_of(classed(link, "facet-count")[0])),
                        bool(link.get("aria-current")),
                        query_of(link.get("href")).get("q", ""),
                    )
                    for link in classed(facet, "facet-item", "a")
                }
        return None

    def test_each_value_has_its_count_and_a_link_that_asks_for_it(self, client):
        assert self.facet(client, "Status") == {
            "completed": (2, False, "status:completed"),
            "failed": (1, False, "status:failed"),
        }
        assert self.facet(client, "Agent")["claude code"] == (1, False, 'agent:"claude code"')

    def test_a_second_value_is_added_and_the_first_taken_away(self, client):
        assert self.facet(client, "Status", q="status:failed") == {
            "completed": (2, False, "status:completed,failed"),
            "failed": (1, True, ""),
        }

    def test_other_filters_stay_and_are_counted_with(self, client):
        assert self.facet(client, "Status", q="agent:codex", sort="name", page="3") == {
            "completed": (1, False, "agent:codex status:completed"),
            "failed": (1, False, "agent:codex status:failed"),
        }

    def test_a_value_typed_in_another_case_is_the_same_value(self, client):
        assert self.facet(client, "Agent", q="agent:CODEX")["codex"] == (2, True, "")

    def test_a_negated_value_is_replaced_when_it_is_asked_for(self, client):
        assert self.facet(client, "Status", q="-status:failed")["failed"] == (1, False, "status:failed")

    def test_a_field_with_one_value_is_no_facet_unless_it_filters(self, client):
        assert self.facet(client, "Source") is None
        assert self.facet(client, "Source", q="source:Jobs") == {"Jobs": (3, True, "")}

    def test_whether_they_are_open_is_remembered_on_this_device(self, client):
        assert classed(parsed(client.get("/runs/")), "facets", "details")[0].get("open") is not None
        client.cookies["facets"] = "0"
        assert classed(parsed(client.get("/runs/")), "facets", "details")[0].get("open") is None


class TestBox:
    def test_each_filter_is_a_chip_whose_link_takes_it_away(self, client):
        factories.make_run(name="nightly")
        page = parsed(client.get("/runs/", {"q": "status:failed -agent:codex some words", "sort": "name"}))
        chips = {
            text_of(classed(chip, "chip-text")[0]): query_of(chip.get("href")) for chip in classed(page, "chip", "a")
        }
        assert chips == {
            "status: failed": {"q": "-agent:codex some words", "sort": "name"},
            "not agent: codex": {"q": "status:failed some words", "sort": "name"},
            "“some”": {"q": "status:failed -agent:codex words", "sort": "name"},
            "“words”": {"q": "status:failed -agent:codex some", "sort": "name"},
        }

    @pytest.mark.parametrize(
        ("typed", "sentence", "suggested"),
        [
            ("statsu:failed", "Did you mean “status”?", "status:failed"),
            ("status:faild", "Did you mean “failed”?", "status:failed"),
            ("cost:abc name:x", "", "name:x"),
            ("nonsense:1", "I don't know “nonsense”", '"nonsense:1"'),
        ],
    )
    def test_what_is_not_understood_is_said_and_stays_in_the_box(self, client, typed, sentence, suggested):
        factories.make_run()
        page = parsed(client.get("/runs/", {"q": typed}))
        [problems] = [tag for tag in page.iter("div") if tag.get("id") == "query-problems"]
        assert sentence in text_of(problems)
        [box] = [tag for tag in page.iter("input") if tag.get("id") == "query"]
        assert box.get("value") == typed
        assert box.get("aria-describedby") == "query-problems"
        links = [query_of(link.get("href"))["q"] for link in problems.iter("a")]
        assert all(suggested in link for link in links)

    def test_a_suggestion_leads_to_a_query_without_problems(self, client):
        factories.make_run(status=RunStatus.FAILED)
        page = parsed(client.get("/runs/", {"q": "statsu:failed"}))
        [problems] = [tag for tag in page.iter("div") if tag.get("id") == "query-problems"]
        [link] = problems.iter("a")
        assert "query-problems" not in resolved(client.get(link.get("href")))

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("statsu:failed", "“statsu:failed” was left out: the list shows everything."),
            ("statsu:failed name:x", "“statsu:failed” was left out: the list shows everything else that matches."),
            ("outcome:failed", "“outcome” is a field of trials: open a run, or use “status:” here."),
            ("(task:a OR task:b)", "“(task:a”, “OR” and “task:b)” were left out: the list shows everything."),
            ("a:1 (b (c (d (e)", "“(b”, “(c”, “(d” and 1 more were left out: the list shows everything."),
        ],
    )
    def test_what_was_left_out_is_said(self, client, typed, sentence):
        page = parsed(client.get("/runs/", {"q": typed}))
        [problems] = [tag for tag in page.iter("div") if tag.get("id") == "query-problems"]
        assert sentence in text_of(problems)

    def test_a_combination_comes_once_with_what_to_write(self, client):
        page = parsed(client.get("/runs/", {"q": "(task:a OR task:b)"}))
        [problems] = [tag for tag in page.iter("div") if tag.get("id") == "query-problems"]
        [link] = problems.iter("a")
        assert query_of(link.get("href")) == {"q": "task:a,b"}

    def test_what_is_too_long_leaves_nothing_by_name(self, client):
        page = parsed(client.get("/runs/", {"q": "word " * 50}))
        [problems] = [tag for tag in page.iter("div") if tag.get("id") == "query-problems"]
        assert text_of(problems) == "Only the first 40 terms and words were read; the rest is left out."

    def test_the_exports_say_what_was_left_out(self, client):
        def label(**params):
            return text_of(classed(parsed(client.get("/runs/", params)), "menu-label", "p")[-1])

        factories.make_run()
        assert label(q="status:completed") == "1 run, as filtered"
        assert label(q="outcome:failed") == "1 run – without “outcome:failed”, which was left out"

    def test_nothing_comes_with_two_ways_on(self, client):
        def ways(**params):
            [empty] = classed(parsed(client.get("/runs/", params)), "empty", "div")
            return {text_of(link): query_of(link.get("href")) for link in empty.iter("a")}

        factories.make_run(name="nightly", agents=[("codex", "", "")])
        assert ways(q="agent:codx", sort="name") == {
            "Did you mean agent:codex?": {"q": "agent:codex", "sort": "name"},
            "Clear all filters": {"sort": "name"},
        }
        assert ways(q="name:night") == {
            "Did you mean name:nightly?": {"q": "name:nightly"},
            "Try name:night*": {"q": "name:night*"},
        }
        assert ways(q="nobody") == {"Clear all filters": {}}

    def test_it_offers_the_values_there_are(self, client):
        factories.make_run(agents=[("codex", "", "")])
        [box] = [tag for tag in parsed(client.get("/runs/")).iter("input") if tag.get("id") == "query"]
        assert '"agent": ["codex"]' in box.get("data-suggest")

    def test_filtering_keeps_order_columns_and_size_but_not_the_page(self, client):
        factories.make_runs(60)
        page = parsed(client.get("/runs/", {"sort": "name", "size": "25", "page": "2", "columns": "name,cost"}))
        [form] = [form for form in page.iter("form") if form.get("aria-label") == "Filter runs"]
        fields = {field.get("name"): field.get("value") for field in form.iter("input")}
        assert fields == {"q": "", "sort": "name", "size": "25", "columns": "name,cost"}


class TestSearch:
    UID = "5f0c2a9e-8a1d-4c57-9f2e-5a7d8e6b1c34"

    @pytest.fixture
    def run(self):
        return factories.make_run(name="nightly", external_id="nightly", uid=self.UID)

    @pytest.mark.parametrize("box", ["/search/", "/runs/"])
    def test_an_id_or_address_leads_to_its_page(self, client, run, box):
        uid = "0c2a9e5f-8a1d-4c57-9f2e-5a7d8e6b1c34"
        trial = factories.make_trial(run, uid=uid, external_id="fix__AAAA")
        run_page, trial_page = f"/runs/{run.pk}/", f"/runs/{run.pk}/trials/{trial.pk}/"
        pasted = {
            self.UID: run_page,
            f"  {self.UID.upper()} ": run_page,
            uid: trial_page,
            f"http://testserver{run_page}grid/": run_page,
            f"https://TestServer{trial_page}": trial_page,
            "/srv/jobs/nightly": run_page,
            "file:///srv/jobs/nightly/fix__AAAA/result.json": trial_page,
        }
        assert {text: client.get(box, {"q": text}).headers.get("Location") for text in pasted} == pasted

    def test_a_plain_name_filters_the_list_and_leads_from_the_search_box(self, client, run):
        assert row_ids(client.get("/runs/?q=nightly")) == [run.pk]
        assert client.get("/search/?q=nightly")["Location"] == f"/runs/{run.pk}/"

    def test_an_id_that_nothing_has_filters_as_text(self, client, run):
        response = client.get("/runs/?q=ffffffff-8a1d-4c57-9f2e-5a7d8e6b1c34")
        assert "Nothing matches" in resolved(response)

    def test_an_id_as_one_filter_among_others_filters(self, client, run):
        assert row_ids(client.get(f"/runs/?q=id:{self.UID}")) == [run.pk]
        assert row_ids(client.get(f"/runs/?q=status:completed+{self.UID}")) == [run.pk]

    def test_terms_go_on_to_the_list(self, client, run):
        assert client.get("/search/?q=status:failed+x")["Location"] == "/runs/?q=status%3Afailed+x"
        assert client.get("/search/?q=statsu:failed")["Location"] == "/runs/?q=statsu%3Afailed"
        assert client.get("/search/?q=+")["Location"] == "/runs/"
        assert client.get('/search/?q=""')["Location"] == "/runs/?q=%22%22"

    def test_a_poll_of_a_list_never_leads_away(self, client, run):
        response = client.get(f"/runs/?q={self.UID}&v=0", headers={"hx-request": "true"})
        assert response.status_code == 200


class TestSorting:
    def test_a_header_goes_through_its_orders_and_back(self, client):
        factories.make_runs(3)

        def header(**params):
            page = parsed(client.get("/runs/", params))
            [cell] = [cell for cell in page.iter("th") if text_of(cell) == params["of"]]
            return cell.get("aria-sort"), query_of(cell.find("a").get("href")).get("sort", "")

        assert header(of="Run") == (None, "name")
        assert header(of="Run", sort="name") == ("ascending", "-name")
        assert header(of="Run", sort="-name") == ("descending", "")
        assert header(of="Cost") == (None, "-cost")
        assert header(of="Cost", sort="-cost") == ("descending", "cost")
        assert header(of="Cost", sort="cost") == ("ascending", "")
        assert header(of="Started") == ("descending", "started")

    def test_sorting_goes_back_to_the_first_page_and_keeps_the_filter(self, client):
        factories.make_runs(60)
        page = parsed(client.get("/runs/", {"q": "status:completed", "page": "2"}))
        hrefs = [
            query_of(link.get("href"))
            for head in page.iter("th")
            for link in head.findall("a")
            if head.get("scope") == "col"
        ]
        assert hrefs
        assert all(query["q"] == "status:completed" and "page" not in query for query in hrefs)

    @pytest.mark.parametrize(
        "name", [name for name, column in RunTable.base_columns.items() if column.orderable is not False]
    )
    def test_every_column_of_runs_sorts_both_ways_with_unknown_values_last(self, client, name):
        factories.make_runs(4)
        factories.make_run(factories.make_source("Other", address="/b"), status=RunStatus.RUNNING)
        ids = set(Run.objects.values_list("pk", flat=True))
        rising, falling = (row_ids(client.get(f"/runs/?sort={sign}{name}&columns=name")) for sign in ("", "-"))
        assert set(rising) == set(falling) == ids
        [column] = RunTable(chosen=[name]).cells
        unknown = {run.pk for run in Run.objects.all() if column.value_of(run) is None}
        for found in (rising, falling):
            assert set(found[len(found) - len(unknown) :]) == unknown
        values = [column.value_of(Run.objects.get(pk=pk)) for pk in rising if pk not in unknown]
        assert values == sorted(values)

    @pytest.mark.parametrize("name", list(TrialTable.base_columns))
    def test_every_column_of_trials_sorts_both_ways(self, client, name):
        run = factories.make_run()
        factories.make_trials(run, 12)
        rising, falling = (
            row_ids(client.get(f"/runs/{run.pk}/trials/?sort={sign}{name}&columns=task"), "trial") for sign in ("", "-")
        )
        assert set(rising) == set(falling)
        [column] = TrialTable(chosen=[name]).cells
        values = [column.value_of(Trial.objects.get(pk=pk)) for pk in rising]
        known = [value for value in values if value is not None]
        assert values[: len(known)] == sorted(known)

    def test_equal_values_come_newest_first_on_every_page(self, client):
        runs = factories.make_runs(60)
        Run.objects.update(cost=1)
        newest = sorted((run.pk for run in runs), reverse=True)
        pages = [row_ids(client.get(f"/runs/?sort=cost&size=25&page={number}")) for number in (1, 2, 3)]
        assert [pk for page in pages for pk in page] == newest


class TestPaging:
    def test_pages_are_whole_and_name_what_they_show(self, client):
        factories.make_runs(60)
        page = client.get("/runs/?size=25&page=3")
        assert len(row_ids(page)) == 10
        assert "51–60 of 60" in resolved(page)

    @pytest.mark.parametrize(
        ("page", "n"), [("99", 10), ("0", 25), ("-3", 25), ("x", 25), ("", 25), ("9" * 400, 25), ("２", 25)]
    )
    def test_a_page_that_is_not_there_is_the_last_and_nonsense_the_first(self, client, page, n):
        factories.make_runs(60)
        assert len(row_ids(client.get("/runs/", {"size": 25, "page": page}))) == n

    def test_a_size_that_is_not_offered_is_the_usual_one(self, client):
        factories.make_runs(60)
        assert len(row_ids(client.get("/runs/?size=7"))) == 50
        assert len(row_ids(client.get("/runs/?size=100"))) == 60

    def test_links_of_the_pager_keep_the_rest_of_the_address(self, client):
        factories.make_runs(300)
        page = parsed(client.get("/runs/?size=25&page=5&sort=name&q=status:completed"))
        [pager] = classed(page, "pager", "nav")
        links = {
            link.get("aria-label"): query_of(link.get("href")) for link in pager.iter("a") if link.get("aria-label")
        }
        assert links["Previous page"]["page"] == "4"
        assert links["Next page"]["page"] == "6"
        assert "page" not in links["Page 1"]
        assert links["Page 12"] == {"size": "25", "sort": "name", "q": "status:completed", "page": "12"}
        assert [link.get("rel") for link in pager.iter("a") if link.get("rel")] == ["prev", "next"]

    def test_on_the_first_page_there_is_no_way_back(self, client):
        factories.make_runs(60)
        [pager] = classed(parsed(client.get("/runs/")), "pager", "nav")
        assert [link.get("rel") for link in pager.iter("a") if link.get("rel")] == ["next"]


@pytest.mark.parametrize("address", ["/runs/", "/tasks/", "/reports/"])
def test_what_no_list_understands_of_an_address_is_told(client, address):
    factories.make_trial(factories.make_run())
    text = text_of(parsed(client.get(f"{address}?frobnicate=1&sort=-bogus")))
    assert "There is no filter called “frobnicate”. It was left out." in text
    assert "There is no column “bogus” to sort by. It was left out." in text


@pytest.mark.parametrize(
    "query", ["q=&sort=-name&size=50&page=1&columns=name", "limit=5&offset=1", "run=1&all=1", "frobnicate="]
)
def test_of_what_lists_understand_nothing_is_told(client, query):
    factories.make_run()
    assert "There is no " not in text_of(parsed(client.get(f"/runs/?{query}")))


def test_a_field_of_the_box_is_told_to_belong_there(client):
    factories.make_run()
    text = text_of(parsed(client.get("/runs/?status=failed")))
    assert "There is no filter called “status”. Write “status:…” into the box." in text


def test_the_way_through_trials_is_that_of_the_list_one_came_from(client):
    run = factories.make_run()
    factories.make_trials(run, 40)
    listed = row_ids(client.get(f"/runs/{run.pk}/trials/?q=outcome:failed&sort=-cost"), "trial")
    page = parsed(client.get(f"/runs/{run.pk}/trials/{listed[1]}/?q=outcome:failed&sort=-cost"))
    links = {link.get("rel"): link.get("href") for link in page.iter("a") if link.get("rel") in {"prev", "next"}}
    tail = f"/?{urlencode({'q': 'outcome:failed', 'sort': '-cost'})}"
    assert links == {rel: f"/runs/{run.pk}/trials/{pk}{tail}" for rel, pk in (("prev", listed[0]), ("next", listed[2]))}
    assert "2 of 10" in text_of(page)


def test_rows_of_trials_carry_the_lists_filter_and_order_on(client):
    run = factories.make_run()
    trial = factories.make_trial(run, outcome="failed")
    page = parsed(client.get(f"/runs/{run.pk}/trials/", {"q": "outcome:failed", "sort": "-cost"}))
    link = next(link for link in page.iter("a") if link.get("data-row-link") is not None)
    assert urlsplit(link.get("href")).path == f"/runs/{run.pk}/trials/{trial.pk}/"
    assert query_of(link.get("href")) == {"q": "outcome:failed", "sort": "-cost"}


def test_trials_of_a_task_stand_in_the_order_of_their_attempts(client):
    run, task, before = factories.make_run(), factories.make_task("local/b"), factories.make_task("local/a")
    later = factories.make_trial(run, task, attempt=2)
    first = factories.make_trial(run, task, attempt=1)
    other = factories.make_trial(run, before, attempt=1)
    assert row_ids(client.get(f"/runs/{run.pk}/trials/"), "trial") == [other.pk, first.pk, later.pk]


def test_a_trial_that_its_list_does_not_hold_has_no_neighbours(client):
    run = factories.make_run()
    trials = factories.make_trials(run, 4)
    text = resolved(client.get(f"/runs/{run.pk}/trials/{trials[0].pk}/?q=outcome:failed"))
    assert 'rel="next"' not in text


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
queries = st.one_of(
    texts,
    st.lists(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(
                [
                    "status:",
                    "-agent:",
                    "cost:",
                    "after:",
                    "duration:",
                    "rate:",
                    "is:",
                    "task:",
                    "error:",
                    "id:",
                    "tokens:",
                    "outcome:",
                    "reward:",
                    "attempt:",
                    "",
                ]
            ),
            st.sampled_from(["", ">", "<=", "..", "*", '"', "1..", "-", "$"]),
            st.one_of(texts, st.integers().map(str), st.floats().map(str), st.datetimes().map(str)),
        ),
        max_size=4,
    ).map(" ".join),
)
addresses = st.fixed_dictionaries(
    {},
    optional={
        "q": queries,
        "sort": st.one_of(texts, st.sampled_from(["name", "-cost", "--rate", "outcomes", "-", "pk", "task", "source"])),
        "page": st.one_of(texts, st.integers().map(str)),
        "size": st.one_of(texts, st.sampled_from(["25", "200", "0", "-1"])),
        "columns": st.one_of(texts, st.sampled_from(["name", "cost,name,cost", ",,,", "nonsense"])),
        "v": st.one_of(texts, st.integers().map(str)),
        "shown": st.one_of(texts, st.lists(st.integers()).map(lambda ids: ",".join(map(str, ids)))),
        "opened": texts,
    },
)


@pytest.fixture
def run_of_six():
    run = factories.make_run()
    factories.make_trials(run, 6)
    return run


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(params=addresses, by_htmx=st.booleans())
def test_no_address_of_a_list_breaks_it(client, run_of_six, params, by_htmx):
    headers = {"hx-request": "true"} if by_htmx else {}
    # A savepoint: what breaks is told, and not only that everything after it does not work.
    with transaction.atomic():
        for path in ("/runs/", f"/runs/{run_of_six.pk}/trials/", "/tasks/", "/search/", f"/runs/{run_of_six.pk}/grid/"):
            response = client.get(path, params, headers=headers)
            assert response.status_code in {200, 204, 302}, path
            assert b"UNRESOLVED" not in response.content
        for path in ("/runs/export.csv", f"/runs/{run_of_six.pk}/trials/export.json"):
            assert b"".join(client.get(path, params).streaming_content)
