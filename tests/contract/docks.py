"""The stage of Docks: its client on the stand-in server, over loopback."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dashboard.demo.docks import Application, serve
from dashboard.demo.docks.contents import has_diff
from dashboard.demo.docks.datasets import TERMINAL
from dashboard.demo.docks.evaluations import Evaluation, Keeping, Spelling, newest_first
from dashboard.demo.docks.outcomes import verdict_of
from dashboard.demo.docks.sandboxes import TEMPLATES
from dashboard.demo.docks.stores import Store
from dashboard.demo.docks.worlds import World
from dashboard.demo.ranges import answer_bytes
from dashboard.sources.docks.source import DocksSource
from tests.contract.servers import ServerStage

TENANT = "5b0d2c9e-6f3a-4f54-9c39-0b6a3d1f7a11"
TOKEN = "docks_for-the-contract"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class WritableServer(Application):
    """The stand-in, with artifacts that have the content that a test gave them."""

    def __init__(self, folder):
        world = World(Store(folder, lambda: NOW), lambda: NOW, seed=7)
        super().__init__(world=world, token=TOKEN, tenant=TENANT, base_url="")
        self.written = {}

    def serve_artifact(self, call, path):
        if path in self.written:
            return answer_bytes(call, self.written[path], "text/plain; charset=utf-8")
        return super().serve_artifact(call, path)


@dataclass(frozen=True, kw_only=True)
class Edited(Evaluation):
    """A run with a trial that came out otherwise, or is not there any more."""

    changed: str = ""
    removed: str = ""

    @property
    def trials(self):
        return tuple(self._edit(trial) for trial in super().trials if trial.id != self.removed)

    def _edit(self, trial):
        if trial.id != self.changed:
            return trial
        # The stand-in remembers results by id and start.
        attempt = replace(trial.attempt, good=not trial.attempt.good)
        return replace(trial, attempt=attempt, started=trial.started + timedelta(microseconds=1))


def one_of_each_sort(evaluations):
    """The newest run in every spelling, way of keeping files and way to end: history in few requests."""
    sorts = {}
    for each in newest_first(evaluations):
        sorts.setdefault((each.spelling, each.keeping, each.ending, each.cancelled_at is None), each)
    return {each.id: each for each in sorts.values()}


class DocksStage(ServerStage):
    """Some of the stand-in's history, the run that moves there, one that waits, and sandbox runs in every state."""

    source_class = DocksSource
    lists_everything = False
    run_has_files = False
    judges_by_reward = False
    id_prefixes = ("", "eval/", "run/")
    path = "logs.txt"
    dataset_id, dataset_uri, template_id = TERMINAL.id, TERMINAL.uri, TEMPLATES[0].id

    def __init__(self, folder):
        self.app = WritableServer(folder / "docks")
        self.world = self.app.world
        self.world.history = one_of_each_sort(self.world.history.values())
        self._choose()
        self._speak_with(serve(self.app, "127.0.0.1", 0), name="Docks", kind="docks", tenant=TENANT, token=TOKEN)

    def _choose(self):
        """Name the props: a finished run with a trial that passed, and runs for each action."""
        finished = next(each for each in self.world.history.values() if self._is_plain(each))
        passed = next(each for each in finished.trials if verdict_of(each) == "passed" and has_diff(each))
        self._finished, self.trial_id = finished.id, passed.id
        self.run_id = f"eval/{finished.id}"
        self.created = self.world.create({"name": "waits", "dataset_uri": TERMINAL.uri})
        moving = next(each for each in self.world.evaluations() if each.name == "pull-request-1200")
        boxes = {each.status: f"run/{each.id}" for each in self.world.sandboxes()}
        waiting = f"eval/{self.created.id}"
        self.allowed = {"stop_run": boxes["running"], "cancel_run": f"eval/{moving.id}", "start_run": waiting}
        self.refused = {"stop_run": boxes["completed"], "cancel_run": self.run_id, "start_run": self.run_id}

    def _is_plain(self, evaluation):
        is_modern = evaluation.spelling is Spelling.MODERN and evaluation.keeping is Keeping.HERE
        return is_modern and not evaluation.ending and evaluation.cancelled_at is None

    @property
    def run_ids(self):
        evaluations = {f"eval/{each.id}" for each in self.world.evaluations(self.app.faults.gone)}
        return frozenset(evaluations | {f"run/{each.id}" for each in self.world.sandboxes()})

    def change_trial(self):
        self._edit(changed=self.trial_id)

    def remove_trial(self):
        self._edit(removed=self.trial_id)

    def _edit(self, **edits):
        kept = self.world.history[self._finished]
        fields = {name: getattr(kept, name) for name in Evaluation.__dataclass_fields__}
        self.world.history[self._finished] = Edited(**fields, **edits)

    def remove_run(self):
        self.app.faults.gone = frozenset({self._finished})

    def write(self, data):
        self.app.written[self.app.signer.path(self._finished, self.trial_id, self.path)] = data
