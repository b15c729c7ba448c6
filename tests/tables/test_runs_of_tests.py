"""Rows of runs of tests: what is tested, how far it came and what it brought."""

import pytest

from dashboard.tables.runs import RunTable, ending_label, figure, phase_of
from tests import factories

pytestmark = pytest.mark.django_db


def cells(run, *names):
    table = RunTable(chosen=names)
    return dict(zip(names, (cell.content(run) for cell in table.cells), strict=True))


def test_the_pipeline_template_and_test_stand_in_place_of_a_data_set():
    run = factories.make_test_run()
    shown = cells(run, "dataset")["dataset"]
    assert f'<a href="/tests/{run.test.pk}/" title="HaplotypeCaller › Precision › NA12878 WGS">NA12878 WGS</a>' in shown
    assert f'<a href="/templates/{run.test.template.pk}/">Precision</a>' in shown
    assert f'<a href="/pipelines/{run.test.template.pipeline.pk}/">HaplotypeCaller</a>' in shown


def test_a_run_whose_test_is_not_known_has_no_links():
    run = factories.make_test_run()
    run.test, run.dataset = None, ""
    assert cells(run, "dataset")["dataset"] == "–"


@pytest.mark.parametrize(
    ("status", "phase", "shown"),
    [
        ("failed", "eval", "eval"),
        ("running", "build", "build"),
        ("cancelled", "test", "test"),
        ("completed", "eval", ""),
    ],
)
def test_the_phase_stands_beside_what_goes_on_or_failed(status, phase, shown):
    run = factories.make_test_run(status=status, phase=phase)
    assert phase_of(run) == shown
    assert ("Phase" in cells(run, "status")["status"]) is bool(shown)


def test_the_first_figures_stand_in_place_of_outcomes():
    run = factories.make_test_run(results={"A": 0.98765, "B": 12, "C": 3, "Plot": "gs://bucket/plot.png"})
    shown = cells(run, "outcomes")["outcomes"]
    assert "A <strong>0.9876" in shown or "A <strong>0.9877" in shown
    assert "B <strong>12</strong>" in shown
    assert "C <strong>" not in shown
    assert "4 results" in shown
    assert RunTable(chosen=["outcomes"]).cells[0].plain(run) == "4 results"


def test_a_run_of_a_test_without_results_says_so():
    run = factories.make_test_run(status="failed")
    assert cells(run, "outcomes")["outcomes"] == (
        '<span class="tabular figures"></span><span class="muted">0 results</span>'
    )
    assert ending_label(run) == "0 results"


@pytest.mark.parametrize(
    ("number", "text"), [(1204551.0, "1,204,551"), (0.0, "0"), (0.98764, "0.9876"), (None, "–"), (1e300, "1e+300")]
)
def test_whole_numbers_have_all_their_digits(number, text):
    assert figure(number, 4) == text


def test_the_owner_is_a_column():
    assert cells(factories.make_test_run(), "owner") == {"owner": "ada@example.com"}
    assert cells(factories.make_run(), "owner") == {"owner": "–"}


def test_names_are_escaped():
    test = factories.make_pipeline_test("<i>", pipeline="<b>", template="<u>")
    run = factories.make_test_run(test, results={"<s>": 1.0})
    shown = str(cells(run, "dataset", "outcomes"))
    assert all(tag not in shown for tag in ("<i>", "<b>", "<u>", "<s>"))


def test_the_moment_that_a_name_ends_in_is_a_part_of_its_own():
    run = factories.make_run(name="<i>_run_2026-11-22 18:07:23.9 UTC")
    shown = cells(run, "name")["name"]
    assert '<span>&lt;i&gt;_run_</span><span class="ending">2026-11-22 18:07:23.9 UTC</span></a>' in shown
    assert ">nightly</a>" in cells(factories.make_run(name="nightly"), "name")["name"]


def test_nothing_is_counted_as_errored_where_there_are_no_trials():
    assert "0" in cells(factories.make_run(), "errored")["errored"]
    assert cells(factories.make_test_run(), "errored")["errored"] == "–"
    assert RunTable.base_columns["errored"].plain(factories.make_test_run()) is None
