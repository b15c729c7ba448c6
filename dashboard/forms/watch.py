"""The forms of being told: what is watched and by which channel, and a new channel."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dashboard.domain.notices import ChannelKind, NoticeEvent
from dashboard.forms.parts import LineField
from dashboard.services.notices.posting import LONGEST_ADDRESS, check_address

EVENTS = {
    NoticeEvent.ENDED: "it ends, however that is",
    NoticeEvent.FAILED: "it fails",
    NoticeEvent.REGRESSED: "it regresses",
}
"""Of what one is told, as a box beside which one ticks."""
KINDS = {
    ChannelKind.EMAIL: "E-mail to the address of my account",
    ChannelKind.WEBHOOK: "Webhook: signed JSON to a server of ours",
    ChannelKind.SLACK: "Slack: a message, also for others that take Slack’s webhooks",
}

Choices = Sequence[tuple[str, str]]


class WatchForm(forms.Form):
    """What is watched, of what one is told, and by which channel."""

    what = forms.ChoiceField(label="What", widget=forms.RadioSelect)
    events = forms.MultipleChoiceField(
        label="Tell me when",
        choices=[(event.value, label) for event, label in EVENTS.items()],
        initial=[NoticeEvent.FAILED.value, NoticeEvent.REGRESSED.value],
        widget=forms.CheckboxSelectMultiple,
        help_text="Of one ending you get one notice: the last of these that is so. Regressed means significantly worse "
        "than the run before it of the same test, or of the same data set and agents.",
    )
    channel = forms.ChoiceField(label="By", widget=forms.RadioSelect)

    def __init__(self, *args: Any, subjects: Choices, channels: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = subjects  # type: ignore[attr-defined]
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]
        for name, choices in (("what", subjects), ("channel", channels)):
            self.fields[name].initial = choices[0][0] if choices else None

    def events_wanted(self) -> list[NoticeEvent]:
        """What was ticked. Only of a valid form."""
        return [NoticeEvent(event) for event in self.cleaned_data["events"]]


class ChannelForm(forms.Form):
    """A new way to be told."""

    kind = forms.ChoiceField(
        label="Way", choices=[(kind.value, label) for kind, label in KINDS.items()], widget=forms.RadioSelect
    )
    name = LineField(max_length=80, help_text="By which you know it, such as “Team evals”.")
    address = forms.CharField(
        required=False,
        max_length=LONGEST_ADDRESS,
        # Never shown again: it lets in whoever knows it.
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Of webhooks and Slack, beginning with https://. It is kept encrypted, and shown by its host and "
        "last four characters.",
    )
    is_team = forms.BooleanField(
        required=False,
        label="The team may use it",
        help_text="Others choose it for what they watch. Not for e-mail.",
    )

    def __init__(self, *args: Any, may_share: bool, has_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_team"]
        self.fields["address"].required = not has_mail
        if not has_mail:
            kinds = [(kind.value, label) for kind, label in KINDS.items() if kind is not ChannelKind.EMAIL]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A webhook needs an address that may be used; mail has its own."""
        data = super().clean() or {}
        if data.get("kind") != ChannelKind.EMAIL and "address" not in self.errors:
            try:
                check_address(data.get("address", ""))
            except ValueError as error:
                self.add_error("address", str(error))
        return data
