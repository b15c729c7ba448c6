"""Whether a folder can be a source of jobs, or was named by mistake: not there, not readable, or itself a job."""

import os
from itertools import islice
from pathlib import Path

from dashboard.domain.errors import BadAnswer
from dashboard.domain.records import Json, SourceConfig
from dashboard.sources.harbor import documents, files, looks
from dashboard.sources.harbor.looks import CONFIG, RESULT, Kind
from dashboard.sources.problems import Problems

MOST_TRIED = 200
"""Folders in it that are looked into to see what it holds."""


def fault_of(path: Path) -> str:
    """Why jobs cannot be shown from a folder, as one sentence for a person; empty where they can."""
    if not os.path.exists(path):  # noqa: PTH110 - answers for any path, also for one below a folder that is closed to us
        return f"There is no folder {path}."
    if not path.is_dir():
        return f"{path} is not a folder. Name the folder that holds the jobs."
    if not os.access(path, os.R_OK | os.X_OK):
        return f"The folder {path} may not be read by the user who runs Quayside."
    try:
        with files.open_path(path) as folder:
            return _itself_a_job(path) if is_job(folder) else ""
    except OSError as error:
        return f"The folder {path} cannot be read: {error.strerror}."


def refuse_job(folder: int, config: SourceConfig) -> None:
    """Raises ``BadAnswer`` (code ``not_a_jobs_folder``) if the source's open folder is itself a job."""
    if is_job(folder):
        raise BadAnswer(_itself_a_job(Path(config.address)), source=config.name, code="not_a_jobs_folder")


def is_job(folder: int) -> bool:
    """Whether an open folder is one job instead of a place of jobs. Raises ``OSError`` if it cannot be listed.

    It has a job's own file, and its first folder that tells is no job. So a configuration that somebody keeps beside
    their jobs changes nothing.
    """
    if not _has_files_of_a_job(folder):
        return False
    names = (name for name, kind in looks.entries_of(folder) if kind is Kind.FOLDER)
    first = next((name for name in islice(names, MOST_TRIED) if _tells(name, folder)), None)
    if first is None:
        return True
    with files.open_folder(first, folder) as inner:
        return not _has_files_of_a_job(inner)


def _itself_a_job(path: Path) -> str:
    return f"{path} is itself a job. Give the folder that holds it: {Path(os.path.normpath(path)).parent}"


def _tells(name: str, folder: int) -> bool:
    """Whether something in a folder has files by which it can be known."""
    try:
        return looks.look_at_trial(name, folder).is_trial
    except OSError:
        return False


def _has_files_of_a_job(folder: int) -> bool:
    result, config = _read(RESULT, folder), _read(CONFIG, folder)
    return "n_total_trials" in result or "stats" in result or "job_name" in config or "jobs_dir" in config


def _read(name: str, folder: int) -> dict[str, Json]:
    return documents.read_document(name, folder, now_ns=0, where=name, problems=Problems()).value
