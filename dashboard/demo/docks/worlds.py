"""Everything there is at a stand-in: its runs, and what one may do to them."""

import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from dashboard.demo.answers import Json
from dashboard.demo.docks.answers import conflict, invalid, not_found
from dashboard.demo.docks.cycles import find_cycle, recent_cycles
from dashboard.demo.docks.evaluations import Evaluation, cancel, is_finished, newest_first, status_of
from dashboard.demo.docks.histories import write_history
from dashboard.demo.docks.orders import dump_order, fulfil, load_order, read_order
from dashboard.demo.docks.sandboxes import STOPPABLE, TEMPLATES, Sandbox, sandbox_status, write_sandboxes
from dashboard.demo.docks.stores import Store, read_time


class World:
    """The runs of one stand-in, seen at the present of its clock."""

    def __init__(self, store: Store, now: Callable[[], datetime], seed: int) -> None:
        self.store = store
        self.now = now
        self.seed = seed
        self.lock = threading.RLock()
        self.history = {each.id: each for each in write_history(store.epoch, seed)}
        self.old_sandboxes = {each.id: each for each in write_sandboxes(store.epoch, seed)}

    def evaluations(self, gone: Collection[str] = ()) -> list[Evaluation]:
        """All that lists show, newest first."""
        cycles = recent_cycles(self.store.epoch, self.now(), self.seed)
        with self.lock:
            created = [self.created(identity) for identity in self.store.memory.evaluations]
        every = [*self.history.values(), *cycles, *created]
        return newest_first([self.as_it_is(each) for each in every if each.id not in gone])

    def evaluation(self, identity: str) -> Evaluation:
        """One run; 404 when there is none."""
        if found := self.history.get(identity):
            return self.as_it_is(found)
        with self.lock:
            if identity in self.store.memory.evaluations:
                return self.as_it_is(self.created(identity))
        if cycle := find_cycle(identity, self.store.epoch, self.now(), self.seed):
            return self.as_it_is(cycle)
        raise not_found("Run")

    def created(self, identity: str) -> Evaluation:
        """A run that somebody created."""
        kept = self.store.memory.evaluations[identity]
        created_at = datetime.fromisoformat(kept["created_at"])
        return fulfil(load_order(kept["order"]), identity, created_at, read_time(kept["started_at"]))

    def as_it_is(self, evaluation: Evaluation) -> Evaluation:
        """The run with what was done to it."""
        stopped = self.store.stopped_at(evaluation.id)
        return cancel(evaluation, stopped) if stopped else evaluation

    def create(self, body: Mapping[str, Json]) -> Evaluation:
        """A new queued run; 422 when the order does not fit."""
        order = read_order(body)
        identity = str(uuid.uuid4())
        kept = {"order": dump_order(order), "created_at": self.now().isoformat(), "started_at": None}
        with self.lock:
            self.store.memory.evaluations[identity] = kept
            self.store.save()
        return self.evaluation(identity)

    def start(self, identity: str) -> Evaluation:
        """Start a queued run; 409 when it is not queued."""
        with self.lock:
            status = status_of(self.evaluation(identity), self.now())
            if status != "queued":
                raise conflict(f"Run is {status}", "Only a queued run can be started.")
            self.store.memory.evaluations[identity]["started_at"] = self.now().isoformat()
            self.store.save()
        return self.evaluation(identity)

    def cancel(self, identity: str) -> Evaluation:
        """Cancel a run; 409 when it is over."""
        with self.lock:
            evaluation = self.evaluation(identity)
            if is_finished(evaluation, self.now()):
                status = status_of(evaluation, self.now())
                raise conflict(f"Run is already {status}", "A finished run cannot be cancelled.")
            self.stop_now(identity)
        return self.evaluation(identity)

    def stop_now(self, identity: str) -> None:
        """Remember that a run was stopped."""
        self.store.memory.stopped[identity] = self.now().isoformat()
        self.store.save()

    def sandboxes(self, gone: Collection[str] = ()) -> list[Sandbox]:
        """All sandbox runs, newest first."""
        with self.lock:
            every = [*self.old_sandboxes, *self.store.memory.sandboxes]
        found = [self.sandbox(identity) for identity in every if identity not in gone]
        return sorted(found, key=lambda each: each.created_at, reverse=True)

    def sandbox(self, identity: str) -> Sandbox:
        """One sandbox run; 404 when there is none."""
        stopped = self.store.stopped_at(identity)
        if old := self.old_sandboxes.get(identity):
            return with_stop(old, stopped)
        kept = self.store.memory.sandboxes.get(identity)
        if kept is None:
            raise not_found("Run")
        template = next(each for each in TEMPLATES if each.id == kept["template"])
        created_at = datetime.fromisoformat(kept["created_at"])
        return Sandbox(id=identity, template=template, created_at=created_at, stopped_at=stopped)

    def create_sandbox(self, body: Mapping[str, Json]) -> Sandbox:
        """A new sandbox run; 422 without a template, 404 for one that is not there."""
        if not isinstance(wanted := body.get("template_id"), str):
            raise invalid(("missing", "Field required", ("body", "template_id")))
        if wanted not in {template.id for template in TEMPLATES}:
            raise not_found("Template")
        identity = str(uuid.uuid4())
        with self.lock:
            self.store.memory.sandboxes[identity] = {"template": wanted, "created_at": self.now().isoformat()}
            self.store.save()
        return self.sandbox(identity)

    def stop_sandbox(self, identity: str) -> Sandbox:
        """Stop a sandbox run; 409 when it is over."""
        with self.lock:
            status = sandbox_status(self.sandbox(identity), self.now())
            if status not in STOPPABLE:
                raise conflict(f"Run is already {status}", "Only a run that has not ended can be stopped.")
            self.stop_now(identity)
        return self.sandbox(identity)


def with_stop(sandbox: Sandbox, stopped_at: datetime | None) -> Sandbox:
    """The sandbox run with what was done to it."""
    return replace(sandbox, stopped_at=stopped_at)
