"""Opening one file of a run or trial."""

from contextlib import AbstractContextManager

from dashboard.domain.files import ByteReader
from dashboard.models import Run, Trial
from dashboard.services.artifacts.keys import FileKey
from dashboard.services.reach import reach


def open_file(run: Run, trial: Trial | None, path: str) -> AbstractContextManager[ByteReader]:
    """Open one file by the path of its listing. Raises ``SourceError``."""
    return reach(run.source).open_artifact(run.external_id, _external_id(trial), path)


def file_key(run: Run, trial: Trial | None, path: str) -> FileKey:
    """Which file that is; nothing says that it is there."""
    return FileKey(
        source=run.source_id,
        address=run.source.address,
        run=run.external_id,
        trial=_external_id(trial),
        path=path,
    )


def _external_id(trial: Trial | None) -> str | None:
    return None if trial is None else trial.external_id
