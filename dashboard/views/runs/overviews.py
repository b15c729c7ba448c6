"""What the overview of a run is made of, by the kind of run."""

from typing import Any

from django.utils import timezone

from dashboard.models import Run
from dashboard.services import commands, failures, grids, leaderboards, progress, runs, tests_passed
from dashboard.services.reach import capabilities
from dashboard.views import source_counts
from dashboard.views.runs import facts as run_facts
from dashboard.views.runs import pipeline_runs as run_tests
from dashboard.views.runs import tiles as run_tiles

EVALUATION = "runs/_overview.html"
SANDBOX = "runs/_sandbox.html"
TEST = "runs/_test.html"

MOST_FAILURES = 5
MOST_TASKS = 25


def template_of(run: Run) -> str:
    """The template that shows :func:`context`."""
    if run.is_test:
        return TEST
    return SANDBOX if run.is_sandbox else EVALUATION


def context(run: Run) -> dict[str, Any]:
    """Everything about the run that its overview shows."""
    facts = {
        "outcomes": run_facts.outcomes(run),
        "commands": run_facts.typed(commands.of_run(run)),
        "no_delete": runs.refusals(run).get("delete", ""),
    }
    if run.is_test:
        return facts | run_tests.overview(run)
    return facts | (_sandbox(run) if run.is_sandbox else _evaluation(run))


def _sandbox(run: Run) -> dict[str, Any]:
    machine = run_facts.told(run)
    others = [fact for fact in run_facts.pairs(run) if fact not in machine]
    return {"tiles": run_tiles.of_sandbox(run), "machine": machine, "pairs": others}


def _evaluation(run: Run) -> dict[str, Any]:
    standings, tests = leaderboards.of_run(run.pk), tests_passed.by_solver(run)
    return {
        "pairs": run_facts.pairs(run),
        "tiles": run_tiles.tiles(run, tests_passed.overall(tests)),
        "leaderboard": run_facts.leaderboard(standings, tests),
        "has_tests": bool(tests),
        "has_costs": capabilities(run.source).costs,
        "pass_at": run_facts.pass_at_columns(standings),
        "failure_groups": run_facts.failure_rows(failures.groups(run)[:MOST_FAILURES]),
        "grid": grids.grid(run, limit=MOST_TASKS),
        "progress": progress.progress(run, timezone.now()),
        "left_out": run_tiles.left_out(run),
        "source_rows": source_counts.evals(run),
        "source_counters": source_counts.counters(run),
        "source_variants": source_counts.variants(run),
    }
