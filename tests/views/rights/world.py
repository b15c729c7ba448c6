"""Two of everything, of a source that everybody sees and of one that is limited to a group; and people in each role."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.domain.notices import ChannelKind, NoticeEvent
from dashboard.domain.pipelines import ResultType
from dashboard.domain.reports import ReportMaker
from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import (
    Channel,
    Delivery,
    Note,
    ReportDocument,
    Run,
    RunResult,
    SavedView,
    ShareLink,
    Source,
    Watch,
)
from dashboard.services import api_tokens
from dashboard.services.sync.loop import look_once
from tests import factories
from tests.pages import GENUINE

ROLES: dict[str, str | None] = {"stranger": None, "no role": "", **{role.value: role.value for role in Role}}
"""By what a test is called, the role: None of a stranger, empty of who is signed in without one."""


@dataclass(frozen=True, slots=True)
class World:
    """What addresses are made of, by the names of their converters."""

    visible: dict[str, Any]
    hidden: dict[str, Any]
    people: dict[str, User | None]
    """By role, as :data:`ROLES` names them."""
    secrets: dict[str, str]
    """Their tokens of the API."""


def world() -> World:
    """Mirror the genuine jobs twice; one source, and what its runs are tests of, is limited to insiders."""
    for name in ("Open", "Secret"):
        Source.objects.create(name=name, kind="harbor", address=str(GENUINE), time_zone="UTC")
    look_once()
    # Nobody looks at them again: they are not late, however long the table is walked.
    Source.objects.update(next_sync_at=None)
    hidden = Source.objects.get(name="Secret")
    hidden.groups.add(factories.make_role("insiders"))
    people = {name: _person(name, role) for name, role in ROLES.items()}
    secrets = {name: _secret(person) for name, person in people.items() if person is not None}
    open_things, secret_things = (_things(name) | _note(people["operator"], name) for name in ("Open", "Secret"))
    private = _private(people["operator"], open_things)
    return World(open_things | private, secret_things | private, people, secrets)


def _person(name: str, role: str | None) -> User | None:
    return None if role is None else factories.make_person(name, role=role)


def _secret(person: Any) -> str:
    """A token, made while its owner had a role."""
    groups, reader = list(person.groups.all()), factories.make_role(Role.VIEWER)
    person.groups.add(reader)
    secret = api_tokens.create(User.objects.get(pk=person.pk), "mine", days=9, now=timezone.now()).secret
    person.groups.set(groups)
    return secret


def _note(author: Any, name: str) -> dict[str, Any]:
    run = Run.objects.get(source__name=name, name="oracle-local")
    note = Note.objects.create(run=run, author=author, author_name="operator", text="Mine", created_at=timezone.now())
    return {"note_id": note.pk}


def _private(owner: Any, there: dict[str, Any]) -> dict[str, Any]:
    """What an operator keeps for themselves."""
    now, run = timezone.now(), there["run_id"]
    view = SavedView.objects.create(owner=owner, list_name="runs", name="Mine", created_at=now, changed_at=now)
    channel = Channel.objects.create(owner=owner, kind=ChannelKind.EMAIL, name="Post", created_at=now)
    watch = Watch.objects.create(user=owner, run_id=run, channel=channel, since=0, created_at=now)
    delivery = Delivery.objects.create(channel=channel, event=NoticeEvent.ENDED, key="one", created_at=now)
    link = ShareLink.objects.create(
        run_id=run, creator=owner, token_hash="0" * 64, scope=ShareScope.SUMMARY, created_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return {
        "view_id": view.pk, "channel_id": channel.pk, "watch_id": watch.pk, "delivery_id": delivery.pk,
        "link_id": link.pk, "token_id": owner.api_tokens.get().pk, "rest": "nothing",
        "uidb64": "MQ",
    }  # fmt: skip


def _things(name: str) -> dict[str, Any]:
    source = Source.objects.get(name=name)
    run = Run.objects.get(source=source, name="oracle-local")
    trial = run.trials.order_by("pk").first()
    if name == "Secret":
        # Of the genuine tasks every one was tried at both sources.
        trial.task = factories.make_task("secret")
        trial.save()
    test = factories.make_pipeline_test(source=source)
    result = RunResult.objects.create(run=run, name="plot", type=ResultType.FILE, text="https://files.example/plot.png")
    return {
        "source_id": source.pk, "run_id": run.pk, "trial_id": trial.pk, "task_id": trial.task_id,
        "test_id": test.pk, "template_id": test.template_id, "pipeline_id": test.template.pipeline_id,
        "group_id": factories.make_group(source).pk, "result_id": result.pk, "report_id": _report(run).pk,
        "kind": "csv", "list_name": "runs", "token": "unknown", "ticket": "unknown", "verb": "cancel",
        "path": "result.json", "name": "html_report",
    }  # fmt: skip


def _report(run: Run) -> Any:
    report = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly")
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    return report
