"""Being told: what people watch, by what way they are told, and every notice that went out."""

from django.conf import settings
from django.db import models

from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.models.pipeline import PipelineTest
from dashboard.models.run import Run
from dashboard.models.sealed import Sealed, SealedTextField


class Channel(models.Model):
    """A way to tell somebody: a mail address, or a webhook with the secret that signs what it is sent."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ChannelKind])
    name = models.CharField(max_length=80)
    address = SealedTextField(help_text="Encrypted: the address of a webhook lets in whoever knows it.")
    secret = SealedTextField(blank=True, default=Sealed)
    is_team = models.BooleanField(default=False, help_text="Others may be told by it, too.")
    is_paused = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="channel_once")]

    def __str__(self) -> str:
        return self.name


class Watch(models.Model):
    """Somebody wants to be told of one run, or of all of a test, of a data set or that a filter lets through."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, blank=True, related_name="watches")
    test = models.ForeignKey(PipelineTest, on_delete=models.CASCADE, null=True, blank=True, related_name="watches")
    dataset = models.CharField(max_length=500, blank=True, db_index=True)
    query = models.CharField(max_length=2000, blank=True, help_text="A filter of runs, as the list's box says it.")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="watches")
    events = models.JSONField(default=list, help_text="Of what: ended, failed, regressed.")
    since = models.BigIntegerField(
        default=0, help_text="The newest change of a run's state that was looked at for it: what ended before is old."
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watches"

    def __str__(self) -> str:
        return f"watch of {self.user}"


class Delivery(models.Model):
    """One notice on its way, or arrived: what is sent, how often it was tried, what was answered."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    watch = models.ForeignKey(Watch, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries")
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    event = models.CharField(max_length=10, choices=[(event.value, event.value) for event in NoticeEvent])
    key = models.CharField(max_length=100, unique=True, help_text="So that the same is told once, whoever notices.")
    body = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, default=DeliveryState.WAITING, choices=[(state.value, state.value) for state in DeliveryState]
    )
    n_tries = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True, help_text="The status, or what went wrong.")
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.event} by {self.channel}"
