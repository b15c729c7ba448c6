"""The file that a page shows, and where that page is: all that a viewer needs of its surroundings."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from dashboard.domain.files import ByteReader
from dashboard.models import Run, Trial
from dashboard.services import artifacts
from dashboard.views.artifacts import rows


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One file of a run or trial on one page. The asker may see the run: whoever makes a subject has checked it."""

    run: Run
    trial: Trial | None
    path: str
    page: str
    """The page's own path, without a query."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the page that stay whatever the viewer shows: ``file``, the list's ``q`` and ``sort``."""

    def open(self) -> AbstractContextManager[ByteReader]:
        """The file's bytes. Raises ``SourceError``."""
        return artifacts.open_file(self.run, self.trial, self.path)

    def url(self, **params: str | int | None) -> str:
        """The same page with these parameters of the viewer; those that are None or empty are left out."""
        query = {**self.fixed, **{key: str(value) for key, value in params.items() if value not in (None, "")}}
        return f"{self.page}?{urlencode(query)}" if query else self.page

    def file_url(self, path: str) -> str:
        """Another file of the same run or trial, on a page of its own."""
        return rows.shown_url(self.run.pk, self._trial_pk, path)

    def inline_url(self, path: str) -> str:
        """The bytes of another file as what they are, where they are of a kind that is safe."""
        return rows.inline_url(self.run.pk, self._trial_pk, path)

    @property
    def inline(self) -> str:
        """The file's own bytes as what they are."""
        return self.inline_url(self.path)

    @property
    def download(self) -> str:
        """The file's own bytes as an attachment."""
        return rows.download_url(self.run.pk, self._trial_pk, self.path)

    @cached_property
    def key(self) -> "artifacts.FileKey":
        """Under what its indexes are kept."""
        return artifacts.file_key(self.run, self.trial, self.path)

    @property
    def _trial_pk(self) -> int | None:
        return None if self.trial is None else self.trial.pk
