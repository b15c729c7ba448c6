"""A source in which every text says a word that no answer may say to who may not see it."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from dashboard.domain.reports import ReportMaker
from dashboard.models import (
    Label,
    Note,
    Pipeline,
    PipelineTemplate,
    PipelineTest,
    Report,
    ReportDocument,
    ReportTemplate,
    Run,
    RunAgent,
    RunDetail,
    RunGroup,
    RunResult,
    Source,
    Task,
    Trial,
    TrialDetail,
)
from tests import factories

WORD = "canary"
MIRRORED = (
    Source, Run, RunDetail, RunAgent, RunResult, RunGroup, Trial, TrialDetail, Task, Pipeline, PipelineTemplate,
    PipelineTest, ReportTemplate, Report, ReportDocument, Label, Note,
)  # fmt: skip
"""What the mirror holds of a source, and what people keep of that."""
_numbers = itertools.count(1)


def hide(name: str = "Secret") -> Source:
    """A limited source with one of everything, in which the word stands in every column that holds any text."""
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in MIRRORED}
    source = factories.make_carrot(f"{WORD} {name}")
    source.groups.add(factories.make_role("insiders"))
    test = factories.make_pipeline_test(f"{WORD} test", source=source, pipeline=WORD, template=WORD)
    run = factories.make_test_run(test, name=f"{WORD} run", results={WORD: 1.0, f"{WORD} text": WORD})
    evaluation = factories.make_run(source, agents=[(WORD, WORD, WORD)], name=f"{WORD} evaluation")
    trial = factories.make_trial(evaluation, factories.make_task(f"{WORD}-task", WORD), detail={})
    factories.make_group(source, runs=[run, evaluation])
    factories.make_report(run)
    own = factories.make_report(evaluation, maker=ReportMaker.QUAYSIDE, title=WORD)
    ReportDocument.objects.create(report=own, html=WORD)
    for subject in ({"run": evaluation}, {"trial": trial}):
        Label.objects.create(name=WORD, created_at=timezone.now(), **subject)
        Note.objects.create(text=WORD, author_name=WORD, created_at=timezone.now(), **subject)
    for model, there in before.items():
        _mark(row for row in model.objects.all() if row.pk not in there)
    return source


def share_task(source: Source) -> Task:
    """A task that was tried at this source and, by words that must not come through, at the hidden one."""
    trial = factories.make_trial(factories.make_run(source), factories.make_task("shared-task", "shared"))
    hidden = Run.objects.get(name=f"{WORD} evaluation")
    for n in range(7):
        factories.make_trial(hidden, trial.task, agent=WORD, model=WORD, error_type=WORD, external_id=f"{WORD}-{n}")
    return trial.task


def _mark(rows: Iterable[models.Model]) -> None:
    for row in rows:
        for field in texts(type(row)):
            setattr(row, field.attname, _marked(field, getattr(row, field.attname)))
        row.save()


def texts(model: type[models.Model]) -> list[Any]:
    """Its columns that hold any text: not those whose words are ours, nor keys of others."""
    kinds = (models.CharField, models.TextField)
    return [
        field for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and field.name not in _OURS and not field.primary_key
    ]  # fmt: skip


_OURS = {"kind", "status", "phase", "cause", "error_code", "fingerprint", "health", "unread_reason", "time_zone",
         "token", "address"}  # fmt: skip
"""Columns whose words mean something to us."""


def _marked(field: Any, text: str) -> str:
    if text and WORD in str(text):
        return str(text)
    return f"{WORD}{next(_numbers)}"[: field.max_length]
