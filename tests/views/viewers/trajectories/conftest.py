"""A job folder with one trial, whose trajectories the test writes."""

import json
import shutil

import pytest
from django.urls import reverse

from dashboard.models import Source, Trial
from dashboard.services.sync.loop import look_once
from tests.pages import GENUINE

JOB, NAME = "scripted-two-models", "write-hello__ouyF9FT"


@pytest.fixture
def folder(tmp_path):
    """The trial's own, within a finished job."""
    job = tmp_path / JOB
    shutil.copytree(GENUINE / JOB, job, ignore=lambda _folder, names: [n for n in names if "__" in n and n != NAME])
    return job / NAME


@pytest.fixture
def write(folder):
    """Write a trajectory of these steps into a file of the trial."""

    def put(*steps, path="agent/trajectory.json", **members):
        wire = {"schema_version": "ATIF-v1.7", "agent": {"name": "codex", "version": "1"}, "steps": list(steps)}
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(wire | members))

    return put


@pytest.fixture
def page(db, folder):
    """The address of a file's page, once the job is mirrored."""
    made = []

    def address(path="agent/trajectory.json", **query):
        if not made:
            made.append(Source.objects.create(name="Jobs", kind="harbor", address=str(folder.parents[1])))
            look_once()
        trial = Trial.objects.get(external_id=NAME)
        url = reverse("trial-file", args=[trial.run_id, trial.pk, path])
        return f"{url}?{'&'.join(f'{key}={value}' for key, value in query.items())}"

    return address
