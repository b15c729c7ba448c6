"""The archive of an evaluation run of a Docks server, over real connections: laid out as the client's folder."""

import io
import json
import zipfile
from contextlib import ExitStack

import pytest

from dashboard.models.sealed import Sealed
from dashboard.services.archives.making import make
from dashboard.services.archives.orders import Order
from dashboard.services.archives.progress import Progress
from tests import factories
from tests.http.faulty_server import raw
from tests.sources.docks.fake import TENANT, TOKEN, trial

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.1"])]

RUN, FIRST, SECOND = "8a6f0c1e-2b3d-4c5e", "11111111-aaaa-bbbb", "22222222-aaaa-bbbb"
LOG = bytes(range(256)) * 4_096


@pytest.fixture
def run(docks):
    """Two trials: one with all files it may have but one, one without any."""
    docks.evaluations[RUN] = {"id": RUN, "name": "Nightly", "status": "completed"}
    docks.trials[RUN] = [
        trial(
            FIRST,
            task_slug="django__django-11039",
            logs_uri=docks.put_file("out/agent.log", LOG),
            diff_uri="gs://elsewhere/change.diff",
            result_uri=docks.put_file("out/result", b"{}"),
        ),
        trial(SECOND, task_slug="../../escape"),
    ]
    source = factories.make_source(
        "Docks", kind="docks", address=docks.url, tenant=TENANT, token=Sealed.of(TOKEN),
        allowed_endpoints=[["127.0.0.1", docks.port]],
    )  # fmt: skip
    made = factories.make_run(source, external_id=f"eval/{RUN}", name="Nightly")
    for one in docks.trials[RUN]:
        factories.make_trial(made, factories.make_task(one["task_slug"]), external_id=one["id"])
    return made


@pytest.fixture
def told(run, viewer, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return Progress(viewer, run, "d" * 32)


def archive(run, told, **order):
    with ExitStack() as held:
        return zipfile.ZipFile(io.BytesIO(b"".join(make(Order(run=run, **order), told, held))))


def missing(found):
    return [
        (row["trial"], row["type"], row["reason"].partition(":")[0])
        for row in json.loads(found.read("MANIFEST.json"))["missing"]
    ]


def test_it_is_laid_out_as_the_client_lays_it_out(run, told):
    found = archive(run, told)
    assert found.namelist()[:-2] == [
        "8a6f0c1e-2b3/django__django-11039_11111111-aaa/logs.log",
        "8a6f0c1e-2b3/django__django-11039_11111111-aaa/result.json",
    ]
    assert found.read("8a6f0c1e-2b3/django__django-11039_11111111-aaa/logs.log") == LOG


def test_what_has_no_address_or_none_that_is_allowed_is_missing(run, told):
    lacks = "The source has no file of this type."
    assert missing(archive(run, told)) == [
        (FIRST, "diff", "Not fetched"),
        (FIRST, "trajectory", lacks),
        *[(SECOND, each, lacks) for each in ("logs", "trajectory", "diff", "result")],
    ]


def test_one_type_of_one_trial(run, told):
    found = archive(run, told, trial=run.trials.get(external_id=FIRST), types=["result"])
    assert found.namelist()[:-2] == ["8a6f0c1e-2b3/django__django-11039_11111111-aaa/result.json"]


def test_no_token_is_in_it(run, told, docks):
    docks.answers[f"GET /harbor/runs/{RUN}/trials/{FIRST}"] = raw(b"HTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n")
    found = archive(run, told)
    assert (FIRST, None) in {row[:2] for row in missing(found)}
    assert not any(TOKEN.encode() in found.read(name) for name in found.namelist())
