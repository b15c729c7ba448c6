"""A stand-in CARROT server beside a product: its clock is put forward, and what is due is looked at now."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.browser.products import ROOT, Product, Rows

NAME = "Regression"
SERVE = """
import json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from dashboard.demo.carrot import files, make_app, serve

ahead, genuine = timedelta(), files.RENDERERS["report.html"]
app = make_app(Path(sys.argv[1]), now=lambda: datetime.now(UTC) + ahead)
print(serve(app, "127.0.0.1", 0).port, flush=True)
for line in sys.stdin:
    order = json.loads(line)
    ahead += timedelta(seconds=order.get("seconds", 0))
    if "html" in order:
        written = lambda *_, html=order["html"].encode(): html
        files.RENDERERS["report.html"] = (written, files.HTML) if order["html"] else genuine
    print("done", flush=True)
"""


class StandIn:
    """The stand-in in a process of its own; its clock runs ahead of ours as far as it was put forward."""

    def __init__(self, folder) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline())

    def go_on(self, **length) -> None:
        self._order(seconds=timedelta(**length).total_seconds())

    def write_reports(self, html: str) -> None:
        """From now on each report's document is this one; without any, it is the genuine one again."""
        self._order(html=html)

    def stop(self) -> None:
        self.process.communicate(timeout=20)

    def _order(self, **order) -> None:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


@dataclass(slots=True)
class Server:
    """A stand-in, and the product whose source it is."""

    stand_in: StandIn
    product: Product
    runs: Rows = field(default_factory=list)
    """As exported when everything began; and so are the reports."""
    reports: Rows = field(default_factory=list)

    def begin(self) -> None:
        """Make the stand-in a source of the product, and wait for its runs and the newest reports."""
        port = self.stand_in.port
        self.product.run(
            "shell",
            "-c",
            f"from dashboard.models import Source; Source.objects.create(name='{NAME}', kind='carrot',"
            f" address='http://127.0.0.1:{port}', allowed_endpoints=[['127.0.0.1', {port}]])",
        )
        self.reports = self.product.wait_for_rows("/reports/export.json", count=15, meanwhile=self.look)
        self.runs = self.product.rows(f"/runs/export.json?q=source:{NAME}")

    def go_on(self, **length) -> None:
        """Put the stand-in's clock forward, and have what it makes looked at now: nobody waits for a cadence."""
        self.stand_in.go_on(**length)
        self.look()

    def look(self) -> None:
        with closing(sqlite3.connect(self.product.database, timeout=20)) as database, database:
            database.execute("UPDATE dashboard_report SET next_sync_at = NULL WHERE maker = 'source'")
            database.execute("UPDATE dashboard_source SET next_sync_at = '2020-01-01' WHERE kind = 'carrot'")

    def run(self, **values: object) -> dict[str, Any]:
        """The newest run that has these values."""
        return self.runs_with(**values)[0]

    def runs_with(self, **values: object) -> Rows:
        """The runs that have these values, the newest first."""
        return [row for row in self.runs if values.items() <= row.items()]

    def report(self, status: str, *, place: int = 0) -> str:
        """The address of a report in that status: the newest, or the one at another place."""
        found = [row for row in self.reports if row["status"] == status]
        return f"/reports/{found[place]['id']}/"
