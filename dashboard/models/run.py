"""One execution at a source, with its numbers."""

from django.db import models
from django.db.models import F

from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models.indexes import FallingIndex
from dashboard.models.source import Source

SHORT_ID = 12
"""Characters of an id that tell it from others, as the clients of sources show them."""


class Run(models.Model):
    """A run as the mirror knows it: what the source says, and the numbers made from its trials.

    Counts are of trials. ``cost`` and tokens are sums over the trials that report them; ``n_with_cost`` and
    ``n_with_tokens`` say how many do. Rates and interval bounds are fractions.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    external_id = models.CharField(max_length=500)
    uid = models.CharField(max_length=100, blank=True, db_index=True)
    name = models.CharField(max_length=500, db_index=True)
    dataset = models.CharField(max_length=500, blank=True)
    agents_text = models.CharField(max_length=500, blank=True, help_text="Agents and models, for the list.")
    kind = models.CharField(
        max_length=20, default=RunKind.EVALUATION, choices=[(kind.value, kind.value) for kind in RunKind]
    )
    status = models.CharField(max_length=20, choices=[(s.value, s.value) for s in RunStatus])
    raw_status = models.CharField(max_length=100, blank=True)
    status_reason = models.CharField(
        max_length=500, blank=True, help_text="Why it is in that state, as the source says it."
    )
    phase = models.CharField(
        max_length=10, blank=True, help_text="Of a run of a test how far it has come, or where it failed."
    )
    test = models.ForeignKey(
        "PipelineTest", on_delete=models.SET_NULL, null=True, blank=True, related_name="runs", db_index=False
    )
    created_by = models.CharField(max_length=200, blank=True, help_text="Whose it is, as the source says it.")
    is_stalled = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True, blank=True)

    started_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    duration = models.DurationField(null=True, blank=True, help_text="Wall time of a finished run.")
    first_seen_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When it was last read by itself.")
    reports_looked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its source was last asked for the reports of it."
    )
    unread_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when its source lists it and cannot be made to tell it."
    )
    unread_reason = models.CharField(max_length=500, blank=True)

    n_trials = models.PositiveIntegerField(default=0, help_text="Planned, or there, whichever is more.")
    n_tasks = models.PositiveIntegerField(default=0)
    n_passed = models.PositiveIntegerField(default=0)
    n_partial = models.PositiveIntegerField(default=0)
    n_failed = models.PositiveIntegerField(default=0)
    n_errored = models.PositiveIntegerField(default=0)
    n_unscored = models.PositiveIntegerField(default=0)
    n_cancelled = models.PositiveIntegerField(default=0)
    n_running = models.PositiveIntegerField(default=0)
    n_pending = models.PositiveIntegerField(default=0)
    n_raised = models.PositiveIntegerField(default=0, help_text="Trials with an exception, also those with a verdict.")
    n_retries = models.PositiveIntegerField(null=True, blank=True)
    rate_scored = models.FloatField(null=True, blank=True)
    rate_strict = models.FloatField(null=True, blank=True)
    interval_low = models.FloatField(null=True, blank=True, help_text="Of the strict rate.")
    interval_high = models.FloatField(null=True, blank=True)
    interval_kind = models.CharField(max_length=20, blank=True)

    cost = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    n_with_cost = models.PositiveIntegerField(default=0)
    input_tokens = models.BigIntegerField(null=True, blank=True)
    cached_tokens = models.BigIntegerField(null=True, blank=True)
    output_tokens = models.BigIntegerField(null=True, blank=True)
    n_with_tokens = models.PositiveIntegerField(default=0)

    fingerprint = models.CharField(max_length=300, blank=True)
    version = models.BigIntegerField(db_index=True)
    created_version = models.BigIntegerField(db_index=True)
    next_sync_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    watched_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="run_once_per_source")]
        ordering = [F("started_at").desc(nulls_last=True), "-pk"]
        indexes = [
            # A list sorted by any of its columns takes its first page from an index, however many runs there are.
            FallingIndex(F("started_at").desc(nulls_last=True), F("id").desc(), name="run_newest"),
            models.Index(fields=["status"], name="run_status"),
            models.Index(fields=["kind"], name="run_kind"),
            models.Index(fields=["test", "-started_at"], name="run_test"),
            models.Index(fields=["created_by"], name="run_creator"),
            models.Index(fields=["phase"], name="run_phase"),
            models.Index(fields=["source", "is_gone", "reports_looked_at"], name="run_reports_asked"),
            models.Index(fields=["dataset"], name="run_dataset"),
            models.Index(fields=["duration"], name="run_duration"),
            models.Index(fields=["cost"], name="run_cost"),
            models.Index(fields=["rate_strict"], name="run_rate"),
            models.Index(fields=["n_errored"], name="run_errored"),
            models.Index(fields=["input_tokens"], name="run_tokens"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def own_id(self) -> str:
        """Its id as the source's own client writes it: without the word for its kind that ours may begin with."""
        return self.external_id.partition("/")[2] or self.external_id

    @property
    def short_id(self) -> str:
        """What tells it from others of its name: its id's beginning. Empty where the name does that."""
        own = self.own_id
        return "" if own in {self.external_id, self.name} else own[:SHORT_ID]

    @property
    def is_sandbox(self) -> bool:
        """Whether it is a machine working through a template, so that it has tasks and no trials."""
        return self.kind == RunKind.SANDBOX

    @property
    def is_test(self) -> bool:
        """Whether it is a run of a test of a pipeline, so that it has results and no trials."""
        return self.kind == RunKind.TEST

    @property
    def is_finished(self) -> bool:
        """Whether the source will say nothing new about it."""
        return RunStatus(self.status).is_final

    @property
    def n_finished(self) -> int:
        """Trials that came to an end, whichever way."""
        return self.n_passed + self.n_partial + self.n_failed + self.n_errored + self.n_unscored + self.n_cancelled

    @property
    def n_scored(self) -> int:
        """Trials with a verdict."""
        return self.n_passed + self.n_partial + self.n_failed


class RunDetail(models.Model):
    """What only the run's own page shows, kept apart so that lists stay light."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="detail")
    config = models.JSONField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="More that only its source knows, by label.")
    test_run = models.JSONField(
        null=True,
        blank=True,
        help_text="Of a run of a test its workflows, errors and software, as the page shows them.",
    )
    source_stats = models.JSONField(null=True, blank=True, help_text="The source's own statistics, as it wrote them.")
    counted_usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost as the source adds them up.")
    problems = models.JSONField(default=list, blank=True)
    concurrency = models.PositiveIntegerField(null=True, blank=True)
    planned_trials = models.PositiveIntegerField(null=True, blank=True)
    planned_attempts = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"details of {self.run_id}"


class RunAgent(models.Model):
    """One agent with one model in a run: a row of its leaderboard, and what lists are filtered by."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="agents")
    agent = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "agent", "model", "provider"], name="agent_once_per_run")]
        indexes = [
            models.Index(fields=["agent", "run"], name="run_agent"),
            models.Index(fields=["model", "run"], name="run_model"),
        ]
        ordering = ["agent", "model"]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.agent, self.model) if part)


class StateChange(models.Model):
    """A state a run was seen in, and since when."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="state_changes")
    status = models.CharField(max_length=20)
    raw_status = models.CharField(max_length=100, blank=True)
    is_stalled = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["seen_at", "pk"]

    def __str__(self) -> str:
        return f"{self.status} at {self.seen_at:%Y-%m-%d %H:%M:%S}"
