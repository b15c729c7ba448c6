"""What a person chose: for all pages, and for a list."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Preferences(models.Model):
    """How a person wants pages to be, on every device that says nothing else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    theme = models.CharField(max_length=10, blank=True, help_text="Empty: as the device says.")
    density = models.CharField(max_length=10, blank=True)
    time_format = models.CharField(max_length=10, blank=True, help_text="Empty: as long ago; local; utc.")
    time_zone = models.CharField(max_length=60, blank=True, help_text="Empty: the device's.")
    has_keys = models.BooleanField(default=True, help_text="Whether single keys do something.")
    start_view = models.CharField(
        max_length=40,
        blank=True,
        help_text="What the runs list begins with: a built-in view by its name, or a saved one by its number.",
    )

    class Meta:
        verbose_name = "choice of preferences"
        verbose_name_plural = "choices of preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user}"


class ListPreference(models.Model):
    """The columns, in order, that a person sees in one list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_preferences")
    list_name = models.CharField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name = "choice of columns"
        verbose_name_plural = "choices of columns"
        constraints = [models.UniqueConstraint(fields=["user", "list_name"], name="one_choice_per_list")]

    def __str__(self) -> str:
        return f"{self.list_name} of {self.user}"


class SavedView(models.Model):
    """A list as somebody arranged it, under a name and an address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    is_team = models.BooleanField(default=False, help_text="Everybody finds it in the list.")
    query = models.CharField(max_length=2000, blank=True, help_text="The filter, as the list's box says it.")
    columns = models.JSONField(default=list, blank=True)
    sort = models.CharField(max_length=100, blank=True)
    density = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "name"], name="saved_view_once"),
            models.UniqueConstraint(
                fields=["list_name", "name"], condition=Q(is_team=True), name="saved_view_of_team_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
