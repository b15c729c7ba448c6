"""``/files/…``: what the real server leaves in buckets, served here so that it can be read: results and renderings.

Everything follows from its path: nothing but the rows that name it is kept. What is not there yet is not found.
"""

from collections.abc import Callable

from dashboard.demo.answers import Answer
from dashboard.demo.carrot.answers import nothing
from dashboard.demo.carrot.archives import zip_runs
from dashboard.demo.carrot.desks import Desk
from dashboard.demo.carrot.notebooks import fill_notebook, write_notebook
from dashboard.demo.carrot.pages import write_page
from dashboard.demo.carrot.pictures import draw_plot, write_text, write_variants
from dashboard.demo.carrot.run_views import describe_run, view_run
from dashboard.demo.carrot.stores import Row
from dashboard.demo.ranges import answer_bytes

FOLDER = "/files/"
NOTEBOOK, HTML, ZIP = "application/x-ipynb+json", "text/html; charset=utf-8", "application/zip"
RENDERERS: dict[str, tuple[Callable[[Desk, Row], bytes], str]] = {
    "report_template.ipynb": (lambda _, row: write_notebook(row["notebook"]), NOTEBOOK),
    "report.ipynb": (lambda desk, row: write_notebook(fill_notebook(row, documents(desk, row))), NOTEBOOK),
    "report.html": (lambda desk, row: write_page(row, documents(desk, row)).encode(), HTML),
    "run_csvs.zip": (lambda desk, row: zip_runs(documents(desk, row)), ZIP),
}
RESULTS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "png": (draw_plot, "image/png"),
    "vcf": (write_variants, "text/plain; charset=utf-8"),
    "txt": (write_text, "text/plain; charset=utf-8"),
}


def serve_file(desk: Desk) -> Answer:
    """A file, whole or a range of it; 404 for what nobody has made."""
    if desk.call.method not in {"GET", "HEAD"}:
        raise nothing(405)
    path = desk.call.path.removeprefix(FOLDER)
    body, media_type = serve_result(desk, path) if path.startswith("runs/") else serve_rendering(desk, path)
    return answer_bytes(desk.call, body, media_type)


def serve_result(desk: Desk, path: str) -> tuple[bytes, str]:
    """A file result of a run."""
    run = desk.world.table("runs").get(path.split("/")[1])
    results = view_run(run, desk.moment)["results"] if run else None
    if f"file:{path}" not in (results or {}).values():
        raise nothing(404)
    write, media_type = RESULTS[path.rpartition(".")[2]]
    return write(path), media_type


def serve_rendering(desk: Desk, path: str) -> tuple[bytes, str]:
    """A file of a rendering that has ended well, whatever became of its report map."""
    for row in desk.world.table("renderings").values():
        if f"file:{path}" in row["files"].values() and row["ready_at"] <= desk.moment:
            write, media_type = RENDERERS[path.rpartition("/")[2]]
            return write(desk, row), media_type
    raise nothing(404)


def documents(desk: Desk, row: Row) -> list[dict[str, object]]:
    """The runs of a rendering as JSON, as they were when it was made; those that were deleted since are missing."""
    runs = desk.world.table("runs")
    views = [view_run(runs[key], row["made_at"]) for key in row["runs"] if key in runs]
    return [describe_run(desk, view) for view in views]
