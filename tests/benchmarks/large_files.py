"""One job whose first trial left very large files, as real ones do: a trajectory, a log, and a longer log."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from tests.benchmarks import trees
from tests.benchmarks.tree_documents import BEGAN, NOUNS, VERBS, fillings

MB = 2**20
N_TRIALS = 50
RARE = "needle-in-the-haystack"
"""A word that one line in so many holds."""
EVERY = 40_000
LINES = 5_000
"""Different lines of a log, again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """How large."""

    steps: int
    log: int
    """Bytes."""
    long_log: int


FULL = Large(steps=5_000, log=50 * MB, long_log=1024 * MB)
SMALL = Large(steps=500, log=5 * MB, long_log=20 * MB)
LOG, LONG_LOG, TRAJECTORY = "trial.log", "agent/long.txt", "agent/trajectory.json"


def cached(folder: Path, large: Large) -> Path:
    """A folder of jobs with such files, written if it is not there yet; whole or not at all."""
    tree = folder / f"large-{large.steps}-{large.log // MB}-{large.long_log // MB}"
    if not tree.is_dir():
        unfinished = tree.with_name(f"{tree.name}.unfinished")
        write(unfinished, large)
        unfinished.rename(tree)
    return tree


def write(folder: Path, large: Large) -> None:
    """One job of fifty trials; the first one's files are large."""
    size = trees.Size(jobs=1, tasks=N_TRIALS, attempts=1)
    job = trees.write_job(folder, trees.a_job(0), size, list(fillings(size.trial_bytes)))
    trial = min(path for path in job.iterdir() if path.is_dir())
    (trial / TRAJECTORY).write_text(json.dumps(trajectory(large.steps)))
    write_log(trial / LOG, large.log)
    write_log(trial / LONG_LOG, large.long_log)


def write_log(path: Path, size: int) -> None:
    """Lines of different lengths, some coloured, a rare one every now and then, up to so many bytes."""
    block = b"".join(line.encode() for line in islice(_lines(random.Random("log")), EVERY))
    with path.open("wb") as file:
        for _ in range(size // len(block)):
            file.write(block)
        file.write(block[: size % len(block)].rpartition(b"\n")[0] + b"\n")


def _lines(chance: random.Random) -> Iterator[str]:
    words = [f"{verb} {noun}" for verb in VERBS for noun in NOUNS]
    texts = [" ".join(chance.choices(words, k=chance.randint(2, 18))) for _ in range(LINES)]
    yield f"2026-10-01T08:00:00Z INFO {RARE}\n"
    for number in range(1, EVERY):
        colour = "\x1b[33mWARNING\x1b[0m" if number % 97 == 0 else "INFO"
        yield f"2026-10-01T08:{number // 60 % 60:02}:{number % 60:02}Z {colour} {chance.choice(texts)}\n"


def trajectory(steps: int) -> dict[str, object]:
    """ATIF with steps of about four kilobytes: words, reasoning, a call and what came of it."""
    chance = random.Random("trajectory")
    words = [f"{verb} {noun}" for verb in VERBS for noun in NOUNS]
    texts = [" ".join(chance.choices(words, k=65)) for _ in range(50)]
    outputs = ["\n".join(" ".join(chance.choices(words, k=9)) for _ in range(16)) for _ in range(50)]
    made = [_step(number, chance, texts, outputs) for number in range(1, steps + 1)]
    made[-1]["message"] = f"It is done: {RARE}."
    return {"schema_version": "ATIF-v1.7", "session_id": "made-up", "agent": {"name": "made-up"}, "steps": made}


def _step(number: int, chance: random.Random, texts: list[str], outputs: list[str]) -> dict[str, object]:
    call = f"call_{number}"
    return {
        "step_id": number,
        "timestamp": (BEGAN + timedelta(seconds=9 * number)).isoformat(),
        "source": "agent",
        "model_name": "made-up",
        "message": chance.choice(texts)[:200],
        "reasoning_content": chance.choice(texts),
        "tool_calls": [{"tool_call_id": call, "function_name": "bash", "arguments": {"command": chance.choice(texts)}}],
        "observation": {"results": [{"source_call_id": call, "content": chance.choice(outputs)}]},
        "metrics": {
            "prompt_tokens": chance.randint(2_000, 90_000),
            "completion_tokens": chance.randint(30, 900),
            "cached_tokens": chance.randint(0, 2_000),
            "cost_usd": 0.01,
        },
    }
