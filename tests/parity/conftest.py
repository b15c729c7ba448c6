"""A stand-in Docks server on loopback, what its API says, and a mirror that the sync made of it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import transaction

from dashboard.demo.docks import make_app
from dashboard.models import Run, Source, Trial
from dashboard.services.sync import looks
from tests.demo.docks.conftest import START, TENANT, TOKEN, Clock
from tests.fixtures.docks import serving
from tests.pages import _empty_cache, client, parsed, person, resolved
from tests.parity.carrot import carrot, own_carrot

__all__ = ["_empty_cache", "carrot", "client", "own_carrot", "person"]


@dataclass
class Docks:
    """The server as whoever has only its API knows it, and the source that mirrors it."""

    url: str
    app: "Recording"
    clock: Clock
    source: Source

    def ask(self, path: str) -> Any:
        """What a route answers."""
        return self._asked("GET", path)

    def queue(self) -> Any:
        """A run called «waits» that another client made and nobody has started; the mirror has it."""
        made = self._asked("POST", "/harbor/runs", json=QUEUED)
        self.look()
        self.posts.clear()
        return made

    def _asked(self, method: str, path: str, **content: Any) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(method, f"{self.url}/tenants/{TENANT}{path}", headers=headers, timeout=10, **content)
        answer.raise_for_status()
        return answer.json()

    @property
    def posts(self) -> list[tuple[str, Any]]:
        """Whatever was asked to be done since the mirror was made."""
        return self.app.posts

    @property
    def sandboxes(self) -> Any:
        return self.ask("/runs?limit=200")

    @property
    def evaluations(self) -> Any:
        return self.ask(f"/harbor/runs?limit={self.source.list_limit}")

    def evaluation(self, name: str) -> Any:
        """The run of that name, as it is when asked for by itself."""
        identity = next(run["id"] for run in self.evaluations if run["name"].startswith(name))
        return self.ask(f"/harbor/runs/{identity}")

    def trials(self, run: Any) -> Any:
        return self.ask(f"/harbor/runs/{run['id']}/trials")

    def mirrored(self, item: Any) -> Run:
        """Our run of one of theirs."""
        return Run.objects.get(source=self.source, uid=item["id"])

    def mirrored_trial(self, item: Any) -> Trial:
        return Trial.objects.get(run__source=self.source, external_id=item["id"])

    def look(self) -> None:
        """What the sync does when the source is due."""
        looks.look_at_source(self.source.pk, self.clock)

    def look_at(self, run: Run) -> None:
        """What it does every few seconds for a run that somebody watches."""
        looks.look_at_run(run.pk, self.clock)


QUEUED = {
    "name": "waits", "max_concurrent": 4, "attempts_per_task": 1, "task_slugs": ["fix-git-merge"],
    "dataset_uri": "gs://example-datasets/terminal-bench",
    "agent_variants": [{"name": "nop", "config": {"type": "nop", "model": "none"}}],
}  # fmt: skip


class Browser:
    """Somebody who is signed in, and reads."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def open(self, url: str) -> Any:
        """The page as a tree, every variable of its template resolved."""
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code, response.headers.get("Location"))
        resolved(response)
        return parsed(response)

    def form(self, url: str, action: str = "") -> dict[str, Any]:
        """What a page's form for ``action`` would send by itself."""
        page, action = self.open(url), action or url
        [form] = [each for each in page.iter("form") if each.get("action") == action and each.get("method") == "post"]
        fields = [each for each in form.iter("input") if each.get("name") and each.get("type") != "checkbox"]
        names = dict.fromkeys(each.get("name") for each in fields)
        sent = {name: [each.get("value", "") for each in fields if each.get("name") == name] for name in names}
        return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}

    def send(self, url: str, action: str = "", **changes: Any) -> Any:
        """Fill in the form and press its button; the page that one is led to."""
        sent = self.client.post(action or url, self.form(url, action) | changes)
        assert sent.status_code == 302, sent.content.decode()
        return self.open(sent["Location"])


@pytest.fixture
def browser(client):
    return Browser(client)


class Recording:
    """The stand-in, and what is asked of it: (path, body) of every POST."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.posts: list[tuple[str, Any]] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            path = environ["PATH_INFO"].removeprefix(f"/tenants/{TENANT}")
            self.posts.append((path, json.loads(body) if body else None))
            environ["wsgi.input"] = io.BytesIO(body)
        return self.app(environ, start_response)


@contextmanager
def mirror(folder: Path, *, limit: int) -> Iterator[Docks]:
    """The stand-in four minutes after it was made, so that its moving run is half done, and looked at once."""
    clock = Clock()
    make_app(folder, now=Clock(), token=TOKEN, tenant=TENANT)
    clock.time = START + timedelta(minutes=4)
    app = Recording(make_app(folder, now=clock, token=TOKEN, tenant=TENANT))
    with serving(app) as server:
        source = Source.objects.create(
            name="Docks", kind="docks", address=server.url, tenant=TENANT, token=TOKEN, list_limit=limit,
            allowed_endpoints=[["127.0.0.1", server.port]],
        )  # fmt: skip
        docks = Docks(server.url, app, clock, source)
        docks.look()
        yield docks


@pytest.fixture(scope="module")
def docks(tmp_path_factory, django_db_setup, django_db_blocker):
    """A server that nothing is done to, mirrored once for a module."""
    with django_db_blocker.unblock(), transaction.atomic(), mirror(tmp_path_factory.mktemp("docks"), limit=20) as docks:
        yield docks
        transaction.set_rollback(True)


@pytest.fixture
def own(tmp_path, db):
    """A server for one test, which may do what it likes to it."""
    with mirror(tmp_path / "docks", limit=5) as docks:
        yield docks
