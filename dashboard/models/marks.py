"""What people keep at runs and trials: stars, notes and labels."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dashboard.models.run import Run
from dashboard.models.trial import Trial


def _one_subject(name: str) -> models.CheckConstraint:
    is_of_one = Q(run__isnull=False, trial__isnull=True) | Q(run__isnull=True, trial__isnull=False)
    return models.CheckConstraint(condition=is_of_one, name=name)


class Mark(models.Model):
    """Something kept at a run, or at one of its trials."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Star(Mark):
    """Somebody wants to find it again. Theirs alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars")

    class Meta:
        constraints = [
            _one_subject("star_of_run_or_trial"),
            models.UniqueConstraint(fields=["user", "run"], name="one_star_per_run"),
            models.UniqueConstraint(fields=["user", "trial"], name="one_star_per_trial"),
        ]

    def __str__(self) -> str:
        return f"star of {self.user} at {self.run or self.trial}"


class Label(Mark):
    """A word the team sorts by."""

    name = models.CharField(max_length=50, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            _one_subject("label_of_run_or_trial"),
            models.UniqueConstraint(fields=["run", "name"], name="label_once_per_run"),
            models.UniqueConstraint(fields=["trial", "name"], name="label_once_per_trial"),
        ]

    def __str__(self) -> str:
        return self.name


class Note(Mark):
    """What somebody wants the team to know, in Markdown."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True, help_text="As they were called; kept when they go.")
    text = models.TextField(max_length=20_000)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [_one_subject("note_of_run_or_trial")]

    def __str__(self) -> str:
        return self.text[:60]
