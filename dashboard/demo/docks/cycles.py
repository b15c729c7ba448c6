"""The run that moves while one watches: it takes seven or eight minutes, and soon after it the next one begins.

All follows from the moment of the first start and the present one.
"""

from datetime import datetime, timedelta

from dashboard.demo.docks.datasets import TERMINAL
from dashboard.demo.docks.evaluations import Evaluation
from dashboard.demo.docks.timetables import Script
from dashboard.demo.docks.variants import variant_name
from dashboard.demo.harbor.chances import made_uuid, seeded
from dashboard.demo.harbor.failures import ENVIRONMENT_TIMEOUT, OVERLOADED, RATE_LIMIT
from dashboard.demo.harbor.plans import JobPlan, Mishap, claude_code, codex

PERIOD = timedelta(minutes=8, seconds=30)
"""From one run's creation to the next one's: just longer than a run takes, so whenever one looks, one soon moves."""
WAIT = timedelta(seconds=15)
"""From creation to start: pending, then provisioning."""
HEAD_START = timedelta(seconds=75)
"""How long before the first start the first run was created, so that there is something to see at once."""
LISTED = 4
"""How many of them lists show; the others still answer to their ids."""
ENTRANTS = (claude_code(0), codex(0))
MISHAPS = (
    Mishap(task="untangle-lockfile-cycle", failure=OVERLOADED),
    Mishap(task="decode-base32-notes", failure=RATE_LIMIT),
    Mishap(task="rotate-nginx-logs", failure=ENVIRONMENT_TIMEOUT),
)


def latest_cycle(epoch: datetime, now: datetime) -> int:
    """The number of the latest run, from 0; a clock before the first start counts as the first start."""
    return max(0, (now - epoch + HEAD_START) // PERIOD)


def recent_cycles(epoch: datetime, now: datetime, seed: int) -> list[Evaluation]:
    """The runs that lists show, the latest last."""
    latest = latest_cycle(epoch, now)
    return [cycle(number, epoch, seed) for number in range(max(0, latest - LISTED + 1), latest + 1)]


def find_cycle(identity: str, epoch: datetime, now: datetime, seed: int) -> Evaluation | None:
    """The run with this id, however old."""
    number = number_of(identity, seed)
    is_one = 0 <= number <= latest_cycle(epoch, now) and cycle_id(number, seed) == identity
    return cycle(number, epoch, seed) if is_one else None


def cycle_id(number: int, seed: int) -> str:
    """An id that hides the number in its first part, so that it can be found again."""
    tail = made_uuid(seeded(f"{seed}:cycle:{number}"))[8:]
    return f"{number ^ mask_of(seed):08x}{tail}"


def number_of(identity: str, seed: int) -> int:
    """The number that an id would hide; -1 if it cannot be one."""
    head = identity[:8]
    return int(head, 16) ^ mask_of(seed) if set(head) <= set("0123456789abcdef") and head else -1


def mask_of(seed: int) -> int:
    """32 bits."""
    return seeded(f"{seed}:cycles").getrandbits(32)


def cycle(number: int, epoch: datetime, seed: int) -> Evaluation:
    """The run of that number."""
    created = epoch - HEAD_START + number * PERIOD
    name = f"pull-request-{1200 + number}"
    plan = JobPlan(name=name, days=0, entrants=ENTRANTS, tasks=TERMINAL.tasks, concurrency=3, mishaps=MISHAPS)
    return Evaluation(
        id=cycle_id(number, seed),
        name=name,
        dataset_uri=TERMINAL.uri,
        created_at=created,
        started_at=created + WAIT,
        script=Script(key=f"{seed}:cycle:{number}", plan=plan, is_quick=True),
        variants=tuple(map(variant_name, ENTRANTS)),
    )
