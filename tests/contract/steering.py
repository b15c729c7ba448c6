"""What may be done in a world in memory, and what runs can be made of there."""

from contextlib import contextmanager

from dashboard.domain.actions import ActionReceipt
from dashboard.domain.catalogues import Catalogue
from dashboard.domain.errors import Conflict, Unsupported
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.sources.refusing import RefusesActions, refuse

UNFINISHED = {RunStatus.PENDING, RunStatus.PROVISIONING, RunStatus.RUNNING}
OTHER_KIND = "That is not done to a run of this kind."


class Steering(RefusesActions):
    """The actions and catalogues of :class:`~tests.contract.memory.MemorySource`, which says where its world is.

    What the capabilities of the class don't say it can do, it refuses. A run that was created has an id ``made-1``,
    ``made-2`` and so on.
    """

    def stop_run(self, external_id):
        with self._acting("stop_run", "stop", external_id) as world:
            self._check(world, external_id, RunKind.SANDBOX, UNFINISHED)
            world.end(external_id)
        return self._receipt(world, external_id)

    def cancel_run(self, external_id):
        with self._acting("cancel_run", "cancel", external_id) as world:
            self._check(world, external_id, RunKind.EVALUATION, UNFINISHED)
            world.end(external_id)
        return self._receipt(world, external_id)

    def start_run(self, external_id):
        with self._acting("start_run", "start", external_id) as world:
            record = self._check(world, external_id, RunKind.EVALUATION, {RunStatus.PENDING})
            world.change(external_id, status=RunStatus.RUNNING)
        return self._receipt(world, external_id, planned_tasks=record.planned_trials)

    def delete_run(self, external_id):
        with self._acting("delete_run", "delete", external_id) as world:
            record = self._check(world, external_id, None, set(RunStatus) - UNFINISHED)
            del world.runs[external_id]
        return ActionReceipt(external_id=record.external_id)

    def create_evaluation(self, request):
        with self._acting("create_evaluation", "create", request) as world:
            slugs = self._slugs(world, request)
            n_trials = len(slugs) * len(request.agent_variants) * request.attempts_per_task
            made = self._make(world, request.name, RunStatus.PENDING, planned_trials=n_trials)
        return self._receipt(world, made)

    def create_sandbox(self, request):
        with self._acting("create_sandbox", "create", request) as world:
            if request.template_id not in world.templates:
                raise self._missing("template")
            name = world.templates[request.template_id].name
            made = self._make(world, name, RunStatus.PROVISIONING, kind=RunKind.SANDBOX)
        return self._receipt(world, made)

    def list_datasets(self):
        return Catalogue(items=tuple(record for record, _ in self._catalogues().datasets.values()))

    def read_dataset(self, dataset_id):
        return self._dataset(dataset_id)[0]

    def list_tasks(self, dataset_id):
        return Catalogue(items=self._dataset(dataset_id)[1])

    def list_templates(self):
        return Catalogue(items=tuple(self._catalogues().templates.values()))

    @contextmanager
    def _acting(self, action, capability, subject):
        """The world for as long as something is done to it; afterwards it was done."""
        self._require(capability)
        world = self._world()
        if action in world.refusals:
            raise world.refusals[action]
        yield world
        world.actions.append((action, subject))
        if action in world.lost_answers:
            raise world.lost_answers[action]

    def _require(self, capability):
        if not getattr(self.capabilities, capability):
            refuse(capability, self.capabilities, source=self._config.name)

    def _check(self, world, external_id, kind, statuses):
        """The run, if it is of that kind and in one of the states."""
        if external_id in world.failures:
            raise world.failures[external_id]
        record, _ = self._run(world, external_id)
        if kind not in (None, record.kind):
            raise Unsupported(OTHER_KIND, source=self._config.name)
        if record.status not in statuses:
            raise Conflict(f"The run is {record.status}.", source=self._config.name)
        return record

    def _slugs(self, world, request):
        """The tasks that are asked for, all of which are there."""
        if (tasks := world.tasks_of(request.dataset_uri)) is None:
            raise self._rejected("There is no such data set.")
        known = [task.slug for task in tasks]
        if strange := [slug for slug in request.task_slugs if slug not in known]:
            raise self._rejected(f"Missing tasks: {', '.join(strange)}.")
        return request.task_slugs or known

    def _make(self, world, name, status, **fields):
        made = f"made-{sum(action.startswith('create') for action, _ in world.actions) + 1}"
        world.put(made, name=name, status=status, **fields)
        return made

    def _receipt(self, world, external_id, **fields):
        status = world.runs[external_id][0].status
        return ActionReceipt(external_id=external_id, status=status, raw_status=str(status), **fields)

    def _dataset(self, dataset_id):
        datasets = self._catalogues().datasets
        if dataset_id not in datasets:
            raise self._missing("data set")
        return datasets[dataset_id]

    def _catalogues(self):
        self._require("catalogue")
        return self._world()

    def _rejected(self, detail):
        sentence = "The source rejected the request."
        return Conflict(sentence, source=self._config.name, code="rejected", detail=detail)
