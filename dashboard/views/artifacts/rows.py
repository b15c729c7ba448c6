"""Files of a run or trial as rows of a list, each with the addresses where it is shown and downloaded."""

from urllib.parse import quote

from django.urls import reverse

from dashboard.domain.records import ArtifactListing, ArtifactRecord

ICONS = {"log": "log", "trajectory": "trajectory", "diff": "diff", "result": "result", "config": "config"}


def rows(listing: ArtifactListing, run_id: int, trial_id: int | None = None) -> list[dict[str, object]]:
    """Context of ``artifacts/_list.html``'s ``files``."""
    return [_row(record, run_id, trial_id) for record in listing.artifacts]


def download_url(run_id: int, trial_id: int | None, path: str) -> str:
    """Where the file is downloaded."""
    return _url("download", run_id, trial_id, path)


def shown_url(run_id: int, trial_id: int | None, path: str) -> str:
    """Where the file is shown, in its viewer."""
    return _url("file", run_id, trial_id, path)


def inline_url(run_id: int, trial_id: int | None, path: str) -> str:
    """Where the file's bytes are what they are, if they are of a safe kind."""
    return _url("inline", run_id, trial_id, path)


def _row(record: ArtifactRecord, run_id: int, trial_id: int | None) -> dict[str, object]:
    can_read = not record.note
    return {
        "path": record.path,
        "icon": ICONS.get(record.kind, "file"),
        "size": record.size,
        "note": record.note,
        "url": shown_url(run_id, trial_id, record.path) if can_read else "",
        "download": download_url(run_id, trial_id, record.path) if can_read else "",
    }


def _url(what: str, run_id: int, trial_id: int | None, path: str) -> str:
    """``reverse`` leaves some characters of a path as they are; every one that means something is quoted here."""
    name, ids = (f"run-{what}", [run_id]) if trial_id is None else (f"trial-{what}", [run_id, trial_id])
    return reverse(name, args=[*ids, "x"]).removesuffix("x") + quote(path, safe="/")
