"""What a source tests, in the mirror: its pipelines, templates, tests, groups of runs and templates of reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from dashboard.domain.errors import SourceError
from dashboard.domain.pipelines import PipelineCatalogue
from dashboard.domain.records import Problem
from dashboard.models import MirrorClock, Pipeline, PipelineTemplate, PipelineTest, ReportTemplate, RunGroup, Source
from dashboard.services.sync import attaching, cadence, definitions, told
from dashboard.services.sync.columns import Columns, by_id, of_group, of_named, of_template, of_test
from dashboard.services.sync.merging import Merged, merge
from dashboard.services.sync.visits import Visit


def read(visit: Visit) -> None:
    """Ask what is tested, if that is due, and mirror it; what could not be read is among the look's problems.

    Raises ``SourceError`` only where the whole source fails, and ``Stopped`` before anything is asked.
    """
    source = visit.source
    if _is_due(source, visit.now):
        visit.check()
        try:
            _write(source, visit.client.read_pipelines(), visit.now)
        except SourceError as error:
            visit.note("What is tested", error)
    visit.problems.extend(Problem(**problem) for problem in source.told.get("problems", []))


def _is_due(source: Source, now: datetime) -> bool:
    return source.catalogue_read_at is None or source.catalogue_read_at <= now - cadence.CATALOGUE_LOOK


def _write(source: Source, found: PipelineCatalogue, now: datetime) -> None:
    """Bring the mirror up to date with what was found. Pages hear of it only if something is different."""
    with transaction.atomic():
        merged = _merge(source, found)
        says = told.of_catalogue(source, found, [problem for each in merged for problem in each.problems])
        is_news = says != source.told or any(each.is_news for each in merged)
        is_news = attaching.attach(source, merged) or is_news
        is_news = definitions.retype(source, says) or is_news
        source.told, source.catalogue_read_at = says, now
        fields = ["told", "catalogue_read_at"]
        if is_news:
            source.version = MirrorClock.tick()
            fields.append("version")
        source.save(update_fields=fields)


def _merge(source: Source, found: PipelineCatalogue) -> list[Merged]:
    """Each list in turn: what stands in one names what stands in those before it."""

    def merged(model: type[Any], name: str, rows: Mapping[str, Columns]) -> Merged:
        return merge(model, source, rows, name=name, is_whole=name not in found.unread)

    pipelines = merged(Pipeline, "pipelines", by_id(found.pipelines, of_named))
    templates = [each for each in found.templates if each.pipeline_id in pipelines.ids]
    of_templates = by_id(templates, lambda each: of_template(each, pipelines.ids))
    templates_merged = merged(PipelineTemplate, "templates", of_templates)
    tests = [each for each in found.tests if each.template_id in templates_merged.ids]
    of_tests = by_id(tests, lambda each: of_test(each, templates_merged.ids))
    return [
        pipelines,
        templates_merged,
        merged(PipelineTest, "tests", of_tests),
        merged(RunGroup, "groups", by_id(found.groups, of_group)),
        merged(ReportTemplate, "report_templates", by_id(found.report_templates, of_named)),
    ]
