"""The benchmarks measure what they say: their trees are jobs, their server is one, their figures are judged rightly."""

import pytest

from dashboard.demo.servers import serve
from dashboard.domain.records import SourceConfig
from dashboard.domain.reports import SubjectKind
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.sources.carrot.client import RUNS_AT_ONCE
from dashboard.sources.carrot.source import CarrotSource
from dashboard.sources.harbor.source import HarborSource
from tests.benchmarks import trees
from tests.benchmarks.bench_pipelines import check_pages
from tests.benchmarks.figures import Figure, Report, p95
from tests.benchmarks.pipeline_documents import Documents
from tests.benchmarks.pipeline_server import PipelineServer

LOOPBACK = pytest.mark.allow_hosts(["127.0.0.1"])


def test_a_made_up_tree_is_read_without_a_complaint(tmp_path):
    size = trees.Size(jobs=2, tasks=4, attempts=3, trial_bytes=8_000)
    tree = trees.cached(tmp_path, size)
    source = HarborSource(SourceConfig(name="Made up", kind="harbor", address=str(tree)))
    listing = source.list_runs({})
    assert (len(listing.changed), listing.problems) == (2, ())
    for external_id in listing.changed:
        reading = source.read_run(external_id, {})
        assert (reading.run.status, reading.run.planned_trials, len(reading.trials)) == (RunStatus.COMPLETED, 12, 12)
        assert all(trial.outcome.is_verdict or trial.outcome is Outcome.ERRORED for trial in reading.trials)
        assert not [problem for trial in reading.trials for problem in trial.problems]
    results = [path.stat().st_size for path in tree.glob("*/*/result.json")]
    assert min(results) > 4_000
    assert max(results) < 7_000


def test_a_tree_is_the_same_each_time_and_written_once(tmp_path):
    size = trees.Size(jobs=1, tasks=2, attempts=1, trial_bytes=4_000)
    first, second = trees.cached(tmp_path / "a", size), trees.cached(tmp_path / "b", size)
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert [(first / path).read_bytes() for path in files] == [(second / path).read_bytes() for path in files]
    (first / "mark").touch()
    assert (trees.cached(tmp_path / "a", size) / "mark").exists()


@pytest.fixture
def made_up():
    """A server of 450 made-up runs, and a source that asks it."""
    server = PipelineServer(Documents(450))
    served = serve(server, "127.0.0.1", 0)
    endpoints = (("127.0.0.1", served.port),)
    yield server, CarrotSource(SourceConfig(name="C", kind="carrot", address=served.url, allowed_endpoints=endpoints))
    served.shutdown()


@LOOPBACK
def test_a_made_up_server_is_read_without_a_complaint(made_up):
    server, source = made_up
    catalogue, pages = source.read_pipelines(), list(source.list_pages())
    assert (len(catalogue.tests), len(catalogue.groups), catalogue.problems) == (300, 100, ())
    runs = [reading.run for page in pages for reading in page.readings]
    assert len({run.external_id for run in runs}) == 450
    assert {run.test_run.test_id for run in runs} == {test.external_id for test in catalogue.tests}
    assert not [problem for each in (*pages, *runs) for problem in each.problems]
    assert {run.status for run in runs} >= {RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.RUNNING}
    assert sorted(server.asked_pages.elements()) == sorted(server.pages(RUNS_AT_ONCE))


@LOOPBACK
def test_a_made_up_server_has_a_run_by_its_id_and_no_reports(made_up):
    _, source = made_up
    reading = next(source.list_pages()).readings[-1]
    assert source.read_run(reading.run.external_id, {}) == reading
    assert list(source.list_reports(SubjectKind.RUN, reading.run.external_id)) == []


@LOOPBACK
def test_a_server_that_was_asked_twice_for_a_page_is_no_figure(made_up):
    server, source = made_up
    list(source.list_pages())
    check_pages(server)
    next(source.list_pages())
    with pytest.raises(RuntimeError, match="not asked for once"):
        check_pages(server)


def test_the_95th_percentile_is_a_value_that_was_measured():
    assert p95([3.0]) == 3
    assert p95(list(range(1, 101))) == 95
    assert p95(list(range(1, 21))) == 19


@pytest.mark.parametrize(
    ("value", "aim", "is_floor", "reached"),
    [(15, 15, False, True), (15.1, 15, False, False), (150, 150, True, True), (149, 150, True, False)],
)
def test_an_aim_is_reached_at_its_bound(value, aim, is_floor, reached):
    assert Figure(what="x", value=value, unit="ms", aim=aim, is_floor=is_floor).is_reached is reached


def test_the_page_has_a_table_for_each_heading(tmp_path, capsys):
    report = Report()
    report.remark("On a quiet machine.")
    report.begin("Lists")
    report.add("p50", 12.34, "ms", aim=15)
    report.add("readers", 99.0, "/s", aim=150, is_floor=True, note="at once")
    report.write(tmp_path / "bench.md")
    text = (tmp_path / "bench.md").read_text()
    assert "- On a quiet machine." in text
    assert "| p50 | 12.3 ms | ≤ 15 ms | yes |" in text
    assert "| readers | 99.0 /s | ≥ 150 /s | **no** | at once |" in text
    assert [figure.what for figure in report.missed] == ["readers"]
    assert "12.3 ms" in capsys.readouterr().out
