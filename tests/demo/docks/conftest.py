"""A stand-in with a clock that tests set, asked without a network."""

from typing import Any
from wsgiref.validate import validator

import pytest

from dashboard.demo.docks import Application, make_app
from tests.demo.asking import START, Clock, Reply, ask

__all__ = ["START", "TENANT", "TOKEN", "Client", "Clock"]

TENANT = "5b0d2c9e-6f3a-4f54-9c39-0b6a3d1f7a11"
TOKEN = "docks_for-tests"


class Client:
    """Asks the application directly; every exchange is checked against PEP 3333."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """Ask for a full path; ``headers`` in WSGI's spelling replace the usual ones."""
        return ask(validator(self.app), method, path, body, **{"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"} | headers)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", f"/tenants/{TENANT}{path}", **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Reply:
        return self.ask("POST", f"/tenants/{TENANT}{path}", body, **headers)

    def run(self, name: str) -> Any:
        """The evaluation run whose name begins so."""
        return next(run for run in self.get("/harbor/runs?limit=200").json if run["name"].startswith(name))

    def trials(self, run_id: str) -> Any:
        return self.get(f"/harbor/runs/{run_id}/trials").json


@pytest.fixture
def app(clock, folder):
    return make_app(folder, now=clock, token=TOKEN, tenant=TENANT, base_url="http://127.0.0.1:8480/")


@pytest.fixture
def client(app):
    return Client(app)


@pytest.fixture
def moving(client):
    """The id of the run that moves."""
    return client.run("pull-request-1200")["id"]
