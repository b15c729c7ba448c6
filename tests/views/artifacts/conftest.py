"""A trial of a job whose folder tests fill."""

import pytest

from dashboard.models import Source, Trial
from dashboard.services.sync.loop import look_once


@pytest.fixture
def folder(tmp_path):
    """The trial's folder; files that a test writes into it are there at once."""
    made = tmp_path / "jobs" / "job" / "hello__AAAA"
    made.mkdir(parents=True)
    (made.parent / "config.json").write_text('{"job_name": "job", "agents": []}')
    (made.parent / "job.log").write_text("a line\n")
    (made / "config.json").write_text('{"task": {"path": "tasks/hello"}, "trial_name": "hello__AAAA"}')
    return made


@pytest.fixture
def kept_trial(db, folder):
    """The trial, as the mirror has it."""
    Source.objects.create(name="Jobs", kind="harbor", address=str(folder.parent.parent), time_zone="UTC")
    look_once()
    return Trial.objects.get()


@pytest.fixture
def address(kept_trial):
    """Gives the address of one of the trial's files: ``inline``, ``download`` or ``file``."""

    def made(what, path):
        return f"/runs/{kept_trial.run_id}/trials/{kept_trial.pk}/{what}/{path}"

    return made
