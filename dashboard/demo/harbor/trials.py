"""One made-up trial: every file Harbor would have left of it, composed without touching the disk."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.demo.harbor.attempts import Attempt, Phases, is_judged, phases_of, reaches, turns_of
from dashboard.demo.harbor.chances import seeded
from dashboard.demo.harbor.configs import trial_config, trial_lock
from dashboard.demo.harbor.deliveries import Delivery, deliver
from dashboard.demo.harbor.logs import agent_log, reward_details, verifier_output, verifier_report
from dashboard.demo.harbor.narration import Turn, narrate
from dashboard.demo.harbor.recordings import TYPED, recording_of
from dashboard.demo.harbor.results import agent_result, begin_result, rewards_of
from dashboard.demo.harbor.times import spread, timing, utc_stamp
from dashboard.demo.harbor.trajectories import Recorder, Recording, record

Document = dict[str, Any]
Files = dict[str, str | bytes]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A composed trial: its files by path below its folder, and its result as a document."""

    name: str
    files: Files
    result: Document
    started: datetime
    finished: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one agent execution and its verdict are made from: a whole trial, or one step of it."""

    attempt: Attempt
    worked: Span
    judged: Span
    turns: Sequence[Turn]
    good: bool
    folder: str = ""
    """Where its files are, below the trial's folder: empty or ending in a slash."""

    def rng(self, purpose: str) -> random.Random:
        """Chance for one purpose, the same however often it is asked."""
        return seeded(f"{self.attempt.seed}:{self.folder}{purpose}")


def pretty(document: object) -> str:
    """JSON as Harbor indents it."""
    return json.dumps(document, indent=4, ensure_ascii=False)


def compose_trial(attempt: Attempt) -> Trial:
    """Everything a trial leaves; equal attempts give equal files."""
    phases = phases_of(attempt)
    files: Files = begin_files(attempt)
    result = begin_result(seeded(attempt.seed), attempt, phases)
    result |= (run_steps if attempt.task.steps else run_whole)(attempt, phases, files)
    files["trial.log"] = trial_log(attempt, phases)
    if attempt.failure:
        files["exception.txt"] = attempt.failure.traceback
    files["result.json"] = pretty(result)
    name, finished = attempt.place.trial_name, phases.finished
    return Trial(name=name, files=files, result=result, started=attempt.started, finished=finished)


def begin_files(attempt: Attempt) -> Files:
    """What lies in a trial's folder from the first moment."""
    place = attempt.place
    return {"config.json": pretty(trial_config(place)), "lock.json": pretty(trial_lock(place))}


def run_whole(attempt: Attempt, phases: Phases, files: Files) -> Document:
    """The agent's and the verifier's part of a trial in one step; adds their files."""
    outcome: Document = {}
    worked, judged = (phases.prepared, phases.worked), (phases.worked, phases.judged)
    turns = turns_of(attempt)
    part = Part(attempt=attempt, worked=worked, judged=judged, turns=turns, good=attempt.good)
    if reaches(attempt, "agent"):
        outcome |= {"agent_result": work(part, files), "agent_execution": timing(*worked)}
    if reaches(attempt, "verifier"):
        outcome["verifier"] = timing(*judged)
    if is_judged(attempt):
        outcome["verifier_result"] = judge(part, files)
    return outcome


def run_steps(attempt: Attempt, phases: Phases, files: Files) -> Document:
    """The steps of a trial in several; a bad attempt fails the last. The trial's reward is the steps' mean."""
    names = attempt.task.steps
    span = (phases.judged - phases.prepared) / len(names)
    results = []
    for number, name in enumerate(names):
        begin = phases.prepared + number * span
        middle, end = begin + span * 0.9, begin + span
        good = attempt.good or number < len(names) - 1
        turns = narrate(seeded(f"{attempt.seed}:{name}"), attempt.place.entrant.agent, attempt.task, good=good)
        part = Part(
            attempt=attempt,
            worked=(begin, middle),
            judged=(middle, end),
            turns=turns,
            good=good,
            folder=f"steps/{name}/",
        )
        results.append(step_result(name, part, files))
    mean = sum(result["verifier_result"]["rewards"]["reward"] for result in results) / len(results)
    return {"step_results": results, "verifier_result": {"rewards": {"reward": mean}}}


