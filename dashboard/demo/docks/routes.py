"""The routes below ``/tenants/<tenant>``: which there are, and what each answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.demo.answers import Json
from dashboard.demo.docks.addresses import BUCKET, FOLDER, Signer
from dashboard.demo.docks.answers import Refusal, not_found
from dashboard.demo.docks.calls import Call
from dashboard.demo.docks.contents import Artifact
from dashboard.demo.docks.datasets import DATASETS, Dataset, describe_dataset, describe_task
from dashboard.demo.docks.evaluations import Evaluation, Keeping, find_trials
from dashboard.demo.docks.faults import Faults
from dashboard.demo.docks.sandboxes import TEMPLATES, describe_sandbox, describe_template
from dashboard.demo.docks.timetables import Trial
from dashboard.demo.docks.wire import describe_evaluation, describe_trial
from dashboard.demo.docks.worlds import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One request with all that it takes to answer it."""

    world: World
    faults: Faults
    signer: Signer
    call: Call
    base_url: str

    def evaluation(self, identity: str) -> Evaluation:
        """A run that is not gone; else 404."""
        self.check_kept(identity)
        return self.world.evaluation(identity)

    def check_kept(self, identity: str) -> None:
        """404 for a run that is gone."""
        if identity in self.faults.gone:
            raise not_found("Run")

    def address(self, evaluation: Evaluation, trial: Trial, artifact: Artifact) -> str:
        """Where an artifact is."""
        path = self.signer.path(evaluation.id, trial.id, artifact.file_name)
        in_bucket = self.faults.gs or evaluation.keeping is Keeping.BUCKET
        return f"{BUCKET}/{path}" if in_bucket else f"{self.base_url}{FOLDER}{path}"

    def describe(self, evaluation: Evaluation) -> dict[str, Json]:
        """A run as JSON."""
        return describe_evaluation(evaluation, self.world.now())

    def describe_trial(self, evaluation: Evaluation, trial: Trial) -> dict[str, Json]:
        """A trial as JSON."""
        return describe_trial(evaluation, trial, self.world.now(), self.address)


def list_evaluations(desk: Desk) -> Json:
    """The newest evaluation runs, as many as ``limit`` says."""
    every = desk.world.evaluations(desk.faults.gone)
    return [desk.describe(evaluation) for evaluation in every[: desk.call.limit(20)]]


def create_evaluation(desk: Desk) -> Json:
    """A new queued evaluation run."""
    return desk.describe(desk.world.create(desk.call.json()))


def get_evaluation(desk: Desk, identity: str) -> Json:
    """One evaluation run."""
    return desk.describe(desk.evaluation(identity))


def start_evaluation(desk: Desk, identity: str) -> Json:
    """Start a queued run; the answer also says how many tasks it has."""
    desk.check_kept(identity)
    started = desk.world.start(identity)
    return desk.describe(started) | {"tasks_total": len(started.script.plan.tasks)}


def cancel_evaluation(desk: Desk, identity: str) -> Json:
    """Cancel a run that is not over."""
    desk.check_kept(identity)
    return desk.describe(desk.world.cancel(identity))


def list_trials(desk: Desk, identity: str) -> Json:
    """All trials of a run; none before it was started."""
    evaluation = desk.evaluation(identity)
    return [desk.describe_trial(evaluation, trial) for trial in evaluation.trials]


def get_trial(desk: Desk, identity: str, trial_id: str) -> Json:
    """One trial."""
    evaluation = desk.evaluation(identity)
    trial = find_trials(evaluation).get(trial_id)
    if trial is None:
        raise not_found("Trial")
    return desk.describe_trial(evaluation, trial)


def list_sandboxes(desk: Desk) -> Json:
    """The newest sandbox runs; also knows ``offset``."""
    first, limit = desk.call.number("offset", 0, 0), desk.call.limit(20)
    every = desk.world.sandboxes(desk.faults.gone)[first : first + limit]
    return [describe_sandbox(sandbox, desk.world.now()) for sandbox in every]


def create_sandbox(desk: Desk) -> Json:
    """A new sandbox run from a template."""
    return describe_sandbox(desk.world.create_sandbox(desk.call.json()), desk.world.now())


def get_sandbox(desk: Desk, identity: str) -> Json:
    """One sandbox run."""
    desk.check_kept(identity)
    return describe_sandbox(desk.world.sandbox(identity), desk.world.now())


def stop_sandbox(desk: Desk, identity: str) -> Json:
    """Stop a sandbox run that is not over."""
    desk.check_kept(identity)
    return describe_sandbox(desk.world.stop_sandbox(identity), desk.world.now())


def list_templates(desk: Desk) -> Json:
    """What sandbox runs are made from."""
    return [describe_template(template) for template in TEMPLATES[: desk.call.limit(50)]]


def list_datasets(desk: Desk) -> Json:
    """The datasets."""
    return [describe_dataset(dataset, desk.world.store.epoch) for dataset in DATASETS]


def get_dataset(desk: Desk, identity: str) -> Json:
    """One dataset, by id or name."""
    return describe_dataset(dataset_of(identity), desk.world.store.epoch)


def list_tasks(_: Desk, identity: str) -> Json:
    """The tasks of a dataset, by id or name."""
    return [describe_task(task) for task in dataset_of(identity).tasks]


def dataset_of(identity: str) -> Dataset:
    """A dataset by id or name; else 404."""
    for dataset in DATASETS:
        if identity in {dataset.id, dataset.name}:
            return dataset
    raise not_found("Dataset")


Handler = Callable[..., Json]

ROUTES: tuple[tuple[str, str, Handler, int], ...] = (
    ("GET", "/runs", list_sandboxes, 200),
    ("POST", "/runs", create_sandbox, 201),
    ("GET", "/runs/ID", get_sandbox, 200),
    ("POST", "/runs/ID/stop", stop_sandbox, 200),
    ("GET", "/templates", list_templates, 200),
    ("GET", "/harbor/runs", list_evaluations, 200),
    ("POST", "/harbor/runs", create_evaluation, 201),
    ("GET", "/harbor/runs/ID", get_evaluation, 200),
    ("POST", "/harbor/runs/ID/start", start_evaluation, 200),
    ("POST", "/harbor/runs/ID/cancel", cancel_evaluation, 200),
    ("GET", "/harbor/runs/ID/trials", list_trials, 200),
    ("GET", "/harbor/runs/ID/trials/ID", get_trial, 200),
    ("GET", "/datasets", list_datasets, 200),
    ("GET", "/datasets/ID", get_dataset, 200),
    ("GET", "/datasets/ID/tasks", list_tasks, 200),
)
"""Method, path, handler and status of success."""


def answer_route(desk: Desk, path: str) -> tuple[Json, int]:
    """What a path answers, with its status; 404 and 405 as FastAPI has them."""
    method = "GET" if desk.call.method == "HEAD" else desk.call.method
    other_methods = set()
    for wanted, pattern, handler, status in ROUTES:
        if found := re.fullmatch(pattern.replace("ID", "([^/]+)"), path):
            if wanted == method:
                return handler(desk, *found.groups()), status
            other_methods.add(wanted)
    if other_methods:
        raise Refusal(405, "Method Not Allowed", (("Allow", ", ".join(sorted(other_methods))),))
    raise not_found("Route")
