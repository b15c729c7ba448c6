"""A stand-in with a clock that tests set, asked without a network: of samples, or as a list of requests wants it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from dashboard.demo.carrot import Application, make_app
from dashboard.demo.carrot.plans import pace
from dashboard.demo.carrot.rendering import make_map
from dashboard.demo.carrot.starts import build_run
from dashboard.demo.harbor.chances import seeded
from tests.demo.asking import Reply, ask

USER, ADORA = "user@example.com", "adora@example.com"
BASE = "http://127.0.0.1:8490"
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
NOBODY = "3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11"
"""An id that nothing has."""
PAGE = "limit=20&offset=0"
"""What the real client always sends."""


class Client:
    """Asks below ``/api/v1``."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def ask(self, method: str, path: str, body: object = None, **given: str) -> Reply:
        return ask(self.app, method, f"/api/v1{path}", body, **given)

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, body: object) -> Reply:
        return self.ask("POST", path, body, CONTENT_TYPE="application/json")

    def put(self, path: str, body: object) -> Reply:
        return self.ask("PUT", path, body, CONTENT_TYPE="application/json")

    def delete(self, path: str) -> Reply:
        return self.ask("DELETE", path)


class Stage(Client):
    """Pipeline P, template T, test X; runs S (succeeded), F (test failed), O (evaluation failed, Adora's), I (moves).

    Report R with maps for S (succeeded) and F (failed); group G of a pull request with S and F.
    """

    def __init__(self, app: Application) -> None:
        super().__init__(app)
        self.P = self.make("/pipelines", name="P", created_by=USER)["pipeline_id"]
        wdls = {"test_wdl": "gs://b/test.wdl", "eval_wdl": "gs://b/eval.wdl"}
        self.T = self.make("/templates", name="T", pipeline_id=self.P, **wdls)["template_id"]
        defaults = {"test_input_defaults": {"HC.in_bam": "gs://b/x.bam", "HC.deep": {"a": 1, "b": 2}}}
        self.X = self.make("/tests", name="X", template_id=self.T, created_by=USER, **defaults)["test_id"]
        self.R = self.make("/reports", name="R", notebook=NOTEBOOK, created_by=USER)["report_id"]
        self.G = self.add_group()
        self.S = self.add_run("s", "succeeded", hours=5, groups=[self.G])
        self.F = self.add_run("f", "testfailed", hours=4, groups=[self.G])
        self.O = self.add_run("o", "evalfailed", ADORA, hours=3)
        self.I = self.add_run("i", "testrunning", hours=2)
        self.add_map(("run", self.S), "succeeded")
        self.add_map(("run", self.F), "failed")

    def make(self, path: str, **fields: object) -> Any:
        reply = self.post(path, fields)
        assert reply.status == 200, reply.body
        return reply.json

    def add_run(self, name: str, status: str, creator: str = USER, *, hours: float, groups: Any = ()) -> str:
        world = self.app.world
        begin = world.now() - timedelta(hours=hours)
        fields = {"created_by": creator}
        run = build_run(world, world.table("tests")[self.X], name=name, begin=begin, fields=fields)
        run["plan"] = pace(begin, ("testsubmitted", "evalsubmitted", status), seeded(name))
        if status.startswith("test"):
            run["plan"] = pace(begin, ("testsubmitted", status), seeded(name))
        run |= {"test_results": {"Minutes": "7"}, "eval_results": {"F": "0.9"}, "run_group_ids": list(groups)}
        world.add("runs", run["run_id"], run)
        return str(run["run_id"])

    def add_group(self) -> str:
        group_id, moment = str(uuid.uuid4()), self.app.world.moment
        github = {
            "owner": "broadinstitute",
            "repo": "gatk",
            "issue_number": 8485,
            "author": "jdoe",
            "base_commit": "ca82",
        }
        github |= {"head_commit": "0a26", "test_input_key": "HC.docker", "eval_input_key": None, "created_at": moment}
        row = {"run_group_id": group_id, "created_at": moment, "github": github, "query": None}
        self.app.world.add("run_groups", group_id, row)
        return group_id

    def add_map(self, entity: tuple[str, str], status: str) -> None:
        begin = self.app.world.now() - timedelta(hours=1)
        plan = pace(begin, ("submitted", status), seeded(status))
        make_map(self.app.world, entity, self.R, begin=begin, created_by=USER, plan=plan)


@pytest.fixture
def app(clock, folder):
    """The samples."""
    return make_app(folder, now=clock, base_url=f"{BASE}/")


@pytest.fixture
def client(app):
    return Client(app)


@pytest.fixture
def stage(clock, folder):
    """What the conformance list is tried on."""
    return Stage(make_app(folder, now=clock, base_url=BASE, is_empty=True))


@pytest.fixture
def said():
    """Checks what was refused: status, title and detail."""

    def check(reply, status, title, detail):
        assert reply.headers["Content-Type"] == "application/json"
        assert reply.body.startswith(b'{"title":')
        assert (reply.status, reply.json) == (status, {"title": title, "status": status, "detail": detail})

    return check
