"""What is tested: pipelines, the templates of their tests, the tests, and runs that belong together."""

from django.db import models

from dashboard.domain.pipelines import GroupKind, ResultType
from dashboard.models.run import Run
from dashboard.models.source import Source


class Told(models.Model):
    """What its source tells of by an id of its own, and may have forgotten since."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE)
    external_id = models.CharField(max_length=100)
    name = models.CharField(max_length=300, db_index=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True, blank=True, help_text="At the source.")
    created_by = models.CharField(max_length=200, blank=True)
    is_gone = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="%(class)s_once")]

    def __str__(self) -> str:
        return self.name


class Pipeline(Told):
    """A pipeline under test."""


class PipelineTemplate(Told):
    """How a pipeline is tested: a workflow that runs it, and one that measures what came out."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="templates")
    test_wdl = models.CharField(max_length=2000, blank=True)
    eval_wdl = models.CharField(max_length=2000, blank=True)


class PipelineTest(Told):
    """A template with inputs: what runs are made of."""

    template = models.ForeignKey(PipelineTemplate, on_delete=models.CASCADE, related_name="tests")
    defaults = models.JSONField(default=dict, blank=True, help_text="What its runs begin from, by kind of input.")

    @property
    def path(self) -> str:
        """Pipeline, template and test, as people say it."""
        return f"{self.template.pipeline} › {self.template} › {self}"


class RunResult(models.Model):
    """One result of a run of a test."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="results")
    name = models.CharField(max_length=300)
    type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ResultType])
    text = models.TextField(blank=True, help_text="As the source has it.")
    number = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="result_once_per_run")]
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class RunGroup(models.Model):
    """Runs that belong together: those of a pull request, or those that a filter chose for a report."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="run_groups")
    external_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in GroupKind])
    runs = models.ManyToManyField(Run, related_name="groups", blank=True)
    owner = models.CharField(max_length=200, blank=True)
    repo = models.CharField(max_length=200, blank=True)
    issue_number = models.PositiveIntegerField(null=True, blank=True)
    author = models.CharField(max_length=200, blank=True)
    base_commit = models.CharField(max_length=100, blank=True)
    head_commit = models.CharField(max_length=100, blank=True)
    test_input_key = models.CharField(max_length=300, blank=True)
    eval_input_key = models.CharField(max_length=300, blank=True)
    query = models.JSONField(default=dict, blank=True, help_text="The filter that chose the runs: what it sets.")
    created_at = models.DateTimeField(null=True, blank=True)
    is_gone = models.BooleanField(default=False)
    reports_looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="run_group_once")]
        ordering = [models.F("created_at").desc(nulls_last=True), "-pk"]

    def __str__(self) -> str:
        if self.kind == GroupKind.GITHUB:
            return f"{self.owner}/{self.repo}#{self.issue_number}"
        return f"{'Query' if self.kind == GroupKind.QUERY else 'Group'} {self.external_id[:8]}"
