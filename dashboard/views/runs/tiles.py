"""The figures at the top of a run's page. Each says what it is made of."""

from dashboard import formats
from dashboard.domain import statistics
from dashboard.domain.statistics import Interval
from dashboard.models import Run
from dashboard.reporting.run_words import errored, known, per_solved, strict
from dashboard.services.reach import capabilities
from dashboard.services.tests_passed import MeanShare

LEFT_OUT_WARNING = 0.05
"""Share of errored, or of cancelled, trials above which rates deserve a warning."""

Tile = dict[str, object]


def tiles(run: Run, tests: MeanShare | None = None) -> list[Tile]:
    """The figures of an evaluation run, those that such a source can tell."""
    has = capabilities(run.source)
    return [
        *(_test_tiles(run, tests) if has.test_shares else []),
        *_rate_tiles(run),
        *(_cost_tiles(run) if has.costs else []),
        _tile("Tokens in", formats.tokens(run.input_tokens), _token_note(run), "Input tokens, cached ones included"),
        *([_tokens_out(run)] if has.costs else []),
        _tile("Wall time", formats.duration(run.duration), _end_note(run)),
    ]


def _test_tiles(run: Run, tests: MeanShare | None) -> list[Tile]:
    mean = "Mean over the trials of (tests passed ÷ tests), each trial counting the same"
    told = f"mean over {formats.plural(tests.n, 'trial')} with tests" if tests else "no trial tells its tests yet"
    return [
        _tile("Trials", formats.count(run.n_trials), f"{run.n_finished:,} finished"),
        _tile("Tests passed", formats.percent(tests.value if tests else None), told, mean),
    ]


def _rate_tiles(run: Run) -> list[Tile]:
    so_far = "" if run.is_finished else " so far"
    return [
        _tile(
            f"Pass rate, strict{so_far}",
            formats.percent(run.rate_strict),
            _strict_note(run),
            "Passed of all finished trials; errored, cancelled and unscored ones count as not passed",
        ),
        _tile(
            f"Pass rate, scored{so_far}",
            formats.percent(run.rate_scored),
            f"{run.n_passed:,} passed of {run.n_scored:,} with a verdict" if run.n_scored else "no verdict yet",
            "Passed of the trials that a verifier judged",
        ),
        _tile(
            "Errored",
            formats.count(run.n_errored),
            errored(run),
            "Ended by an exception and without a verdict",
            state="errored" if run.n_errored else "",
        ),
    ]


def _cost_tiles(run: Run) -> list[Tile]:
    costs, solved = formats.money(run.cost), formats.money(statistics.cost_per_solved(run.cost, run.n_passed))
    explained = "The cost of all trials, also failed and errored ones, per passed trial"
    return [
        _tile(
            "Cost",
            costs,
            known(run, run.n_with_cost, "report a cost"),
            "Sum over the trials that report a cost",
        ),
        _tile("Cost per solved", solved, per_solved(run), explained),
    ]


def _tokens_out(run: Run) -> Tile:
    return _tile("Tokens out", formats.tokens(run.output_tokens), known(run, run.n_with_tokens, "report tokens"))


def _tile(label: str, value: str, note: str, title: str = "", *, state: str = "") -> Tile:
    return {"label": label, "value": value, "note": note, "title": title, "state": state}


def _end_note(run: Run) -> str:
    if not run.is_finished:
        return "not finished"
    return "" if capabilities(run.source).starts or run.duration is None else "from its creation to its end"


def of_sandbox(run: Run) -> list[Tile]:
    """How the tasks of a sandbox run came out; empty while its source tells of none."""
    if not run.n_tasks:
        return []
    failed = _tile("Failed", formats.count(run.n_failed), _of_tasks(run, run.n_failed))
    return [
        _tile("Tasks", formats.count(run.n_tasks), "that the source tells of"),
        _tile("Passed", formats.count(run.n_passed), _of_tasks(run, run.n_passed)),
        failed | {"state": "failed" if run.n_failed else ""},
        _tile("Pending", formats.count(run.n_pending), "neither passed nor failed yet"),
    ]


def _of_tasks(run: Run, n: int) -> str:
    return f"{formats.percent(n / run.n_tasks, 0)} of its tasks"


def _strict_note(run: Run) -> str:
    if run.rate_strict is None:
        return "nothing judged yet"
    counted = strict(run)
    if run.interval_low is None or run.interval_high is None:
        return counted
    interval = Interval(run.interval_low, run.interval_high, run.interval_kind)
    return f"{formats.interval(interval)} · {counted}"


def _token_note(run: Run) -> str:
    return (
        f"{formats.tokens(run.cached_tokens)} of them cached"
        if run.cached_tokens is not None
        else known(run, run.n_with_tokens, "report tokens")
    )


def left_out(run: Run) -> str:
    """A claim about the finished trials, if more than 5 % of them errored, or were cancelled beside others that were
    judged or errored: the two rates tell different stories then. Empty otherwise.
    """
    floor = LEFT_OUT_WARNING * run.n_finished
    has_rate = bool(run.n_scored or run.n_errored)
    shares = [
        *(["errored"] if run.n_errored > floor else []),
        *(["were cancelled"] if run.n_cancelled > floor and has_rate else []),
    ]
    return f"More than 5 % of the finished trials {' and more than 5 % '.join(shares)}" if shares else ""
