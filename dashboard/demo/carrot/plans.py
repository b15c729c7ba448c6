"""How runs and renderings move: a plan says when which status begins, and the clock says how far it has come.

Nothing runs in the background. A plan is a list of ``[moment, status]`` in the order of time.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random

from dashboard.demo.carrot import times
from dashboard.demo.carrot.statuses import ENDED_JOBS, ENDED_RUNS

Plan = list[list[str]]

BUILD = ("building",)
TEST = ("testsubmitted", "teststarting", "testqueuedincromwell", "testrunning")
EVAL = ("evalsubmitted", "evalstarting", "evalrunning")
JOB = ("submitted", "starting", "queuedincromwell", "running")
SHORTEST, LONGEST = 20, 60
"""Seconds that a status of something that moves lasts."""
END_OF = {
    "buildfailed": BUILD,
    "carrotfailed": BUILD,
    "testfailed": TEST,
    "testaborted": (*TEST, "testaborting"),
    "evalfailed": (*TEST, *EVAL),
    "evalaborted": (*TEST, *EVAL, "evalaborting"),
    "succeeded": (*TEST, *EVAL),
}
"""The statuses that come before an end."""


def plan_run(begin: datetime, ending: str, rng: Random, *, builds: bool, spread: float = 1) -> Plan:
    """The plan of a run: with software to build it is ``building`` first, else it is with Cromwell at once."""
    before = END_OF[ending]
    first = BUILD if builds and before != BUILD else ()
    return pace(begin, (*first, *before, ending), rng, spread)


def plan_job(begin: datetime, ending: str, rng: Random, spread: float = 1) -> Plan:
    """The plan of a rendering."""
    return pace(begin, (*JOB, ending), rng, spread * 0.5)


def pace(begin: datetime, statuses: Sequence[str], rng: Random, spread: float = 1) -> Plan:
    """Each status for some time, the last one for good."""
    plan, moment = [], begin
    for status in statuses:
        is_end = status in ENDED_RUNS or status in ENDED_JOBS
        plan.append([times.keep_milliseconds(moment) if is_end else times.keep(moment), status])
        moment += timedelta(seconds=rng.uniform(SHORTEST, LONGEST) * spread)
    return plan


def at_once(begin: datetime, ending: str) -> Plan:
    """Something that was over as soon as it began."""
    return [[times.keep(begin), ending]]


def status_at(plan: Plan, now: str) -> str:
    """The status at a kept moment."""
    return next((status for moment, status in reversed(plan) if moment <= now), plan[0][1])


def finish_at(plan: Plan, now: str, ends: Collection[str]) -> str | None:
    """When it ended, if it has."""
    moment, status = plan[-1]
    return moment if status in ends and moment <= now else None


def has_reached(plan: Plan, statuses: Collection[str], now: str) -> bool:
    """Whether one of these statuses has begun."""
    return any(status in statuses and moment <= now for moment, status in plan)
