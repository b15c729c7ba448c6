"""Where a page is: the links above its heading. The last of them is the page itself and leads nowhere."""

from django.urls import reverse

from dashboard.models import Run, Trial

Crumbs = list[dict[str, str]]


def below_runs(label: str) -> Crumbs:
    """A page below the list of runs."""
    return [*_runs(), {"label": label}]


def below_run(run: Run, label: str) -> Crumbs:
    """A page below that of a run."""
    return [*_run(run), {"label": label}]


def below_trial(trial: Trial, label: str) -> Crumbs:
    """A page below that of a trial, whose task and run are read already."""
    url = reverse("trial-detail", args=[trial.run_id, trial.pk])
    return [*_run(trial.run), {"label": trial.task.short_name, "url": url}, {"label": label}]


def _runs() -> Crumbs:
    return [{"label": "Runs", "url": reverse("run-list")}]


def _run(run: Run) -> Crumbs:
    return [*_runs(), {"label": run.name, "url": reverse("run-detail", args=[run.pk])}]
