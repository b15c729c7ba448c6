"""Rows of the mirror, a few or many, straight into the database: what a page shows, without a source behind it."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import Group, User

from dashboard.authentication.backends import AccountBackend
from dashboard.domain.pipelines import GroupKind, ResultType
from dashboard.domain.reports import ReportKey, ReportMaker, ReportStatus, SubjectKind
from dashboard.domain.roles import Role
from dashboard.domain.statuses import Outcome, RunKind, RunStatus, SourceHealth, SourceKind
from dashboard.models import (
    Channel,
    Label,
    MirrorClock,
    Note,
    Pipeline,
    PipelineTemplate,
    PipelineTest,
    Report,
    ReportTemplate,
    Run,
    RunAgent,
    RunDetail,
    RunGroup,
    RunResult,
    SavedView,
    Source,
    StateChange,
    Task,
    Trial,
    TrialDetail,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

_numbers = itertools.count(1)


def make_person(name="ada", *, role=Role.OPERATOR, groups=(), **fields):
    """Somebody with a role (None: without one), in further groups, which are made if they are not there."""
    person = User.objects.create_user(name, password="a long enough phrase", **fields)
    person.groups.set(make_role(name) for name in [*([role] if role else []), *groups])
    # As requests bring them: with their groups.
    return AccountBackend().get_user(person.pk) or person


def make_role(name):
    """The group of a role, or any other."""
    return Group.objects.get_or_create(name=str(name))[0]


def make_source(name="Jobs", **fields):
    given = {
        "kind": "harbor", "address": "/srv/jobs", "health": SourceHealth.HEALTHY, "health_since": NOW,
        "last_looked_at": NOW, "last_good_at": NOW,
    }  # fmt: skip
    return Source.objects.create(name=name, **given | fields)


def make_failing(source, error="The folder is not there."):
    """The source's last look failed, and the mirror's clock says so."""
    source.health, source.health_since, source.error = SourceHealth.FAILING, NOW, error
    source.version = MirrorClock.tick()
    source.save()


def make_healthy(source):
    """The source answers again, and the mirror's clock says so."""
    source.health, source.health_since, source.error = SourceHealth.HEALTHY, NOW, ""
    source.version = MirrorClock.tick()
    source.save()


def a_run(source, **fields):
    """An unsaved run: finished and with nothing known that need not be."""
    number = next(_numbers)
    given = {
        "name": f"run-{number:05}", "external_id": f"run-{number:05}", "status": RunStatus.COMPLETED,
        "first_seen_at": NOW, "version": 1, "created_version": 1,
    }  # fmt: skip
    return Run(source=source, **given | fields)


def make_run(source=None, *, agents=(), **fields):
    source = source or Source.objects.first() or make_source()
    run = a_run(source, **{"version": MirrorClock.tick()} | fields)
    run.created_version = fields.get("created_version", run.version)
    run.save()
    RunAgent.objects.bulk_create(RunAgent(run=run, agent=a, model=m, provider=p) for a, m, p in agents)
    return run


def make_runs(n, source=None, **fields):
    """Many finished runs with figures, newest last."""
    source = source or Source.objects.first() or make_source()
    version = MirrorClock.tick()
    runs = [
        a_run(
            source, version=version, created_version=version, started_at=NOW + timedelta(minutes=number),
            duration=timedelta(minutes=number % 90), dataset=f"set-{number % 3}", agents_text="codex · gpt-5",
            cost=Decimal(number) / 10, input_tokens=1000 * number, n_passed=number % 7, n_failed=3,
            n_errored=number % 2, n_trials=10, rate_strict=(number % 7) / 10, interval_low=0.1, interval_high=0.9,
            **fields,
        )
        for number in range(n)
    ]  # fmt: skip
    Run.objects.bulk_create(runs)
    RunAgent.objects.bulk_create(RunAgent(run=run, agent="codex", model=f"gpt-{run.pk % 2}") for run in runs)
    RunDetail.objects.bulk_create(RunDetail(run=run) for run in runs)
    return runs


def make_task(name="fix-bug", dataset=""):
    return Task.objects.get_or_create(name=name, dataset=dataset)[0]


