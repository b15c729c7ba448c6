"""Artifacts: the files that runs and trials left."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from dashboard.api.shapes.pages import Page
from dashboard.api.shapes.places import Places
from dashboard.domain.records import ArtifactRecord
from dashboard.services import trial_files


class ArtifactOut(Schema):
    """A file of a run or trial."""

    path: str = Field(description="Where it is below its run or trial.")
    kind: str = Field(description="What it tells: log, trajectory, diff, result, recording, config or other.")
    size_bytes: int | None = Field(description="Bytes, where that is known.")
    modified_at: datetime | None
    not_read: str = Field(description="Why it cannot be read; empty where it can.")
    url: str | None = Field(description="The page that shows it, for people.")
    download_url: str | None = Field(description="Where its bytes are, for the same token; takes byte ranges.")


class ArtifactPage(Page):
    """A page of the files of a run or trial."""

    items: list[ArtifactOut]
    is_cut_off: bool = Field(description="There are more files than Quayside lists.")
    problems: list[str] = Field(description="What kept files from being listed, in sentences.")


def of_record(record: ArtifactRecord, places: Places, run_id: int, trial_id: int | None) -> ArtifactOut:
    """A file's row."""
    what, ids = ("run", [run_id]) if trial_id is None else ("trial", [run_id, trial_id])
    return ArtifactOut(
        path=record.path,
        kind=str(trial_files.kind_of(record) or record.kind),
        size_bytes=record.size,
        modified_at=record.modified_at,
        not_read=record.note,
        url=None if record.note else places.file(f"{what}-file", *ids, path=record.path),
        download_url=None if record.note else places.file(f"api-{what}-bytes", *ids, path=record.path),
    )
