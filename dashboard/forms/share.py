"""The form that shares a run or report by a link."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from dashboard import formats
from dashboard.domain.sharing import ShareScope
from dashboard.forms.parts import LineField
from dashboard.services import sharing
from dashboard.services.preferences import zones

UTC_NAME = "UTC"
OF_REPORT = {ShareScope.SUMMARY: "the report and its document", ShareScope.ARTIFACTS: "with all its files"}
"""What the link of a report may show; it is of no trials by itself."""


def scopes_of_run() -> dict[ShareScope, str]:
    """What the link of a run may show."""
    return {scope: scope.label for scope in ShareScope}


def in_zone(moment: datetime, zone: str) -> str:
    """A moment as it is written in a zone: ``2026-12-21 21:00:00 Asia/Tokyo``."""
    written = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
    return f"{written} {zone.replace('_', ' ')}"


class ShareForm(forms.Form):
    """How much is shown, until when, and what for."""

    scope = forms.ChoiceField(label="What it shows", widget=forms.RadioSelect)
    day = forms.DateField(label="Expires on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(label="Time zone")
    note = LineField(
        label="Note",
        required=False,
        max_length=sharing.NOTE,
        help_text="For your list: whom it is for. It is not shown to them.",
    )

    def __init__(
        self,
        *args: Any,
        scopes: dict[ShareScope, str],
        until: sharing.Latest,
        now: datetime,
        zone: str = "",
        **kwargs: Any,
    ) -> None:
        self._until, self._now = until, now
        names = zones()
        chosen = zone if zone in names else UTC_NAME
        usual = until.usual.astimezone(ZoneInfo(chosen)).replace(second=0, microsecond=0)
        first = {"scope": next(iter(scopes)), "day": usual.date(), "time": usual.time(), "zone": chosen}
        super().__init__(*args, **{"initial": first, **kwargs})
        self._choose("scope", [(scope.value, text.capitalize()) for scope, text in scopes.items()])
        self._choose("zone", [(name, name.replace("_", " ")) for name in names])
        last, longest = formats.plural(until.days, "day"), until.longest.replace(second=0)
        sent = self["zone"].value()
        words = in_zone(longest, sent if sent in names else chosen)
        usually = formats.plural(until.usual_days, "day")
        told_of_day = f"It lasts {usually} unless you change it, and at most {last}: until {words}."
        self.fields["day"].help_text = told_of_day
        if zone not in names and not self.is_bound:
            # For a script, which begins in the zone of the device instead.
            told = {"usual": usual.isoformat(), "longest": longest.isoformat(), "longest-words": words}
            self.fields["zone"].widget.attrs |= {f"data-{name}": value for name, value in told.items()}

    def clean(self) -> dict[str, Any]:
        """With ``expires_at``, the moment that day, time and zone name."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"day", "time", "zone"} <= cleaned.keys():
            cleaned["expires_at"] = self._moment(cleaned)
        return cleaned

    def _moment(self, cleaned: dict[str, Any]) -> datetime | None:
        zone = cleaned["zone"]
        try:
            moment = datetime.combine(cleaned["day"], cleaned["time"], ZoneInfo(zone))
            is_over, is_late = moment <= self._now, moment > self._until.longest
        except OverflowError:
            is_over, is_late, moment = False, True, None
        if is_over:
            self.add_error("day", f"That moment has passed: it is {in_zone(self._now, zone)}.")
        if is_late:
            last = in_zone(self._until.longest.replace(second=0), zone)
            self.add_error("day", f"A link lasts at most {formats.plural(self._until.days, 'day')}: until {last}.")
        return moment

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
