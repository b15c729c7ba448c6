"""What follows by itself as time passes: new runs that start now and then, and reports that runs bring about.

Runs and renderings need nothing of this to move (see ``plans``); only what is *new* is written down here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dashboard.demo.carrot import times
from dashboard.demo.carrot.plans import finish_at
from dashboard.demo.carrot.rendering import make_map
from dashboard.demo.carrot.report_views import map_key
from dashboard.demo.carrot.run_views import run_status
from dashboard.demo.carrot.starts import build_run, go_on
from dashboard.demo.carrot.statuses import ENDED_RUNS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import seeded

EVERY = timedelta(minutes=7)
"""How often a new run starts."""
MOST = 12
"""How many new runs there are at most after a long time without anybody asking."""
ENDINGS = ("succeeded",) * 7 + ("testfailed", "evalfailed", "buildfailed")


def catch_up(world: World) -> None:
    """Write down what has happened since somebody last asked."""
    since, now = world.store.memory.caught_up, world.moment
    if now <= since:
        return
    added = [start_nightly(world, number, begin) for number, begin in due_starts(world, since)]
    added += [make_map(world, *each[:2], begin=each[2], created_by=each[3]) for each in due_reports(world, since, now)]
    world.store.memory.caught_up = now
    if added:
        world.save()


def due_starts(world: World, since: str) -> Iterator[tuple[int, datetime]]:
    """Number and moment of the runs that have started since; none in a world that began empty."""
    epoch = times.read_kept(world.store.memory.epoch)
    first = int((times.read_kept(since) - epoch) / EVERY) + 1
    last = int((world.now() - epoch) / EVERY)
    if world.where("tests", created_by=NIGHTLY):
        yield from ((number, epoch + number * EVERY) for number in range(max(first, last - MOST + 1), last + 1))


NIGHTLY = "nightly@example.com"
"""Who starts new runs: of those tests that were made by them."""


def start_nightly(world: World, number: int, begin: datetime) -> Row:
    """One more run of one of the tests that are run now and then."""
    tests = world.where("tests", created_by=NIGHTLY)
    rng = seeded(f"nightly:{number}")
    test = tests[number % len(tests)]
    name = f"{test['name']}_run_{times.keep(begin).replace('T', ' ')} UTC"
    ending = rng.choice(ENDINGS)
    run = build_run(world, test, name=name, begin=begin, fields={"created_by": NIGHTLY}, key=f"nightly:{number}")
    world.table("runs")[run["run_id"]] = run
    go_on(world, run, ending)
    return run


Due = tuple[tuple[str, str], str, datetime, str | None]


def due_reports(world: World, since: str, now: str) -> list[Due]:
    """The renderings that runs have brought about by ending since: entity, report, moment and creator."""
    found: list[Due] = []
    there = world.table("report_maps")
    for run in list(world.table("runs").values()):
        ended = finish_at(run["plan"], now, ENDED_RUNS)
        if ended and ended > since:
            found += [*own_reports(world, run, ended), *pair_reports(world, run, now)]
    return list({key: each for each in found if (key := map_key(*each[0], each[1])) not in there}.values())


def own_reports(world: World, run: Row, ended: str) -> Iterator[Due]:
    """Those of a run that has succeeded."""
    if run_status(run, ended) == "succeeded":
        for mapping in mappings_of(world, run, "single"):
            yield ("run", run["run_id"]), mapping["report_id"], times.read_kept(ended), run["created_by"]


def pair_reports(world: World, run: Row, now: str) -> Iterator[Due]:
    """Those of a pull request whose two runs have ended."""
    for group_id in run["run_group_ids"]:
        pair = [each for each in world.table("runs").values() if group_id in each["run_group_ids"]]
        ends = [finish_at(each["plan"], now, ENDED_RUNS) for each in pair]
        is_github = world.table("run_groups")[group_id]["github"] is not None
        if is_github and len(pair) == 2 and all(ends):  # noqa: PLR2004
            ended = times.read_kept(max(filter(None, ends)))
            for mapping in mappings_of(world, run, "pr"):
                yield ("run_group", group_id), mapping["report_id"], ended, run["created_by"]


def mappings_of(world: World, run: Row, trigger: str) -> list[Row]:
    """The reports that a run's template asks for."""
    template_id = world.table("tests")[run["test_id"]]["template_id"]
    return world.where("template_reports", template_id=template_id, report_trigger=trigger)
