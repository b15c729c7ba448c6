"""The verifier's own files, which tell the verdict of a trial whose result cannot be read."""

from collections.abc import Callable

from dashboard.domain.records import Json
from dashboard.sources.harbor import files
from dashboard.sources.harbor.documents import parse
from dashboard.sources.harbor.mapping import rewards_of
from dashboard.sources.harbor.values import Fields
from dashboard.sources.problems import Problems

FOLDER = "verifier"
LARGEST = 64 * 1024
"""Bytes of a file of rewards that is still read."""


def no_verdict(problems: Problems) -> Fields:
    """What is known where no verifier wrote anything."""
    return Fields({}, "", problems)


def read_verdict(trial: int, *, where: str, problems: Problems) -> Fields:
    """Rewards as a trial's result would hold them, from the files in its open folder; empty where there are none.

    ``where`` of what is found says which file it is from. Never raises: a file that cannot be read is as none.
    """
    for name, rewards_in in _FORMATS.items():
        rewards = rewards_in(_content(name, trial))
        found = Fields({"verifier_result": {"rewards": rewards}}, f"{where}{FOLDER}/{name}", problems)
        if rewards and rewards_of(found):
            return found
    return no_verdict(problems)


def _content(name: str, trial: int) -> bytes:
    try:
        with files.open_folder(FOLDER, trial) as folder:
            return files.read_file(name, folder, LARGEST).data
    except OSError:
        return b""


def _from_json(data: bytes) -> dict[str, Json]:
    """An object of rewards by key."""
    value, _ = parse(data)
    return value if isinstance(value, dict) else {}


def _from_text(data: bytes) -> dict[str, Json]:
    """One number, the reward."""
    try:
        return {"reward": float(data)}
    except ValueError:
        return {}


_FORMATS: dict[str, Callable[[bytes], dict[str, Json]]] = {"reward.json": _from_json, "reward.txt": _from_text}
