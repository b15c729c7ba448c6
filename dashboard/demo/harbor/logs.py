"""The texts a trial leaves: the agent's log, the verifier's output, the test report, how a reward was come to."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.demo.harbor.narration import Turn
from dashboard.demo.harbor.tasks import Task

BOLD, DIM, GREEN, RED, CYAN, RESET = (f"\x1b[{code}m" for code in (1, 2, 32, 31, 36, 0))


def agent_log(agent: str, turns: Sequence[Turn], moments: Sequence[datetime]) -> str:
    """What ``agent/<agent>.txt`` holds: JSON lines for claude-code, coloured text for the others."""
    if agent == "claude-code":
        return "".join(json_line(turn) for turn in turns)
    return "".join(coloured(turn, moment) for turn, moment in zip(turns, moments, strict=True))


def json_line(turn: Turn) -> str:
    """A turn as claude-code streams it."""
    content: list[dict[str, object]] = [{"type": "text", "text": turn.message}]
    if turn.call:
        content.append({"type": "tool_use", "name": turn.call[0], "input": turn.call[1]})
    return json.dumps({"type": "assistant", "message": {"role": "assistant", "content": content}}) + "\n"


def coloured(turn: Turn, moment: datetime) -> str:
    """A turn as a terminal shows it."""
    lines = [f"{DIM}[{moment:%H:%M:%S}]{RESET} {BOLD}{turn.message.splitlines()[0]}{RESET}\n"]
    if turn.call:
        lines.append(f"{CYAN}▶ {turn.call[0]}{RESET} {json.dumps(turn.call[1], ensure_ascii=False)[:160]}\n")
        colour = RED if "fail" in turn.output.lower() or "error" in turn.output.lower() else GREEN
        lines += [f"{colour}│{RESET} {line}\n" for line in turn.output.splitlines()[:12]]
    return "".join(lines)


def verdicts(task: Task, *, good: bool) -> list[tuple[str, bool]]:
    """Each test and whether it passed: a bad attempt fails the second one, or the only one."""
    weak = min(1, len(task.tests) - 1)
    return [(name, good or n != weak) for n, name in enumerate(task.tests)]


def verifier_output(task: Task, *, good: bool, seconds: float) -> str:
    """What pytest prints."""
    tests = verdicts(task, good=good)
    lines = [f"/tests/test_outputs.py::{name} {'PASSED' if ok else 'FAILED'}\n" for name, ok in tests]
    head = f"{'=' * 26} test session starts {'=' * 26}\nplatform linux -- Python 3.12.11, pytest-8.4.1\n"
    text = f"{head}collected {len(tests)} items\n\n{''.join(lines)}\n"
    failed = [name for name, ok in tests if not ok]
    if failed:
        text += f"{'=' * 34} FAILURES {'=' * 34}\n{'_' * 28} {failed[0]} {'_' * 28}\n\nE   {task.slip_note}\n\n"
        text += f"FAILED /tests/test_outputs.py::{failed[0]} - {task.slip_note}\n"
    counts = f"{len(failed)} failed, " if failed else ""
    return text + f"{'=' * 22} {counts}{len(tests) - len(failed)} passed in {seconds:.2f}s {'=' * 22}\n"


def reward_details(task: Task, rewards: Mapping[str, float], *, good: bool) -> str:
    """How the reward was come to, as rewardkit writes it: one criterion a test, all of one weight."""
    criteria = [
        {"name": name, "value": float(ok), "weight": 1.0, "reasoning": "It holds." if ok else task.slip_note}
        for name, ok in verdicts(task, good=good)
    ]
    judgement = {"kind": "programmatic", "score": rewards["reward"], "aggregation": "mean", "criteria": criteria}
    return json.dumps({"reward": judgement}, ensure_ascii=False, indent=2)


def verifier_report(rng: random.Random, task: Task, *, good: bool, begin: datetime, end: datetime) -> str:
    """The same as a CTRF document; times in milliseconds."""
    tests: list[dict[str, object]] = []
    for name, ok in verdicts(task, good=good):
        test: dict[str, object] = {
            "name": name,
            "status": "passed" if ok else "failed",
            "duration": rng.randint(2, 900),
        }
        tests.append(test if ok else test | {"message": task.slip_note})
    passed = sum(test["status"] == "passed" for test in tests)
    counts = {"tests": len(tests), "passed": passed, "failed": len(tests) - passed, "pending": 0, "skipped": 0}
    summary = counts | {"other": 0, "start": int(begin.timestamp()), "stop": int(end.timestamp())}
    return json.dumps({"results": {"tool": {"name": "pytest"}, "summary": summary, "tests": tests}})
