"""The benchmarks: what was measured beside what was aimed at, on the screen and in ``var/bench.md``.

::

    python -m tests.benchmarks [--small] [--only sync lists trials browser start watch faults fleet pipelines reading
                                peers]
"""

import argparse
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import (
    bench_browser,
    bench_faults,
    bench_fleet,
    bench_lists,
    bench_peers,
    bench_pipelines,
    bench_reading,
    bench_start,
    bench_sync,
    bench_trials,
    bench_watch,
    processes,
)
from tests.benchmarks.bench import Bench
from tests.benchmarks.product import ROOT

MEASUREMENTS = {
    "sync": bench_sync.measure,
    "lists": bench_lists.measure,
    "trials": bench_trials.measure,
    "browser": bench_browser.measure,
    "start": bench_start.measure,
    "watch": bench_watch.measure,
    "faults": bench_faults.measure,
    "fleet": bench_fleet.measure,
    "pipelines": bench_pipelines.measure,
    "reading": bench_reading.measure,
    "peers": bench_peers.measure,
}


def main() -> int:
    """Measure what was asked for; 1 if an aim was missed."""
    parser = argparse.ArgumentParser(description="Measure the product.")
    parser.add_argument("--small", action="store_true", help="small trees and mirrors: a try, no result")
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS))
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "bench.md", help="file for the tables")
    said = parser.parse_args()
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder, said.small)
    _say_where(bench)
    for name in said.only:
        MEASUREMENTS[name](bench)
        bench.report.write(said.to)
    missed = bench.report.missed
    sys.stdout.write(f"\n{f'{len(missed)} aims missed' if missed else 'Every aim reached'} · {said.to}\n")
    return 1 if missed else 0


def _say_where(bench: Bench) -> None:
    remark = bench.report.remark
    where = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}"
    remark(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {where}.")
    remark(f"Load of the machine before it began: {processes.load()}.")
    remark(f"The tree: {bench.size}{' (small: a try, no result)' if bench.is_small else ''}.")


if __name__ == "__main__":
    sys.exit(main())
