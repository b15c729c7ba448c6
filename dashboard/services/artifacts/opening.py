"""Opening one file: of a run or trial by its path, of a source by its address."""

from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path

from django.conf import settings

from dashboard.domain.files import ByteReader
from dashboard.models import Run, Source, Trial
from dashboard.services.artifacts.blocks import BLOCK, Ask, Shelf, open_through
from dashboard.services.artifacts.folders import Folder
from dashboard.services.artifacts.keys import FileKey
from dashboard.services.reach import capabilities, reach

SETTLED, GROWING = 15.0, 2.0
"""Seconds that a source is believed what it said of a file: of one that is over, and of one that still runs."""
_MEGABYTE = 2**20


def open_file(run: Run, trial: Trial | None, path: str, *, at: int = 0) -> AbstractContextManager[ByteReader]:
    """Open one file by the path of its listing. Raises ``SourceError``.

    Reading here and there in it is cheap: what is elsewhere comes in blocks that are kept on this machine. ``at`` is
    the byte that reading most likely begins with, and may spare a request.
    """
    ask = partial(reach(run.source).open_artifact, run.external_id, _external_id(trial), path)
    return _opened(run.source, file_key(run, trial, path), ask, SETTLED if run.is_finished else GROWING, at)


def open_address(source: Source, address: str) -> AbstractContextManager[ByteReader]:
    """Open the file of a report or a result by its address, in the same way. Raises ``SourceError``."""
    key = FileKey(source=source.pk, address=source.address, run="", trial=None, path=address)
    return _opened(source, key, partial(reach(source).open_report_file, address), SETTLED, 0)


def file_key(run: Run, trial: Trial | None, path: str) -> FileKey:
    """Which file that is; nothing says that it is there."""
    return FileKey(
        source=run.source_id,
        address=run.source.address,
        run=run.external_id,
        trial=_external_id(trial),
        path=path,
    )


def _opened(source: Source, key: FileKey, ask: Ask, fresh_for: float, at: int) -> AbstractContextManager[ByteReader]:
    if capabilities(source).is_local or not settings.ARTIFACT_CACHE_MB:
        return ask(at=at)
    shelf = _shelf(settings.VAR_DIR, settings.ARTIFACT_CACHE_MB * _MEGABYTE)
    return open_through(shelf, key, ask, fresh_for=fresh_for, at=at)


@cache
def _shelf(var_dir: Path, limit: int) -> Shelf:
    return Shelf(folder=Folder(path=var_dir.absolute() / "cache" / "blocks", limit=limit, least=BLOCK // 4))


def _external_id(trial: Trial | None) -> str | None:
    return None if trial is None else trial.external_id
