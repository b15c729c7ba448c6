"""The stage of CARROT: its client on the stand-in server, over loopback."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard.demo.carrot import make_app, serve
from dashboard.demo.carrot.catalogue import REPORTS, sample_id
from dashboard.demo.carrot.run_views import run_status
from dashboard.demo.carrot.stores import FILE
from dashboard.domain.reports import Parent, ReportKey, ReportQuery, SubjectKind
from dashboard.sources.carrot import client, listing
from dashboard.sources.carrot.source import CarrotSource
from tests.contract.servers import ServerStage

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
GROUP = sample_id("group", "8490")


@cache
def few_samples():
    """As a file the oldest sample in every status, the runs of chosen reports, and those of the group."""
    with TemporaryDirectory() as folder:
        world = make_app(Path(folder), now=lambda: NOW).world
        runs = world.table("runs")
        kept = {key.subject_id for key in chosen_reports(world)}
        kept |= {key for key, run in runs.items() if GROUP in run["run_group_ids"]}
        kept |= set({status_of(world, run): key for key, run in reversed(runs.items())}.values())
        world.store.memory.tables["runs"] = {key: run for key, run in runs.items() if key in kept}
        world.save()
        return world.store.path.read_text(encoding="utf-8")


def chosen_reports(world):
    """A report that succeeded, one that failed and one that is running, each of a run of its own."""
    by_status = {}
    for row in world.table("report_maps").values():
        if row["entity_type"] == "run":
            by_status.setdefault(row["plan"][-1][1], ReportKey(SubjectKind.RUN, row["entity_id"], row["report_id"]))
    return by_status["succeeded"], by_status["failed"], by_status["running"]


def status_of(world, run):
    """The status of a run now."""
    return run_status(run, world.moment)


class CarrotStage(ServerStage):
    """Few of the stand-in's samples; the group is of the pull request whose runs are not finished."""

    source_class = CarrotSource
    report_template_id = sample_id("report", next(iter(REPORTS)))
    group_id = GROUP

    def __init__(self, folder):
        (folder / FILE).write_text(few_samples(), encoding="utf-8")
        self.app = make_app(folder, now=lambda: NOW)
        self.world = self.app.world
        self._choose_reports()
        self._choose_runs()
        self._speak_with(serve(self.app, "127.0.0.1", 0), name="CARROT", kind="carrot")

    def _choose_reports(self):
        self.good_report, self.failed_report, self.moving_report = chosen_reports(self.world)
        self.run_id = self.good_report.subject_id

    def _choose_runs(self):
        """Runs that may be deleted and may not, one without reports, and the failed runs of a test."""
        runs = self.world.table("runs")
        by_status = {status_of(self.world, run): run for run in runs.values()}
        failed, running = by_status["testfailed"], by_status["testrunning"]
        self.allowed, self.refused = {"delete_run": failed["run_id"]}, {"delete_run": running["run_id"]}
        self.bare_run_id, test_id = running["run_id"], failed["test_id"]
        self.query = ReportQuery(parent=Parent.TEST, parent_id=test_id, filters={"status": "testfailed"})
        self.vain_query = ReportQuery(parent=Parent.TEST, parent_id=test_id, filters={"created_by": "nobody@x.y"})
        below = [run for run in runs.values() if run["test_id"] == test_id]
        self.chosen = frozenset(run["run_id"] for run in below if status_of(self.world, run) == "testfailed")

    @property
    def run_ids(self):
        return frozenset(self.world.table("runs")) - self.app.faults.gone

    def turn_small_pages(self, monkeypatch):
        for module in (client, listing):
            monkeypatch.setattr(module, "RUNS_AT_ONCE", 2)

    def remove_run(self):
        self.app.faults.gone = frozenset({self.run_id})
