"""What every source promises that lists whole runs by pages, and says which pipelines they test."""

import json
from datetime import UTC

import pytest

from dashboard.domain.errors import Unreachable, Unsupported
from dashboard.domain.records import RunPage
from dashboard.domain.statuses import RunKind
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, ReportTemplate, RunGroup
from tests.contract.stages import on_stages

LISTS = {
    "pipelines": Pipeline,
    "templates": PipelineTemplate,
    "tests": PipelineTest,
    "groups": RunGroup,
    "report_templates": ReportTemplate,
}


@pytest.fixture
def small(stage, monkeypatch):
    """Pages hold two runs."""
    stage.turn_small_pages(monkeypatch)


def read_all(source, **how):
    return list(source.list_pages(**how))


def ids(page):
    return [reading.run.external_id for reading in page.readings]


def all_ids(pages):
    return [external_id for page in pages for external_id in ids(page)]


@on_stages(unable="pages")
def test_without_pages_it_refuses(source):
    for ask in (source.list_pages, source.read_pipelines):
        with pytest.raises(Unsupported):
            ask()


@on_stages(able="pages")
def test_without_lists_it_refuses(source):
    with pytest.raises(Unsupported):
        source.list_runs({})


@on_stages(able="pages")
def test_every_run_is_on_one_page(source, stage, small):
    found = all_ids(read_all(source))
    assert len(found) == len(set(found))
    assert set(found) == stage.run_ids


@on_stages(able="pages")
def test_a_page_tells_of_a_run_what_reading_it_does(source):
    for page in read_all(source):
        for reading in page.readings:
            assert reading == source.read_run(reading.run.external_id, {})


@on_stages(able="pages")
def test_listing_twice_gives_the_same(source, small):
    assert read_all(source) == read_all(source)


@on_stages(able="pages")
def test_parents_come_one_after_the_other_each_with_its_newest_first(source, small):
    pages, parents = read_all(source), []
    for page in pages:
        parents += [page.parent] if page.parent not in parents else []
        assert page.parent == parents[-1]
    for parent in parents:
        times = [each.run.started_at for page in pages if page.parent == parent for each in page.readings]
        assert times == sorted(times, reverse=True)


@on_stages(able="pages")
def test_pages_say_how_far_the_listing_has_come(source, small):
    pages = read_all(source)
    done = [page.done for page in pages]
    assert done == sorted(done)
    assert {page.total for page in pages} == {len({page.parent for page in pages})}
    assert done[-1] == pages[-1].total
    assert done[0] < done[-1]


@on_stages(able="pages")
def test_whatever_was_made_in_the_time_of_a_page_is_on_it(source, small):
    pages = read_all(source)
    for page in pages:
        for other in pages:
            runs = [each.run for each in other.readings if other.parent == page.parent]
            within = {run.external_id for run in runs if is_in_time_of(page, run.started_at)}
            assert within <= set(ids(page))


def is_in_time_of(page: RunPage, time):
    return (page.since is None or time > page.since) and (page.until is None or time < page.until)


@on_stages(able="pages")
def test_the_times_of_pages_are_utc(source, small):
    for page in read_all(source):
        assert all(time is None or time.tzinfo is UTC for time in (page.since, page.until))


@on_stages(able="pages")
def test_a_listing_goes_on_behind_every_page(source, small):
    pages = read_all(source)
    for number, page in enumerate(pages):
        place = json.loads(json.dumps(page.place))
        assert read_all(source, place=place) == pages[number + 1 :]


@on_stages(able="pages")
def test_of_what_is_known_a_parent_has_one_page(source, small):
    pages = read_all(source, are_known=lambda *_: True)
    assert len(pages) == pages[-1].total == pages[-1].done
    assert all(page.is_last for page in pages)
    assert len({page.parent for page in pages}) == len(pages)


@on_stages(able="pages")
def test_pages_go_on_until_one_is_known(source, stage, small):
    newest = all_ids(read_all(source))[0]
    pages = read_all(source, are_known=lambda _, found: newest not in found)
    of_first = [page for page in pages if page.parent == pages[0].parent]
    assert len(of_first) == 2
    assert newest in ids(of_first[0])


@on_stages(able="pages")
def test_what_is_known_is_asked_before_a_page_is_handed_out(source, small):
    asked = []
    for page in source.list_pages(are_known=lambda _, found: asked.append(set(found)) or True):
        if page.readings:
            assert asked[-1] == set(ids(page))


@on_stages(able="pages")
def test_a_run_that_went_is_on_no_page(source, stage):
    stage.remove_run()
    assert set(all_ids(read_all(source))) == stage.run_ids - {stage.run_id}


@on_stages(able="pages")
def test_nobody_is_asked_before_a_page_is_wanted(source, stage):
    pages = source.list_pages()
    stage.lose()
    with pytest.raises(Unreachable) as raised:
        next(pages)
    assert raised.value.source == stage.config.name


@on_stages(able="pipelines")
def test_of_a_place_that_is_lost_no_pipeline_is_known(source, stage):
    stage.lose()
    with pytest.raises(Unreachable):
        source.read_pipelines()


@on_stages(able="pipelines")
def test_what_is_tested_hangs_together(source):
    found = source.read_pipelines()
    assert (found.unread, found.problems, found.without) == (frozenset(), (), {})
    by_id = {name: {each.external_id for each in getattr(found, name)} for name in LISTS}
    assert all(len(by_id[name]) == len(getattr(found, name)) > 0 for name in LISTS)
    assert {template.pipeline_id for template in found.templates} <= by_id["pipelines"]
    assert {test.template_id for test in found.tests} <= by_id["templates"]


@on_stages(able="pipelines")
def test_runs_are_tests_below_the_pipeline_of_their_page(source):
    found = source.read_pipelines()
    templates = {template.external_id: template.pipeline_id for template in found.templates}
    pipelines = {test.external_id: templates[test.template_id] for test in found.tests}
    groups = {group.external_id for group in found.groups}
    for page in read_all(source):
        for reading in page.readings:
            assert (reading.run.kind, reading.trials) == (RunKind.TEST, ())
            assert pipelines[reading.run.test_run.test_id] == page.parent
            assert set(reading.run.test_run.group_ids) <= groups


@on_stages(able="pipelines")
def test_what_a_run_of_a_test_has_can_be_kept(source):
    for page in read_all(source):
        for reading in page.readings:
            told = reading.run.test_run
            for workflow in told.workflows:
                kept = [workflow.inputs, workflow.options]
                assert json.loads(json.dumps(kept, allow_nan=False)) == kept
            names = [result.name for result in told.results]
            assert len(names) == len(set(names))
            assert all("\0" not in text for text in [*names, *told.errors])


@on_stages(able="pipelines")
def test_texts_of_what_is_tested_fit_the_columns_they_are_kept_in(source):
    found = source.read_pipelines()
    for name, model in LISTS.items():
        columns = {field.name: field.max_length for field in model._meta.get_fields() if hasattr(field, "max_length")}
        for record in getattr(found, name):
            assert record.external_id
            for key, most in columns.items():
                assert most is None or len(getattr(record, key, "")) <= most