def make_trial(run, task=None, *, detail=None, **fields):
    given = {
        "external_id": f"trial-{next(_numbers):05}", "outcome": Outcome.PASSED, "version": run.version,
    }  # fmt: skip
    trial = Trial.objects.create(run=run, task=task or make_task(), **given | fields)
    if detail is not None:
        TrialDetail.objects.create(trial=trial, **detail)
    return trial


def make_trials(run, n, *, per_task=5):
    """Many trials of one run, of all outcomes, and the run's own counts with them."""
    tasks = Task.objects.bulk_create(
        Task(dataset="many", name=f"{run.pk}-task-{i:04}") for i in range(-(-n // per_task))
    )
    outcomes = [Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED, Outcome.PARTIAL]
    trials = []
    for number in range(n):
        outcome = outcomes[number % 4]
        is_errored = outcome is Outcome.ERRORED
        trials.append(
            Trial(
                run=run, task=tasks[number // per_task], external_id=f"trial-{number:05}", outcome=outcome,
                has_error=is_errored, error_type=f"Error{number % 3}" if is_errored else "",
                error_group="it broke" if is_errored else "", agent="codex", model=f"gpt-{number % 2}",
                attempt=number % per_task + 1, reward=None if is_errored else number % 3 / 2,
                cost=Decimal(number) / 100, input_tokens=number * 10, started_at=NOW + timedelta(seconds=number),
                duration=timedelta(seconds=number), version=run.version,
            )
        )  # fmt: skip
    Trial.objects.bulk_create(trials)
    RunAgent.objects.bulk_create(RunAgent(run=run, agent="codex", model=f"gpt-{i}") for i in range(2))
    counts = {f"n_{o.value}": sum(t.outcome == o for t in trials) for o in outcomes}
    Run.objects.filter(pk=run.pk).update(n_trials=n, n_tasks=len(tasks), **counts)
    run.refresh_from_db()
    return trials


def touch(run, **fields):
    """A change of the run, as the sync writes one."""
    for name, value in fields.items():
        setattr(run, name, value)
    run.version = MirrorClock.tick()
    run.save()
    return run


def note_state(run, **fields):
    return StateChange.objects.create(run=run, **{"status": run.status, "seen_at": NOW} | fields)


def an_id(number=None):
    """A UUID as CARROT writes them: the same for the same number, another each time without one."""
    return f"00000000-0000-4000-8000-{next(_numbers) if number is None else number:012x}"


def make_carrot(name="Pipelines", **fields):
    """The CARROT server of that name, made if it is not there."""
    found = Source.objects.filter(name=name).first()
    given = {"kind": SourceKind.CARROT, "address": "http://carrot.example:8091"}
    return found or make_source(name, **given | fields)


def make_pipeline_test(name="NA12878 WGS", *, source=None, pipeline="HaplotypeCaller", template="Precision", **fields):
    """A test of a template of a pipeline; the pipeline and template of these names are made if they are not there."""
    source = source or make_carrot()
    parent, _ = Pipeline.objects.get_or_create(source=source, name=pipeline, defaults={"external_id": an_id()})
    middle, _ = PipelineTemplate.objects.get_or_create(
        source=source, name=template, pipeline=parent, defaults={"external_id": an_id()}
    )
    given = {"external_id": an_id(), "created_at": NOW - timedelta(days=9), "created_by": "ada@example.com"}
    return PipelineTest.objects.create(source=source, template=middle, name=name, **given | fields)


def make_test_run(test=None, *, results=None, groups=(), detail=None, **fields):
    """A run of a test, finished an hour after its creation unless ``status`` says otherwise.

    ``results`` maps names to numbers or texts (addresses are files); ``detail`` is its RunDetail's ``test_run``.
    """
    test = test or make_pipeline_test()
    status = RunStatus(fields.get("status", RunStatus.COMPLETED))
    given = {
        "external_id": an_id(), "kind": RunKind.TEST, "status": status, "test": test,
        "raw_status": "succeeded" if status is RunStatus.COMPLETED else "", "started_at": NOW - timedelta(hours=1),
        "phase": "" if status is RunStatus.COMPLETED else "test", "created_by": "ada@example.com",
    }  # fmt: skip
    ended = {"finished_at": NOW, "duration": timedelta(hours=1)} if status.is_final else {}
    run = make_run(test.source, **given | ended | fields)
    RunDetail.objects.create(run=run, test_run=detail or {"workflows": [], "errors": [], "software": []})
    RunResult.objects.bulk_create(_a_result(run, name, value) for name, value in (results or {}).items())
    for group in groups:
        group.runs.add(run)
    return run


def _a_result(run, name, value):
    if isinstance(value, int | float):
        return RunResult(run=run, name=name, type=ResultType.NUMERIC, text=str(value), number=value)
    kind = ResultType.FILE if "://" in value else ResultType.TEXT
    return RunResult(run=run, name=name, type=kind, text=value)


def make_channel(owner, kind="webhook", *, address="https://hooks.example/T0/B0", **fields):
    """A way to tell somebody; a webhook unless ``kind`` says otherwise."""
    given = {"name": f"channel {next(_numbers)}", "created_at": NOW, "secret": "whsec_of-tests"}
    return Channel.objects.create(owner=owner, kind=kind, address=address, **given | fields)


def make_group(source=None, *, runs=(), **fields):
    """The runs of a pull request, unless ``kind`` says otherwise."""
    given = {"external_id": an_id(), "kind": GroupKind.GITHUB, "created_at": NOW}
    if fields.get("kind", GroupKind.GITHUB) == GroupKind.GITHUB:
        given |= {"owner": "broadinstitute", "repo": "gatk", "issue_number": 8485, "author": "ada"}
        given |= {"base_commit": "b" * 40, "head_commit": "a" * 40}
    group = RunGroup.objects.create(source=source or make_carrot(), **given | fields)
    group.runs.add(*runs)
    return group


def make_report_template(name="Summary", source=None, **fields):
    given = {"external_id": an_id(), "created_at": NOW, "created_by": "ada@example.com"}
    return ReportTemplate.objects.create(source=source or make_carrot(), name=name, **given | fields)


def make_report(*runs, template=None, group=None, maker=ReportMaker.SOURCE, **fields):
    """A report that has succeeded unless ``status`` says otherwise: of the runs' source, or of our own (``maker``).

    Of a source it is of the first run, or of ``group``; without a template one called «Summary» is made.
    """
    source = fields.pop("source", None) or (group or runs[0]).source
    given = {
        "status": ReportStatus.SUCCEEDED, "created_at": NOW, "created_by": "ada@example.com", "first_seen_at": NOW,
        "version": MirrorClock.tick(),
    } | fields  # fmt: skip
    given.setdefault("raw_status", str(given["status"]))
    given.setdefault("created_version", given["version"])
    if ReportStatus(given["status"]).is_final:
        given.setdefault("finished_at", NOW + timedelta(minutes=5))
    told = _told_by_source(source, runs, template, group) if maker == ReportMaker.SOURCE else {"external_id": an_id()}
    report = Report.objects.create(maker=maker, source=source, group=group, **told | given)
    report.runs.add(*runs)
    return report


def _told_by_source(source, runs, template, group):
    template = template or make_report_template(source=source)
    subject = group or runs[0]
    kind = SubjectKind.RUN if group is None else SubjectKind.GROUP
    return {
        "external_id": str(ReportKey(kind, subject.external_id, template.external_id)), "template": template,
        "template_external_id": template.external_id, "subject_external_id": subject.external_id, "job_id": an_id(),
    }  # fmt: skip


def make_view(owner, name="Failures", *, list_name="runs", **fields):
    return SavedView.objects.create(
        owner=owner, name=name, list_name=list_name, **{"created_at": NOW, "changed_at": NOW} | fields
    )


def _at(subject):
    return {subject._meta.model_name: subject}


def make_note(subject, author, text="It **broke**.", **fields):
    given = {"author": author, "author_name": author.get_username(), "created_at": NOW}
    return Note.objects.create(text=text, **_at(subject), **given | fields)


def make_label(subject, name="nightly", **fields):
    return Label.objects.create(name=name, **_at(subject), **{"created_at": NOW} | fields)
