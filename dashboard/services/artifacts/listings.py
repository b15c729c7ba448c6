"""Which files runs and trials have."""

from django.core.cache import cache

from dashboard.domain.errors import SourceError
from dashboard.domain.records import ArtifactListing, Problem
from dashboard.models import Run, Trial
from dashboard.services.reach import capabilities, reach

KEPT_FOR = 15
"""Seconds that a source is not asked again for the files of a trial that has not changed, however many look at it."""


def are_near(run: Run) -> bool:
    """Whether files are listed from this machine's disk, so that a page may wait for the list."""
    return capabilities(run.source).is_local


def have_runs(run: Run) -> bool:
    """Whether runs of this one's source have files of their own, beside those of their trials."""
    return capabilities(run.source).run_files


def of_run(run: Run) -> ArtifactListing:
    """The run's own files, if its source's runs have any. A source that fails gives none, and the problem."""
    return _listing(run, None) if have_runs(run) else ArtifactListing()


def of_trial(trial: Trial) -> ArtifactListing:
    """The trial's files. A source that fails gives an empty listing with the problem."""
    at_hand = at_hand_of_trial(trial)
    if at_hand is not None:
        return at_hand
    listing = _listing(trial.run, trial.external_id)
    if listing.artifacts:
        cache.set(_key(trial), listing, KEPT_FOR)
    return listing


def at_hand_of_trial(trial: Trial) -> ArtifactListing | None:
    """The trial's files, if they are known without asking another machine."""
    if are_near(trial.run):
        return _listing(trial.run, trial.external_id)
    kept: ArtifactListing | None = cache.get(_key(trial))
    return kept


def _key(trial: Trial) -> str:
    return f"files:{trial.pk}:{trial.version}"


def _listing(run: Run, trial_id: str | None) -> ArtifactListing:
    try:
        return reach(run.source).list_artifacts(run.external_id, trial_id)
    except SourceError as error:
        return ArtifactListing(problems=[Problem(where=run.source.name, what=error.sentence)])
