"""Reports and the templates they are made from."""

from django.conf import settings
from django.db import models
from django.db.models import F

from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.models.indexes import FallingIndex
from dashboard.models.pipeline import RunGroup, Told
from dashboard.models.run import Run
from dashboard.models.source import Source


class ReportTemplate(Told):
    """A notebook at a source that reports are filled from."""


class Report(models.Model):
    """A document made from runs, by their source or by ourselves, or its making."""

    maker = models.CharField(max_length=10, choices=[(maker.value, maker.value) for maker in ReportMaker])
    source = models.ForeignKey(
        Source,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reports",
        help_text="Of our own the one source its runs are from; none where they are from several.",
    )
    external_id = models.CharField(max_length=300, help_text="A ReportKey's text; of our own a UUID.")
    template = models.ForeignKey(
        ReportTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    template_external_id = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=500, blank=True, help_text="Of our own; others are called by their template.")
    runs = models.ManyToManyField(Run, related_name="reports", blank=True, help_text="The runs it is of.")
    group = models.ForeignKey(RunGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    subject_external_id = models.CharField(max_length=100, blank=True, help_text="The run's or group's id there.")

    status = models.CharField(max_length=20, choices=[(s.value, s.value) for s in ReportStatus])
    raw_status = models.CharField(max_length=100, blank=True)
    status_reason = models.CharField(max_length=500, blank=True)
    job_id = models.CharField(max_length=200, blank=True, db_index=True)
    files = models.JSONField(default=dict, blank=True, help_text="Name → address, as the source tells them.")
    results_text = models.TextField(blank=True, help_text="The files as JSON text, to look for words in.")
    size = models.BigIntegerField(null=True, blank=True, help_text="Bytes of the document, where it is known.")
    created_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who asked for it here.",
    )
    options = models.JSONField(default=dict, blank=True, help_text="Of our own: what it was asked to hold.")
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)

    is_gone = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    next_sync_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(db_index=True)
    created_version = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="report_once_per_source")]
        ordering = [F("created_at").desc(nulls_last=True), "-pk"]
        indexes = [
            FallingIndex(F("created_at").desc(nulls_last=True), F("id").desc(), name="report_newest"),
            models.Index(fields=["status"], name="report_status"),
            models.Index(fields=["created_by"], name="report_creator"),
            models.Index(fields=["source", "subject_external_id"], name="report_subject"),
        ]

    def __str__(self) -> str:
        return self.title or (str(self.template) if self.template else f"Report {self.template_external_id[:8]}")

    @property
    def is_own(self) -> bool:
        """Whether Quayside makes it."""
        return self.maker == ReportMaker.QUAYSIDE

    @property
    def is_finished(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return ReportStatus(self.status).is_final


class ReportDocument(models.Model):
    """The document of a report of our own, frozen as it was made."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="document")
    html = models.TextField()

    def __str__(self) -> str:
        return f"document of {self.report_id}"
