"""What one types to see the same in a terminal: the commands of each kind of source, ready to be copied.

Ids come from outside. Each is quoted for a shell as one word, and none can be taken for an option.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dashboard.domain.statuses import RunKind, SourceKind
from dashboard.models import Run, Trial
from dashboard.services.offers import is_deletable

Words = tuple[str, ...]
"""A command's words; ``{run}`` and ``{trial}`` stand for ids."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, and what it does."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class _Client:
    """The commands that a kind of source has for runs, by their kind, and for trials."""

    runs: Mapping[RunKind, Mapping[str, Words]]
    trials: Mapping[str, Words] = field(default_factory=dict)


_CLIENTS: Mapping[str, _Client] = {
    SourceKind.DOCKS: _Client(
        runs={
            RunKind.SANDBOX: {"Details": ("docks", "runs", "get", "{run}")},
            RunKind.EVALUATION: {
                "Details": ("docks", "runs", "eval-get", "{run}"),
                "Trials": ("docks", "runs", "trials", "{run}"),
                "Artifacts": ("docks", "runs", "artifacts", "{run}"),
            },
        },
        trials={
            "Details": ("docks", "runs", "trial", "{run}", "{trial}"),
            "Artifacts": ("docks", "runs", "artifacts", "{run}", "--trial", "{trial}"),
        },
    ),
    SourceKind.CARROT: _Client(
        runs={
            RunKind.TEST: {
                "Details": ("carrot_cli", "run", "find_by_id", "{run}"),
                "Reports": ("carrot_cli", "run", "find_reports", "{run}"),
                "Delete": ("carrot_cli", "run", "delete", "{run}"),
            },
        },
    ),
}


def of_run(run: Run) -> list[Command]:
    """The commands that show a run; none for a source that has no client of its own.

    That which deletes it is among them only where it can be deleted.
    """
    client = _CLIENTS.get(run.source.kind)
    commands = {} if client is None else client.runs.get(RunKind(run.kind), {})
    if not is_deletable(run):
        commands = {label: words for label, words in commands.items() if label != "Delete"}
    return _written(commands, {"{run}": run.own_id})


def of_trial(trial: Trial) -> list[Command]:
    """The commands that show a trial of an evaluation run."""
    client = _CLIENTS.get(trial.run.source.kind)
    ids = {"{run}": trial.run.own_id, "{trial}": trial.external_id}
    return _written({} if client is None else client.trials, ids)


def _written(commands: Mapping[str, Words], ids: Mapping[str, str]) -> list[Command]:
    return [Command(label, _line(words, ids)) for label, words in commands.items()]


def _line(words: Sequence[str], ids: Mapping[str, str]) -> str:
    """One line. Where an id could be read as an option, all of them stand behind ``--``, options before it."""
    if not any(text.startswith("-") for text in ids.values()):
        return shlex.join(ids.get(word, word) for word in words)
    options = [(name, value) for name, value in pairwise(words) if name.startswith("--")]
    taken = {word for option in options for word in option}
    given = [f"{name}={ids.get(value, value)}" for name, value in options]
    plain = [word for word in words if word not in taken]
    verb = [word for word in plain if word not in ids]
    return shlex.join([*verb, *given, "--", *(ids[word] for word in plain if word in ids)])
