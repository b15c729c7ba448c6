"""A stand-in CARROT server on loopback, what its API says, and a mirror that the sync made of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import transaction

from dashboard.demo.carrot import Application, make_app
from dashboard.demo.carrot.catalogue import ADORA, REPORTS, USER, sample_id
from dashboard.demo.carrot.plans import pace
from dashboard.demo.carrot.rendering import make_map
from dashboard.demo.carrot.renderings_of_history import newest_succeeded, plan_to
from dashboard.demo.carrot.stores import FILE
from dashboard.demo.harbor.chances import seeded
from dashboard.models import Report, Run, Source
from dashboard.services.sync import looks
from tests.contract.carrot import few_samples
from tests.demo.asking import START, Clock
from tests.demo.carrot.conftest import Stage
from tests.fixtures.docks import serving

__all__ = ["ADORA", "USER", "Carrot", "Item", "carrot", "own_carrot"]

Item = dict[str, Any]
"""A run or a report as the API has it."""
WAYS = ("succeeded", "failed", "running", "aborted", "queuedincromwell")
"""States of the reports of one run, one for each template."""


@dataclass
class Carrot:
    """The server as whoever has only its API knows it, and the source that mirrors it."""

    url: str
    app: Application
    clock: Clock
    source: Source
    many: str = ""
    """The id of the run of which every template made a report."""
    stage: Stage | None = None

    def ask(self, path: str, **query: object) -> Any:
        """What a route answers; an empty list where the server says 404 to that."""
        answer = requests.get(f"{self.url}/api/v1{path}", params=query, timeout=10)
        if answer.status_code == 404 and "with the specified parameters" in answer.text:
            return []
        answer.raise_for_status()
        return answer.json()

    def has(self, path: str) -> bool:
        """Whether a route answers with something."""
        return requests.get(f"{self.url}/api/v1{path}", timeout=10).ok

    @property
    def runs(self) -> list[Item]:
        """All runs: lists of them are below pipelines only."""
        return [run for each in self.ask("/pipelines") for run in self.ask(f"/pipelines/{each['pipeline_id']}/runs")]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Whatever the server was asked to change since the mirror was made, with the paths below the API's."""
        asked = [(verb, path) for verb, path in self.app.asked if verb != "GET"]
        return [(verb, path.removeprefix("/api/v1")) for verb, path in asked]

    def mirrored(self, run_id: str) -> Run:
        """Our run of one of theirs."""
        return Run.objects.get(source=self.source, external_id=run_id)

    def report(self, run_id: str, report_id: str) -> Report:
        """Our report of a run of theirs and what it is made from."""
        return Report.objects.get(source=self.source, external_id=f"run/{run_id}/{report_id}")

    def look(self) -> None:
        """What the sync does whenever the source is due, until it has been asked for the reports of every run."""
        looks.look_at_source(self.source.pk, self.clock)
        while Run.objects.filter(source=self.source, reports_looked_at=None, is_gone=False).exists():
            looks.look_at_source(self.source.pk, self.clock)


@contextmanager
def mirror(app: Application, clock: Clock) -> Iterator[Carrot]:
    """The stand-in on loopback, and looked at."""
    with serving(app) as server:
        source = Source.objects.create(
            name="CARROT", kind="carrot", address=server.url, allowed_endpoints=[["127.0.0.1", server.port]]
        )
        found = Carrot(server.url, app, clock, source)
        found.look()
        app.asked.clear()
        yield found


def few_runs(folder: Path, clock: Clock) -> tuple[Application, str]:
    """Few of the samples, a run in every status; every template made a report of one, each in another state."""
    (folder / FILE).write_text(few_samples(), encoding="utf-8")
    app = make_app(folder, now=clock)
    [run_id] = newest_succeeded(app.world, 1)
    for number, (name, status) in enumerate(zip(REPORTS, WAYS, strict=True)):
        begin = START - timedelta(minutes=30 + 7 * number, microseconds=1_313)
        plan, creator = plan_to(begin, status, name), (USER, ADORA)[number % 2]
        make_map(app.world, ("run", run_id), sample_id("report", name), begin=begin, created_by=creator, plan=plan)
    return app, run_id


@pytest.fixture(scope="module")
def carrot(tmp_path_factory, django_db_setup, django_db_blocker):
    """A server that nothing is done to, mirrored once for a module."""
    clock = Clock()
    app, many = few_runs(tmp_path_factory.mktemp("carrot"), clock)
    with django_db_blocker.unblock(), transaction.atomic(), mirror(app, clock) as carrot:
        carrot.many = many
        yield carrot
        transaction.set_rollback(True)


@pytest.fixture
def own_carrot(tmp_path, db, person):
    """A server of a few runs for one test, which may do what it likes to it; who reads is the one who made most."""
    person.email = USER
    person.save()
    clock = Clock()
    stage = Stage(make_app(tmp_path / "carrot", now=clock, is_empty=True))
    begin = START - timedelta(hours=1)
    plan = pace(begin, ("submitted", "succeeded"), seeded("theirs"))
    make_map(stage.app.world, ("run", stage.O), stage.R, begin=begin, created_by=ADORA, plan=plan)
    with mirror(stage.app, clock) as carrot:
        carrot.stage = stage
        yield carrot
