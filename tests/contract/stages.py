"""A stage per source: the same few props behind each run API, and ways to change them.

To put another source under the contract, write its stage and add it to :data:`STAGES`.
"""

import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import dashboard
from dashboard.domain.pipelines import PipelineRecord, RunGroupRecord
from dashboard.domain.records import SourceConfig
from dashboard.domain.reports import Parent, ReportKey, ReportQuery, ReportStatus, SubjectKind
from dashboard.domain.statuses import Outcome, RunKind, RunStatus
from dashboard.sources.harbor.source import HarborSource
from tests.contract.carrot import CarrotStage
from tests.contract.docks import DocksStage
from tests.contract.memory import KIND, MemorySource, World, trial
from tests.contract.memory_reports import TESTS_KIND, MemoryTestSource
from tests.contract.props import Stage
from tests.contract.records import START, one_catalogue, report, uuid_of

GENUINE = Path(dashboard.__file__).parent / "demo" / "harbor" / "jobs"


class MemoryStage(Stage):
    """A few runs in a world."""

    source_class = MemorySource
    run_ids = frozenset({"nightly", "weekly", "moving", "queued", "box", "old box"})
    run_id, trial_id, path = "nightly", "b__1", "agent/log.txt"
    allowed = {"stop_run": "box", "cancel_run": "moving", "start_run": "queued", "delete_run": "nightly"}
    refused = {"stop_run": "old box", "cancel_run": "nightly", "start_run": "moving", "delete_run": "moving"}
    dataset_id, dataset_uri, template_id = "bench", "memory://bench", "shop"

    def __init__(self, folder):
        self.address = str(folder)
        self.world = MemorySource.worlds[self.address] = World()
        self._trials = [trial("a__1", Outcome.FAILED), trial("b__1"), trial("c__1", Outcome.ERRORED)]
        self.world.put("nightly", *self._trials)
        self.world.put("weekly", trial("a__1"), dataset="bench")
        self.world.files["nightly", "b__1"] = {self.path: b"line one\nline two\n", "result.json": b"{}"}
        self.world.files["nightly", None] = {"config.json": b"{}"}
        self.config = SourceConfig(name="World", kind=KIND, address=self.address)
        self._put_unfinished()

    def _put_unfinished(self):
        trials = [trial("a__1"), trial("b__1", Outcome.RUNNING), trial("c__1", Outcome.PENDING)]
        self.world.put("moving", *trials, status=RunStatus.RUNNING)
        self.world.put("queued", status=RunStatus.PENDING, planned_trials=3)
        self.world.put("box", status=RunStatus.RUNNING, kind=RunKind.SANDBOX)
        self.world.put("old box", kind=RunKind.SANDBOX)
        self.world.put_dataset("bench", "a", "b")
        self.world.put_template("shop")

    def change_trial(self):
        self._trials[1] = trial("b__1", Outcome.FAILED)
        self.world.put("nightly", *self._trials)

    def remove_trial(self):
        del self._trials[1]
        self.world.put("nightly", *self._trials)

    def remove_run(self):
        del self.world.runs["nightly"]

    def write(self, data):
        self.world.files["nightly", "b__1"][self.path] = data

    def lose(self):
        del MemorySource.worlds[self.address]

    def close(self):
        MemorySource.worlds.clear()


