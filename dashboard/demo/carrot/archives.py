"""Runs as CSV files in a ZIP archive: six files, always."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from dashboard.demo.answers import Json
from dashboard.demo.carrot.statuses import with_underscores

METADATA = (
    "run_id", "test_id", "name", "status", "test_wdl", "test_wdl_hash", "test_wdl_dependencies",
    "test_wdl_dependencies_hash", "eval_wdl", "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
    "test_cromwell_job_id", "eval_cromwell_job_id", "created_at", "created_by", "finished_at", "errors",
)  # fmt: skip
OTHERS = {
    "test_inputs": "test_input",
    "eval_inputs": "eval_input",
    "test_options": "test_options",
    "eval_options": "eval_options",
    "results": "results",
}
EPOCH = (1980, 1, 1, 0, 0, 0)

Document = Mapping[str, Json]


def zip_runs(runs: Sequence[Document]) -> bytes:
    """The archive of runs in their JSON form."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        add_table(archive, "metadata", METADATA, [describe_metadata(run) for run in runs])
        for name, column in OTHERS.items():
            values = [as_object(run.get(column)) for run in runs]
            keys = sorted({key for value in values for key in value})
            rows = [{"run_id": run["run_id"], **value} for run, value in zip(runs, values, strict=True)]
            add_table(archive, name, ("run_id", *keys), rows)
    return written.getvalue()


def add_table(archive: zipfile.ZipFile, name: str, columns: Sequence[str], rows: Sequence[Document]) -> None:
    """One file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    archive.writestr(zipfile.ZipInfo(f"{name}.csv", EPOCH), text.getvalue())


def describe_metadata(run: Document) -> Document:
    """The columns of a run that have other words in CSV."""
    spelt = {name: str(run[name] or "").replace("T", " ") for name in ("created_at", "finished_at")}
    return dict(run) | spelt | {"status": with_underscores(str(run["status"]))}


def cell(value: Json) -> str:
    """Texts as they are, nothing as nothing, everything else as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_object(value: Json) -> Document:
    """An object; an empty one for null."""
    return value if isinstance(value, dict) else {}
