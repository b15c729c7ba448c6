"""What runs give: for each result of a template a number, a text or a file, drifting from run to run."""

from random import Random

from dashboard.demo.carrot import times
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World
from dashboard.demo.harbor.chances import seeded

REGRESSION = 9
"""Days before the first start at which the numbers of one test become worse, and stay so."""
REGRESSING = "HC WGS1"
BUCKET = "gs://carrot-stand-in-results"
FILES = {"plot": "png", "VCF": "vcf", "table": "tsv", "log": "txt"}


def make_results(world: World, run: Row) -> tuple[dict[str, str], dict[str, str]]:
    """The results of the test's workflow and of the evaluation's, by their names; all of them are texts."""
    test = world.table("tests")[run["test_id"]]
    rng = seeded(f"results:{run['run_id']}")
    by_phase: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for mapping in world.where("template_results", template_id=test["template_id"]):
        result = world.table("results")[mapping["result_id"]]
        is_eval = not mapping["result_key"].startswith(test_workflow(world, test))
        by_phase[is_eval][result["name"]] = make_value(world, run, test, result, rng)
    return by_phase


def test_workflow(world: World, test: Row) -> str:
    """The beginning of the keys of what the test's own workflow gives."""
    inputs = test["test_input_defaults"] or {}
    return next(iter(inputs), "Test.").partition(".")[0] + "."


def make_value(world: World, run: Row, test: Row, result: Row, rng: Random) -> str:
    """One result."""
    if result["result_type"] == "numeric":
        return make_number(world, run, test, result, rng)
    if result["result_type"] == "file":
        return place_file(run, result)
    return rng.choice(("passed", "passed", "passed", "passed with warnings"))


def make_number(world: World, run: Row, test: Row, result: Row, rng: Random) -> str:
    """A number near the test's usual one; one test is worse since some day."""
    usual = seeded(f"{test['name']}:{result['name']}").uniform(0.9, 0.99)
    age = times.read_kept(world.store.memory.epoch) - times.read_kept(run["created_at"])
    value = usual - 0.0004 * age.days + rng.gauss(0, 0.002)
    if test["name"] == REGRESSING and age.days < REGRESSION:
        value -= 0.06
    if "minutes" in result["name"]:
        return str(round(40 + 30 * usual + rng.gauss(0, 2)))
    return f"{min(value, 1):.4f}"


def place_file(run: Row, result: Row) -> str:
    """Where a file is: here, or for some in a bucket that nobody reads."""
    kind = next((FILES[word] for word in FILES if word in result["name"]), "txt")
    name = f"{result['name'].replace(' ', '_')}.{kind}"
    if kind == "tsv":
        return f"{BUCKET}/{run['eval_cromwell_job_id']}/{name}"
    return f"file:runs/{run['run_id']}/{name}"