class MemoryTestStage(Stage):
    """Five runs of a test in a world, reports of some, and a group of two."""

    __test__ = False

    source_class = MemoryTestSource
    run_ids = frozenset(uuid_of(name) for name in ("first", "second", "failed", "running", "last"))
    run_id, bare_run_id, group_id = uuid_of("first"), uuid_of("last"), uuid_of("group")
    report_template_id = uuid_of("report")
    allowed = {"delete_run": uuid_of("failed")}
    refused = {"delete_run": uuid_of("running")}
    good_report = ReportKey(SubjectKind.RUN, uuid_of("first"), uuid_of("report"))
    failed_report = ReportKey(SubjectKind.RUN, uuid_of("failed"), uuid_of("report"))
    moving_report = ReportKey(SubjectKind.RUN, uuid_of("second"), uuid_of("report"))
    query = ReportQuery(parent=Parent.TEST, parent_id=uuid_of("test"), filters={"status": "testfailed"})
    chosen = frozenset({uuid_of("failed")})
    vain_query = ReportQuery(parent=Parent.TEST, parent_id=uuid_of("test"), filters={"status": "building"})

    def __init__(self, folder):
        self.address = str(folder)
        catalogue = one_catalogue(groups=(RunGroupRecord(external_id=self.group_id, created_at=START),))
        empty = PipelineRecord(external_id=uuid_of("empty"), name="Empty", created_at=START)
        catalogue = replace(catalogue, pipelines=(*catalogue.pipelines, empty))
        self.world = MemorySource.worlds[self.address] = World(catalogue=catalogue)
        self.config = SourceConfig(name="Tests", kind=TESTS_KIND, address=self.address)
        states = {"failed": RunStatus.FAILED, "running": RunStatus.RUNNING}
        for number, name in enumerate(("first", "second", "failed", "running", "last")):
            began, groups = START + timedelta(minutes=number), (self.group_id,) if number < 2 else ()
            status = states.get(name, RunStatus.COMPLETED)
            self.world.put_test(uuid_of(name), status=status, started_at=began, group_ids=groups)
        self._put_reports()

    def _put_reports(self):
        self.world.put_report(report(self.good_report, files={"html_report": "memory://first.html"}))
        self.world.put_report(report(self.failed_report, ReportStatus.FAILED))
        self.world.put_report(report(self.moving_report, ReportStatus.RUNNING))
        self.world.report_files["memory://first.html"] = b"<!doctype html><p>Good</p>"

    def turn_small_pages(self, monkeypatch):
        self.world.page_size = 2

    def remove_run(self):
        del self.world.runs[self.run_id]

    def lose(self):
        del MemorySource.worlds[self.address]

    def close(self):
        MemorySource.worlds.clear()


class HarborStage(Stage):
    """The genuine jobs, in a folder that may be changed."""

    source_class = HarborSource
    run_ids = frozenset(job.name for job in GENUINE.iterdir())
    run_id = "scripted-failing"

    def __init__(self, folder):
        self.root = folder / "jobs"
        shutil.copytree(GENUINE, self.root)
        self.config = SourceConfig(name="Jobs", kind="harbor", address=str(self.root), time_zone="UTC")
        self.trial_id = next(path.parent.name for path in sorted((self.root / self.run_id).glob("*/result.json")))
        self.path = "trial.log"

    @property
    def _trial(self):
        return self.root / self.run_id / self.trial_id

    def change_trial(self):
        path = self._trial / "result.json"
        result = json.loads(path.read_text())
        path.write_text(json.dumps(result | {"verifier_result": {"rewards": {"reward": 0.25}}}))
        self._job_goes_on()

    def remove_trial(self):
        shutil.rmtree(self._trial)
        self._job_goes_on()

    def _job_goes_on(self):
        """A trial that changes or goes is always followed by its job's own result (Harbor rewrites it)."""
        path = self.root / self.run_id / "result.json"
        path.write_text(path.read_text() + "\n")

    def remove_run(self):
        shutil.rmtree(self.root / self.run_id)

    def write(self, data):
        (self._trial / self.path).write_bytes(data)
        os.utime(self._trial / self.path, ns=(0, 10**18))

    def lose(self):
        shutil.rmtree(self.root)


STAGES = {
    MemoryStage: (),
    MemoryTestStage: (),
    HarborStage: (),
    DocksStage: (pytest.mark.enable_socket,),
    CarrotStage: (pytest.mark.enable_socket,),
}
"""The stages, and the marks of the tests that play on them."""


def stages(*, able="", unable=""):
    """All stages, or those whose source says that it can, or cannot, do something."""
    chosen = STAGES
    if able:
        chosen = [stage for stage in STAGES if getattr(stage.source_class.capabilities, able)]
    if unable:
        chosen = [stage for stage in STAGES if not getattr(stage.source_class.capabilities, unable)]
    return [pytest.param(stage, marks=STAGES[stage], id=stage.source_class.__name__) for stage in chosen]


def on_stages(**chosen):
    """Plays a test on those stages only."""
    return pytest.mark.parametrize("stage", stages(**chosen), indirect=True)
