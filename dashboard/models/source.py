"""A place runs come from."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dashboard.domain.errors import Denied
from dashboard.domain.records import SourceConfig
from dashboard.domain.statuses import SourceHealth, SourceKind
from dashboard.models.sealed import Sealed, SealedTextField

MOST_LISTED = 1_000
"""Runs that one listing may ask a source for."""

UNREADABLE = "The token cannot be decrypted with the keys in TOKEN_KEYS: give it again."


class Source(models.Model):
    """A folder of jobs or a server, its health and when it is looked at next."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in SourceKind])
    address = models.CharField(max_length=1000, help_text="A base URL, or the absolute path of a folder.")
    tenant = models.CharField(
        max_length=200, blank=True, help_text="Whose runs are meant, where a server serves several tenants."
    )
    token = SealedTextField(blank=True, default=Sealed, help_text="The access token; encrypted, never shown again.")
    ca_bundle = models.CharField(
        max_length=1000,
        blank=True,
        help_text="File of the certificate authorities to trust, for a server with certificates of its own.",
    )
    allowed_artifacts = models.TextField(
        blank=True,
        help_text="Where artifacts may be fetched from beside the source itself, an address a line: "
        "gs://bucket/folder, https://host/path.",
    )
    allowed_endpoints = models.JSONField(
        default=list, blank=True, help_text="Exactly these [host, port] may be connected to, wherever they lead."
    )
    list_limit = models.PositiveIntegerField(
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_LISTED)],
        help_text="How many of its newest runs a source is asked for, where it lists no more.",
    )
    time_zone = models.CharField(
        max_length=60, blank=True, help_text="Zone of times the source writes without one; empty: this machine's."
    )
    stalled_after = models.DurationField(
        null=True,
        blank=True,
        help_text="A running run in which nothing changes for this long is marked as stalled (10 minutes).",
    )
    groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="sources",
        help_text="Who may see it: only people in one of these groups, and administrators. None chosen: everybody.",
    )
    pause_between_looks = models.DurationField(
        null=True,
        blank=True,
        validators=[MinValueValidator(timedelta(seconds=1)), MaxValueValidator(timedelta(days=1))],
        help_text="Between two looks at its list; empty: what its kind wants.",
    )
    is_sample = models.BooleanField(default=False, help_text="Sample data, and said to be on every page that shows it.")
    is_paused = models.BooleanField(default=False, help_text="Not looked at until unpaused; what is mirrored stays.")

    health = models.CharField(
        max_length=10, default=SourceHealth.NEW, choices=[(h.value, h.value) for h in SourceHealth]
    )
    health_since = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    problems = models.JSONField(default=list, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Looks that failed in a row.")
    last_looked_at = models.DateTimeField(null=True, blank=True)
    last_good_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(
        default=0, help_text="Runs to be read in the look under way; 0: none is."
    )

    progress_note = models.CharField(
        max_length=200, blank=True, help_text="What the look under way has read, in words."
    )
    told = models.JSONField(
        default=dict, blank=True, help_text="What it says of itself: its workflow engine's address, what it is without."
    )
    catalogue_read_at = models.DateTimeField(null=True, blank=True, help_text="When what it tests was last read.")
    listed_at = models.DateTimeField(null=True, blank=True, help_text="When all its runs were last listed to the end.")
    list_place = models.JSONField(null=True, blank=True, help_text="Behind what a listing of all its runs goes on.")

    next_sync_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=0, help_text="The mirror's clock when its health last changed.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def config(self) -> SourceConfig:
        """What the source's class is constructed from. Raises ``Denied`` where the token cannot be decrypted.

        Without it the source would be asked as nobody, and its answer would be about something else.
        """
        token = self.token.reveal()
        if token is None:
            raise Denied(UNREADABLE, source=self.name, code="auth", hint="Or bring back the key it was stored with.")
        config = SourceConfig(
            name=self.name,
            kind=self.kind,
            address=self.address,
            time_zone=self.time_zone,
            tenant=self.tenant,
            token=token,
            allowed_networks=tuple(settings.ALLOWED_NETWORKS),
            allowed_endpoints=tuple((str(host), int(port)) for host, port in self.allowed_endpoints),
            allowed_artifacts=tuple(line.strip() for line in self.allowed_artifacts.splitlines() if line.strip()),
            ca_bundle=self.ca_bundle,
            list_limit=self.list_limit,
        )
        return config if self.stalled_after is None else replace(config, stalled_after=self.stalled_after)