def step_result(name: str, part: Part, files: Files) -> Document:
    """One step's part of a trial's result."""
    return {
        "step_name": name,
        "agent_result": work(part, files),
        "verifier_result": judge(part, files),
        "exception_info": None,
        "agent_execution": timing(*part.worked),
        "verifier": timing(*part.judged),
    }


def work(part: Part, files: Files) -> Document:
    """The agent at work: adds its files and gives its ``agent_result``."""
    attempt, agent = part.attempt, part.attempt.place.entrant.agent
    moments = attempt.moments or spread(*part.worked, len(part.turns))
    recording = record_part(part, moments)
    for name, document in recording.documents.items():
        files[f"{part.folder}agent/{name}"] = json.dumps(document, ensure_ascii=False)
    files[f"{part.folder}agent/{agent}.txt"] = agent_log(agent, part.turns, moments)
    if agent == TYPED:
        title = f"{agent} at {attempt.task.name}"
        files[f"{part.folder}agent/recording.cast"] = recording_of(part.turns, title, int(part.worked[0].timestamp()))
    delivery = Delivery(task=attempt.task, good=part.good, extras=attempt.extras)
    files |= {f"{part.folder}{path}": content for path, content in deliver(part.rng("delivery"), delivery).items()}
    return agent_result(attempt, recording)


def record_part(part: Part, moments: Sequence[datetime]) -> Recording:
    """The trajectories of a part."""
    attempt = part.attempt
    recorder = Recorder(rng=part.rng("tokens"), entrant=attempt.place.entrant, reports=attempt.reports)
    session = f"{attempt.place.trial_name}__{part.folder.strip('/').replace('/', '-') or 'agent'}"
    begin = part.worked[0]
    return record(
        recorder, attempt.task, part.turns, begin=begin, moments=moments, session=session, extras=attempt.extras
    )


def judge(part: Part, files: Files) -> Document:
    """The verifier: adds its files and gives its ``verifier_result``."""
    task, good, (begin, end) = part.attempt.task, part.good, part.judged
    rewards = rewards_of(task, good=good)
    folder = f"{part.folder}verifier/"
    if len(rewards) == 1:
        files[f"{folder}reward.txt"] = f"{rewards['reward']:g}\n"
    else:
        files[f"{folder}reward.json"] = json.dumps(rewards)
    if "tests_passed" in rewards:
        files[f"{folder}reward-details.json"] = reward_details(task, rewards, good=good)
    files[f"{folder}test-stdout.txt"] = verifier_output(task, good=good, seconds=(end - begin).total_seconds())
    files[f"{folder}ctrf.json"] = verifier_report(part.rng("report"), task, good=good, begin=begin, end=end)
    return {"rewards": rewards}


def trial_log(attempt: Attempt, phases: Phases) -> str:
    """The log of one trial."""
    place = attempt.place
    lines = [f"{utc_stamp(phases.started)} Starting the environment of {place.task.full_name}"]
    if reaches(attempt, "agent"):
        lines.append(f"{utc_stamp(phases.built)} Setting up {place.entrant.agent} {place.entrant.version}")
        lines.append(f"{utc_stamp(phases.prepared)} Running {place.entrant.agent} with {place.entrant.model.full_name}")
    count = len(place.task.steps)
    lines += [f"Starting step {number}/{count}: {name}" for number, name in enumerate(place.task.steps, 1)]
    if reaches(attempt, "verifier"):
        lines.append(f"{utc_stamp(phases.worked)} Running the verifier")
    if attempt.failure:
        lines.append(f"Trial {place.trial_name} failed: {attempt.failure.message}")
    return "\n".join([*lines, "Collecting main service artifacts", ""])
