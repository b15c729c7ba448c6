"""The runs of the sample server: weeks of history, one run in every status, pull requests, and some that move now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboard.demo.carrot import times
from dashboard.demo.carrot.catalogue import ADORA, TEMPLATES, TESTS, USER, sample_commit, sample_id, write_catalogue
from dashboard.demo.carrot.outcomes import make_results
from dashboard.demo.carrot.plans import BUILD, END_OF, EVAL, TEST, Plan, pace, plan_run
from dashboard.demo.carrot.renderings_of_history import write_maps
from dashboard.demo.carrot.starts import build_run, find_images, find_version
from dashboard.demo.carrot.statuses import ENDED_RUNS, FAILED_RUNS, MOVING_RUNS
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.troubles import write_errors
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import happens, seeded

EACH = 10
"""Runs of each test in the past."""
SLOW = 20
"""How many times longer than now each status lasted."""
PULL_REQUESTS = ((8485, timedelta(days=3)), (8490, timedelta(seconds=25)))
"""Numbers of pull requests, and how long before the first start their runs began: the second pair moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One run to be written."""

    key: str
    test: str
    begin: datetime
    plan: Plan
    creator: str | None
    inputs: Row = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    has_trouble: bool = False


def write_history(world: World) -> None:
    """Everything that a new sample server has."""
    epoch = times.read_kept(world.store.memory.epoch)
    write_catalogue(world, epoch)
    groups = [write_group(world, epoch - age, number) for number, age in PULL_REQUESTS]
    scenes = [*past(epoch), *every_status(epoch), *moving(epoch)]
    for group_id, (number, age) in zip(groups, PULL_REQUESTS, strict=True):
        scenes += pair(epoch - age, group_id, number, is_past=age > timedelta(hours=1))
    for scene in sorted(scenes, key=lambda each: each.begin):
        write_run(world, scene)
    write_maps(world, epoch, groups)


def past(epoch: datetime) -> Iterator[Scene]:
    """Ten runs of each test over six weeks; most of them went well."""
    for test in TESTS:
        for number in range(EACH):
            key = f"past:{test}:{number}"
            rng = seeded(key)
            age = timedelta(days=4 * number, hours=rng.uniform(8, 80), microseconds=rng.randrange(1_000_000))
            ending = rng.choice(FAILED_RUNS) if happens(rng, 0.15) else "succeeded"
            has_software = happens(rng, 0.4)
            yield Scene(
                key=key,
                test=test,
                begin=epoch - age if number else (epoch - age).replace(microsecond=0),
                plan=make_finer(plan_run(epoch - age, ending, rng, builds=has_software, spread=SLOW), number),
                creator=(USER, ADORA)[number % 2],
                inputs=use_software(test, ("4.2.6.1", "4.3.0.0", "4.4.0.0")[number % 3]) if has_software else {},
                has_trouble=happens(rng, 0.1),
            )


def make_finer(plan: Plan, number: int) -> Plan:
    """The plan; of every fifth run the end is known to the billionth of a second."""
    moment, ending = plan[-1]
    return [*plan[:-1], [f"{moment[:-9]}123456789", ending]] if number % 5 == 2 else plan  # noqa: PLR2004


def use_software(test: str, version: str) -> Row:
    """The input that has gatk built."""
    return {f"{TEMPLATES[TESTS[test][0]][1]}.docker": f"image_build:gatk|{version}"}


def every_status(epoch: datetime) -> Iterator[Scene]:
    """One run that stays in each of the 14 statuses of what goes on, and one that ended in each of the others."""
    tests = list(TESTS)
    for number, status in enumerate((*MOVING_RUNS, *ENDED_RUNS)):
        begin = epoch - timedelta(hours=2 + number / 5, microseconds=4_217 * number)
        needs_build = status in {"building", "buildfailed"}
        test = tests[number % 3 + 4]
        yield Scene(
            key=f"status:{status}",
            test=test,
            begin=begin,
            plan=pace(begin, way_to(status), seeded(f"status:{status}")),
            creator=(USER, ADORA, None)[number % 3],
            inputs=use_software(test, "4.4.0.0") if needs_build else {},
        )


def way_to(status: str) -> tuple[str, ...]:
    """The statuses up to one that is stayed in."""
    if status in END_OF:
        return (*END_OF[status], status)
    if status == "created":
        return (status,)
    if status == "building":
        return ("created", *BUILD)
    known = (*TEST, *EVAL)
    if status in known:
        return ("created", *known[: known.index(status) + 1])
    return ("created", *TEST[:2], status) if status.startswith("test") else ("created", *TEST, *EVAL[:2], status)


def moving(epoch: datetime) -> Iterator[Scene]:
    """Runs that one can watch: one goes well, one fails in its evaluation."""
    for number, (test, ending) in enumerate((("HC WGS1", "succeeded"), ("M2 HCC1143", "evalfailed"))):
        begin, key = epoch - timedelta(seconds=15 + 20 * number), f"moving:{number}"
        rng = seeded(key)
        plan = pace(begin, ("created", *BUILD, *END_OF[ending], ending), rng)
        inputs = use_software(test, "4.4.0.0")
        yield Scene(key=key, test=test, begin=begin, plan=plan, creator=(USER, ADORA)[number], inputs=inputs)


def write_group(world: World, moment: datetime, number: int) -> str:
    """The group of a pull request."""
    group_id, created_at = sample_id("group", str(number)), times.keep(moment)
    github = {
        "owner": "broadinstitute",
        "repo": "gatk",
        "issue_number": number,
        "author": "jdoe",
        "base_commit": sample_commit("gatk:3"),
        "head_commit": sample_commit("gatk:5"),
        "test_input_key": "HC.docker",
        "eval_input_key": None,
        "created_at": created_at,
    }
    row = {"run_group_id": group_id, "created_at": created_at, "github": github, "query": None}
    world.table("run_groups")[group_id] = row
    return group_id


def pair(begin: datetime, group_id: str, number: int, *, is_past: bool) -> Iterator[Scene]:
    """The runs of a pull request: one with what it is based on, one with its own commit."""
    for place, side in ((3, "base"), (5, "head")):
        key = f"pull:{number}:{side}"
        plan = plan_run(begin, "succeeded", seeded(key), builds=True, spread=SLOW if is_past else 1)
        inputs = use_software("HC WGS2", sample_commit(f"gatk:{place}"))
        yield Scene(key=key, test="HC WGS2", begin=begin, plan=plan, creator=USER, inputs=inputs, groups=(group_id,))


def write_run(world: World, scene: Scene) -> None:
    """One run, with what it gave and what went wrong."""
    test = world.table("tests")[sample_id("test", scene.test)]
    begin = times.keep(scene.begin).replace("T", " ")
    fields: Row = {"created_by": scene.creator, "test_input": scene.inputs or None}
    name = f"{scene.test}_run_{begin} UTC" if not scene.groups else f"{scene.key} {scene.test}"
    run = build_run(world, test, name=name, begin=scene.begin, fields=fields, key=scene.key)
    run |= {"plan": scene.plan, "run_group_ids": list(scene.groups)}
    run["software"] = [find_version(world, *image) for image in find_images(run)]
    run["test_results"], run["eval_results"] = make_results(world, run)
    run["errors"] = list(write_errors(run, has_trouble=scene.has_trouble))
    world.table("runs")[run["run_id"]] = run
