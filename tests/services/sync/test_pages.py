"""Runs of a source that lists them whole: which pages are asked for, and what becomes of them in the mirror."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.errors import BadAnswer, Denied, ServerError, Unreachable
from dashboard.domain.pipelines import PipelineRecord, PipelineTemplateRecord, PipelineTestRecord
from dashboard.domain.records import Problem, RunPage
from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Run, Source
from dashboard.services.reach import capabilities
from dashboard.services.sync import looks, mirror, new_runs, outcomes, pages, told
from tests.contract.memory_reports import MemoryTestSource
from tests.contract.records import END, one_catalogue, uuid_of
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

PIPELINE = uuid_of("pipeline")
MINUTE = timedelta(minutes=1)
LISTING = timedelta(seconds=30)
LIST_PAGES = MemoryTestSource.list_pages


@pytest.fixture
def world(tests_world):
    tests_world.page_size = 2
    return tests_world


@pytest.fixture
def look(world, look_at_tests):
    return look_at_tests


def names(**which):
    return set(Run.objects.filter(**which).values_list("external_id", flat=True))


def asked(world):
    """The offsets of the pages that were asked for since this was last asked."""
    offsets = [offset for _, offset in world.pages_asked]
    world.pages_asked.clear()
    return offsets


def run_of(external_id):
    return Run.objects.get(external_id=external_id)


class TestTheFirstListing:
    def test_it_asks_each_page_once_and_mirrors_every_run(self, world, look, put_runs, clock):
        ids = put_runs(5)
        source = look()
        assert (asked(world), names()) == ([0, 2, 4], set(ids))
        assert (source.listed_at, source.list_place, source.health) == (NOW, None, "healthy")
        assert source.next_sync_at == NOW + LISTING

    def test_one_that_fails_in_the_middle_goes_on_behind_the_last_page(self, world, look, put_runs):
        ids = put_runs(5)
        world.page_failures[PIPELINE, 2] = Unreachable("Gone away.")
        source = look()
        assert (source.health, source.listed_at) == ("failing", None)
        assert names() == set(ids[:2])
        assert source.list_place == {"pipeline": PIPELINE, "offset": 2}
        world.page_failures.clear()
        asked(world)
        source = look()
        assert (asked(world), names(), source.list_place) == ([2, 4], set(ids), None)

    def test_one_that_is_stopped_in_the_middle_goes_on_behind_the_last_page(self, world, look, put_runs):
        ids = put_runs(5)
        source = look(lambda: len(world.pages_asked) >= 2)
        assert (asked(world), source.listed_at, source.next_sync_at) == ([0, 2], None, NOW)
        assert (source.health, source.progress_total, source.progress_note) == ("new", 0, "")
        look()
        assert (asked(world), names()) == ([4], set(ids))

    def test_one_whose_worker_was_killed_goes_on_behind_the_last_page(self, world, look, put_runs, monkeypatch):
        put_runs(5)
        write, told = new_runs.write, []

        def die(*args, **kwargs):
            told.append(1)
            if len(told) == 2:
                raise KeyboardInterrupt
            return write(*args, **kwargs)

        monkeypatch.setattr(new_runs, "write", die)
        with pytest.raises(KeyboardInterrupt):
            look()
        assert asked(world) == [0, 2]
        look()
        assert (asked(world), Run.objects.count()) == ([2, 4], 5)

    def test_it_tells_how_far_it_has_come(self, world, look, put_runs, monkeypatch):
        world.catalogue = two_pipelines(world.catalogue)
        put_runs(3)
        world.put_test(uuid_of("other run"), test_id=uuid_of("other test"))
        told, show = [], outcomes.show_progress

        def note(source, done, total, words):
            show(source, done, total, words)
            found = Source.objects.get()
            told.append((found.progress_done, found.progress_total, found.progress_note, found.version))

        monkeypatch.setattr(outcomes, "show_progress", note)
        source = look()
        assert [each[:3] for each in told] == [
            (0, 2, "Pipeline 1 of 2 · 2 runs so far"),
            (1, 2, "Pipeline 2 of 2 · 3 runs so far"),
            (2, 2, "Pipeline 2 of 2 · 4 runs so far"),
        ]
        assert len({version for *_, version in told}) == 3
        assert (source.progress_done, source.progress_total, source.progress_note) == (0, 0, "")
        assert source.version > told[-1][3]

    def test_one_that_goes_on_counts_the_runs_that_are_there(self, world, look, put_runs, monkeypatch):
        put_runs(5)
        look(lambda: len(world.pages_asked) >= 1)
        told = []
        monkeypatch.setattr(outcomes, "show_progress", lambda _source, *progress: told.append(progress[-1]))
        look()
        assert told == ["Pipeline 1 of 1 · 4 runs so far", "Pipeline 1 of 1 · 5 runs so far"]

    def test_a_source_without_pipelines_is_listed_at_once(self, world, look):
        world.catalogue = one_catalogue(pipelines=(), templates=(), tests=())
        source = look()
        assert (source.health, source.listed_at, asked(world)) == ("healthy", NOW, [])


def two_pipelines(catalogue):
    pipeline, template, test = uuid_of("other pipeline"), uuid_of("other template"), uuid_of("other test")
    return replace(
        catalogue,
        pipelines=(*catalogue.pipelines, PipelineRecord(external_id=pipeline, name="Filtering")),
        templates=(
            *catalogue.templates, PipelineTemplateRecord(external_id=template, pipeline_id=pipeline, name="Fast"),
        ),
        tests=(*catalogue.tests, PipelineTestRecord(external_id=test, template_id=template, name="Sample 2")),
    )  # fmt: skip


class TestLaterListings:
    @pytest.fixture
    def ids(self, world, look, put_runs):
        """Five runs that are mirrored."""
        ids = put_runs(5)
        look()
        asked(world)
        return ids

    def test_they_ask_no_further_than_a_page_that_is_known(self, world, look, ids, clock):
        clock.go_on(minutes=1)
        assert look().listed_at == NOW
        assert asked(world) == [0]

    def test_they_go_on_while_pages_hold_new_runs(self, world, look, ids):
        new = [world.put_test(uuid_of(f"new {n}"), started_at=END + n * MINUTE) for n in range(3)]
        look()
        assert (asked(world), names()) == ([0, 2, 4], {*ids, *new})

    def test_a_page_without_news_writes_nothing_but_when_the_source_was_looked_at(self, world, look, ids, clock):
        before, version = list(Run.objects.order_by("pk").values()), MirrorClock.now()
        clock.go_on(seconds=30)
        source = look()
        changed = [row | {"reports_looked_at": None} for row in Run.objects.order_by("pk").values()]
        assert changed == [row | {"reports_looked_at": None} for row in before]
        assert (MirrorClock.now(), source.last_good_at) == (version, clock.now)

    def test_a_run_that_changed_is_written_alone(self, world, look, ids):
        versions = dict(Run.objects.values_list("external_id", "version"))
        world.change(ids[1], status=RunStatus.FAILED)
        look()
        changed = {
            name for name, version in Run.objects.values_list("external_id", "version") if versions[name] != version
        }
        assert (changed, run_of(ids[1]).status) == ({ids[1]}, "failed")

    def test_they_show_no_progress(self, look, ids, monkeypatch):
        monkeypatch.setattr(outcomes, "show_progress", None)
        assert look().health == "healthy"

    def test_everything_is_listed_again_a_day_later(self, world, look, ids, clock):
        clock.go_on(hours=23, minutes=59)
        look()
        assert asked(world) == [0]
        clock.go_on(minutes=1)
        world.change(ids[4], status=RunStatus.FAILED)
        assert look().listed_at == clock.now
        assert (asked(world), run_of(ids[4]).status) == ([0, 2, 4], "failed")

    @pytest.fixture
    def new(self, world, ids):
        """Five runs that are new: three pages, and a known one behind them."""
        return [world.put_test(uuid_of(f"new {n}"), started_at=END + n * MINUTE) for n in range(5)]

    def test_one_that_fails_in_the_middle_leaves_no_run_out(self, world, look, ids, new):
        world.page_failures[PIPELINE, 2] = Unreachable("Gone away.")
        assert look().health == "failing"
        world.page_failures.clear()
        look()
        assert names() == {*ids, *new}

    def test_one_that_is_stopped_in_the_middle_leaves_no_run_out(self, world, look, ids, new):
        look(lambda: len(world.pages_asked) >= 2)
        assert len(names()) == 9
        look()
        assert names() == {*ids, *new}

    def test_one_whose_worker_was_killed_leaves_no_run_out(self, world, look, ids, new, monkeypatch):
        """Right behind the writing of a page: whatever is remembered, it is before that."""

        def write_and_die(*args, **kwargs):
            mirrored(*args, **kwargs)
            raise KeyboardInterrupt

        mirrored = pages._mirror
        monkeypatch.setattr(pages, "_mirror", write_and_die)
        with pytest.raises(KeyboardInterrupt):
            look()
        assert len(names()) == 7
        monkeypatch.setattr(pages, "_mirror", mirrored)
        look()
        assert names() == {*ids, *new}

    def test_one_that_came_to_its_end_is_not_made_again(self, world, look, ids, new):
        assert told.gaps(look()) == {}
        asked(world)
        look()
        assert asked(world) == [0]

    def test_a_run_that_came_back_is_there_again(self, world, look, ids):
        Run.objects.filter(external_id=ids[0]).update(is_gone=True, gone_at=NOW)
        look()
        assert names(is_gone=True) == set()


class TestUnfinishedRuns:
    def due(self, external_id):
        return (run_of(external_id).next_sync_at - NOW).total_seconds()

    def test_they_are_read_by_themselves_only_where_no_listing_brings_them(self, world, look, clock):
        live = world.put_test("live", status=RunStatus.RUNNING)
        look()
        assert self.due(live) == 60
        clock.go_on(seconds=30)
        version = MirrorClock.now()
        look()
        run = run_of(live)
        assert (self.due(live), run.looked_at, MirrorClock.now()) == (90, clock.now, version)

    def test_one_that_finished_is_not_read_again(self, world, look):
        live = world.put_test("live", status=RunStatus.RUNNING)
        look()
        world.change(live, status=RunStatus.COMPLETED, finished_at=END)
        look()
        assert (run_of(live).status, run_of(live).next_sync_at) == ("completed", None)

    def test_one_that_is_read_by_itself_is_mirrored_whole(self, world, look, clock):
        live = world.put_test("live", status=RunStatus.RUNNING)
        look()
        world.put_test("live", status=RunStatus.FAILED, results={"precision": 0.5}, errors=("It broke.",))
        looks.look_at_run(run_of(live).pk, clock)
        run = run_of(live)
        assert (run.status, run.next_sync_at, run.results.get().number) == ("failed", None, 0.5)
        assert run.detail.test_run["errors"] == ["It broke."]


class TestRunsThatAreAbsent:
    @pytest.fixture
    def ids(self, world, look, put_runs):
        ids = put_runs(6)
        look()
        world.read.clear()
        asked(world)
        return ids

    def list_all_again(self, look, clock):
        clock.go_on(hours=24)
        return look()

    def test_one_that_the_source_forgot_is_gone(self, world, look, ids, clock):
        del world.runs[ids[1]]
        clock.go_on(seconds=30)
        look()
        run = run_of(ids[1])
        assert (world.read, run.is_gone, run.gone_at) == ([ids[1]], True, clock.now)
        assert run.state_changes.last().is_gone

    def test_an_older_one_is_found_when_everything_is_listed(self, world, look, ids, clock):
        del world.runs[ids[3]]
        look()
        assert (world.read, names(is_gone=True)) == ([], set())
        self.list_all_again(look, clock)
        assert (world.read, names(is_gone=True)) == ([ids[3]], {ids[3]})

    def test_one_that_its_id_still_finds_is_not_gone(self, world, look, ids, monkeypatch):
        self.hide(world, monkeypatch, {ids[1]})
        look()
        assert (world.read, names(is_gone=True)) == ([ids[1]], set())

    def test_one_that_cannot_be_read_is_a_problem_and_not_gone(self, world, look, ids):
        del world.runs[ids[1]]
        world.failures[ids[1]] = Denied("Not allowed.")
        assert look().problems == [{"where": ids[1], "what": "Not allowed."}]
        assert names(is_gone=True) == set()

    def test_a_source_that_goes_away_meanwhile_fails(self, world, look, ids):
        del world.runs[ids[1]]
        world.failures[ids[1]] = Unreachable("Gone away.")
        assert look().error == "Gone away."
        assert names(is_gone=True) == set()

    def test_only_so_many_are_asked_for_by_one_look_and_others_by_the_next(self, world, look, ids, clock, monkeypatch):
        monkeypatch.setattr(pages, "MOST_ABSENT", 2)
        self.hide(world, monkeypatch, set(ids))
        for _ in range(3):
            self.list_all_again(look, clock)
        assert len(world.read) == 6
        assert set(world.read) == set(ids)

    def test_those_that_cannot_be_read_leave_the_others_their_turn(self, world, look, ids, clock, monkeypatch):
        monkeypatch.setattr(pages, "MOST_ABSENT", 2)
        self.hide(world, monkeypatch, set(ids))
        world.failures |= dict.fromkeys(ids[:2], Denied("Not allowed."))
        for _ in range(3):
            self.list_all_again(look, clock)
        assert set(world.read) == set(ids)

    def hide(self, world, monkeypatch, hidden):
        """Let pages lack these runs, which are there all the same."""
        runs_of = type(world).runs_of
        kept = lambda self, pipeline: [run for run in runs_of(self, pipeline) if run.external_id not in hidden]  # noqa: E731
        monkeypatch.setattr(type(world), "runs_of", kept)

    def test_runs_of_other_pipelines_and_times_are_let_be(self, world, look, ids, clock):
        world.page_size = 4
        world.catalogue = two_pipelines(world.catalogue)
        world.put_test(uuid_of("other run"), test_id=uuid_of("other test"))
        self.list_all_again(look, clock)
        assert (world.read, names(is_gone=True)) == ([], set())

    def test_a_stop_is_heeded_between_two_of_them(self, world, look, ids, clock):
        for external_id in ids:
            del world.runs[external_id]
        look(lambda: len(world.read) >= 2)
        assert len(names(is_gone=True)) == 2


class TestWhatCannotBeStored:
    @pytest.fixture
    def refused(self, monkeypatch):
        """Ids of runs that the database does not take."""
        write, write_new, refused = mirror.write_run, new_runs.write, set()

        def refuse_all(source, readings, now):
            if not refused.isdisjoint(reading.run.external_id for reading in readings):
                raise DataError("numeric field overflow")
            write_new(source, readings, now)

        def refuse(source, reading, now, *, since):
            run = write(source, reading, now, since=since)
            if reading.run.external_id in refused:
                raise DataError("numeric field overflow")
            return run

        monkeypatch.setattr(mirror, "write_run", refuse)
        monkeypatch.setattr(new_runs, "write", refuse_all)
        return refused

    def test_one_run_hides_no_other_of_its_page(self, world, look, put_runs, refused):
        world.page_size = 200
        ids = put_runs(5)
        refused.add(ids[2])
        source = look()
        assert source.problems == [{"where": ids[2], "what": "It could not be stored: a value in it is too large."}]
        assert {*ids} - names(unread_reason="") <= {ids[2]}
        assert source.listed_at == NOW

    def test_one_that_is_mirrored_says_that_it_could_not_be_read_and_is_tried_again(
        self, world, look, put_runs, refused, clock
    ):
        (external_id,) = put_runs(1)
        look()
        world.change(external_id, status=RunStatus.FAILED)
        refused.add(external_id)
        look()
        assert run_of(external_id).unread_since == NOW
        refused.clear()
        look()
        assert (run_of(external_id).unread_reason, run_of(external_id).status) == ("", "failed")

    def test_problems_of_a_page_are_told(self, world, look, put_runs):
        world.problems = (Problem(where="run 7", what="It has no id."),)
        put_runs(1)
        assert look().problems == [{"where": "run 7", "what": "It has no id."}]


OF_ONE_PARENT = [ServerError("It broke."), BadAnswer("It is cut off.")]
"""Errors that hold up no other parent."""


class TestParentsThatErr:
    @pytest.mark.parametrize("error", OF_ONE_PARENT)
    def test_the_others_are_listed(self, world, look, put_runs, error):
        world.catalogue = two_pipelines(world.catalogue)
        put_runs(3)
        other = world.put_test(uuid_of("other run"), test_id=uuid_of("other test"))
        world.page_failures[PIPELINE, 0] = error
        source = look()
        assert (source.health, source.listed_at, names()) == ("healthy", NOW, {other})
        assert source.problems == [{"where": f"Runs of {PIPELINE}", "what": error.sentence}]

    @pytest.mark.parametrize("error", OF_ONE_PARENT)
    def test_where_none_can_be_listed_the_look_fails(self, world, look, put_runs, error):
        put_runs(3)
        world.page_failures[PIPELINE, 0] = error
        source = look()
        assert (source.health, source.error, source.listed_at) == ("failing", error.sentence, None)

    def test_one_is_listed_to_its_end_some_minutes_later(self, world, look, put_runs, clock):
        """What is behind the page that erred is new though the page before it is known."""
        ids = put_runs(5)
        world.page_failures[PIPELINE, 2] = ServerError("It broke.")
        first = look()
        assert (first.health, first.listed_at, names()) == ("healthy", NOW, set(ids[:2]))
        world.page_failures.clear()
        asked(world)
        clock.go_on(minutes=4)
        assert look().problems == first.problems != []
        assert asked(world) == [0]
        clock.go_on(minutes=1)
        assert look().problems == []
        assert (asked(world), names()) == ([0, 2, 4], set(ids))
        clock.go_on(seconds=30)
        look()
        assert asked(world) == [0]

    def test_new_runs_do_not_make_up_for_what_lacks_behind_them(self, world, look, put_runs, clock):
        ids = put_runs(5)
        world.page_failures[PIPELINE, 2] = ServerError("It broke.")
        look()
        world.page_failures.clear()
        ids += [world.put_test(uuid_of(f"new {n}"), started_at=END + n * MINUTE) for n in range(2)]
        clock.go_on(minutes=1)
        look()
        assert len(names()) == 4
        clock.go_on(minutes=4)
        look()
        assert names() == set(ids)

    def test_of_one_that_went_nothing_lacks_any_more(self, world, look, put_runs, clock):
        catalogue, world.catalogue = world.catalogue, two_pipelines(world.catalogue)
        put_runs(1)
        world.page_failures[uuid_of("other pipeline"), 0] = ServerError("It broke.")
        assert set(told.gaps(look())) == {uuid_of("other pipeline")}
        world.catalogue = catalogue
        clock.go_on(days=1)
        assert told.gaps(look()) == {}


class TestServersThatListNoRuns:
    @pytest.fixture
    def page(self, world, monkeypatch):
        """What such a server says."""
        page = RunPage(
            parent=PIPELINE,
            since=END + timedelta(days=9),
            total=1,
            is_unread=True,
            without={"report_queries": "It cannot."},
            problems=(Problem(where="/runs", what="It lists none."),),
        )
        monkeypatch.setattr(MemoryTestSource, "list_pages", lambda *_, **__: iter([page]))
        return page

    def test_they_are_not_listed_and_make_no_reports_of_a_filters_runs(self, look, page):
        source = look()
        assert (source.health, source.listed_at, source.told["without"]) == ("healthy", None, page.without)
        assert not capabilities(source).report_queries

    def test_what_is_tested_there_changes_nothing_of_that(self, look, page, clock):
        look()
        clock.go_on(minutes=5)
        source = look()
        assert (source.catalogue_read_at, capabilities(source).report_queries) == (clock.now, False)

    def test_what_they_can_again_is_offered_again(self, world, look, page, put_runs, monkeypatch):
        world.catalogue = replace(world.catalogue, without={"reports": "None."})
        before = look()
        monkeypatch.setattr(MemoryTestSource, "list_pages", LIST_PAGES)
        put_runs(1)
        source = look()
        assert (source.told["without"], source.listed_at) == ({"reports": "None."}, NOW)
        assert source.version > before.version


def test_a_run_that_was_read_meanwhile_keeps_what_is_newer(world, look, put_runs, monkeypatch):
    """Somebody else writes it between the asking for a page and its coming."""
    live = world.put_test("live", status=RunStatus.RUNNING)
    look()
    run = run_of(live)
    of_page = MemoryTestSource._page

    def and_meanwhile(self, *args, **kwargs):
        found = of_page(self, *args, **kwargs)
        Run.objects.filter(pk=run.pk).update(fingerprint="newer", version=MirrorClock.tick())
        return found

    monkeypatch.setattr(MemoryTestSource, "_page", and_meanwhile)
    look()
    assert (run_of(live).fingerprint, run_of(live).next_sync_at) == ("newer", NOW)


def queries_of(look):
    with CaptureQueriesContext(connection) as captured:
        look()
    return len(captured)


def test_a_page_without_news_takes_few_queries_however_many_runs_it_has(world, look, put_runs, clock):
    world.page_size = 100
    put_runs(550)
    look()
    Run.objects.update(reports_looked_at=NOW)
    clock.go_on(seconds=30)
    of_one_page = queries_of(look)
    asked(world)
    Source.objects.update(listed_at=None)
    of_all = queries_of(look)
    assert asked(world) == [0, 100, 200, 300, 400, 500]
    # The source twice and its update; the clock, what is known of the page (twice) and lacks on it; reports being made
    # (twice), and seven questions whose reports to ask for.
    assert of_one_page <= 20
    # The clock, what is known of it and lacks on it, reports being made; its place, and how far the listing is.
    assert of_all <= of_one_page + 6 * (4 + 6)
