"""The form for a report that a source makes: its template, whose it is, and of a filter over runs each parameter."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from dashboard.forms.parts import LONGEST, LineField, Part

STATUSES = (
    "succeeded", "buildfailed", "testfailed", "evalfailed", "carrotfailed", "testaborted", "evalaborted",
    "created", "building",
    "testsubmitted", "teststarting", "testqueuedincromwell", "testwaitingforqueuespace", "testrunning", "testaborting",
    "evalsubmitted", "evalstarting", "evalqueuedincromwell", "evalwaitingforqueuespace", "evalrunning", "evalaborting",
)  # fmt: skip
"""CARROT's states of a run."""
MOST_NAMED = 3
"""Failed reports that the form calls by their name."""
SORT_KEYS = frozenset(
    {
        "run_id", "test_id", "name", "status", "test_input", "test_options", "eval_input", "eval_options",
        "test_cromwell_job_id", "eval_cromwell_job_id", "created_at", "finished_at", "created_by",
    }
)  # fmt: skip
MOST_ROWS = 10**9

PLAIN = (
    "run_group_id", "name", "status", "test_cromwell_job_id", "eval_cromwell_job_id", "created_after", "created_before",
    "finished_after", "finished_before", "run_created_by", "sort", "limit", "offset",
)  # fmt: skip
"""Fields that are sent as they are; ``run_created_by`` as ``created_by``."""


class MomentField(forms.CharField):
    """A time: without a zone it is UTC, as the source has it. Cleaned to the form that CARROT takes."""

    widget = forms.TextInput(attrs={"placeholder": "2026-11-01T12:00:00"})

    def clean(self, value: Any) -> str:
        """``YYYY-MM-DDTHH:MM:SS`` with decimals if there are any; empty stays empty."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return ""
        try:
            moment = datetime.fromisoformat(text)
            naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError) as error:
            raise ValidationError("Write a time such as 2026-11-01T12:00:00.", code="invalid") from error
        return naive.isoformat()


class RunFilterForm(Part):
    """The parameters by which a source chooses runs below a pipeline, template or test."""

    name = LineField(max_length=LONGEST, required=False, help_text="The whole name, capitals as they are.")
    status = forms.ChoiceField(choices=[("", "Any"), *((word, word) for word in STATUSES)], required=False)
    created_after = MomentField(required=False, label="Created after", help_text="UTC, unless it names a zone.")
    created_before = MomentField(required=False, label="Created before")
    finished_after = MomentField(required=False, label="Finished after")
    finished_before = MomentField(required=False, label="Finished before")
    run_created_by = LineField(max_length=LONGEST, required=False, label="Created by")
    run_group_id = forms.UUIDField(required=False, label="In the group", help_text="Its id at the source.")
    test_cromwell_job_id = LineField(max_length=LONGEST, required=False, label="Job of the test")
    eval_cromwell_job_id = LineField(max_length=LONGEST, required=False, label="Job of the evaluation")
    software_name = LineField(max_length=LONGEST, required=False, label="Software", help_text="Then give versions too.")
    commit_or_tag = LineField(
        max_length=1_000, required=False, label="Commits or tags", help_text="With commas between."
    )
    commit_count = forms.IntegerField(min_value=1, max_value=1_000, required=False, label="Newest commits, how many")
    commit_from = MomentField(required=False, label="Commits from")
    commit_to = MomentField(required=False, label="Commits to")
    software_branch = LineField(max_length=LONGEST, required=False, label="Branch")
    tags_only = forms.BooleanField(required=False, label="Tags only")
    sort = LineField(max_length=LONGEST, required=False, label="Order", help_text="As in desc(created_at),name.")
    limit = forms.IntegerField(min_value=1, max_value=MOST_ROWS, required=False, label="At most", initial=20)
    offset = forms.IntegerField(min_value=0, max_value=MOST_ROWS, required=False, label="Leaving out the first")

    def clean_sort(self) -> str:
        """Keys that the source does not know it would leave out without a word."""
        text: str = self.cleaned_data["sort"]
        for part in filter(None, (part.strip() for part in text.split(","))):
            key = part.removeprefix("asc(").removeprefix("desc(").removesuffix(")").strip()
            if key not in SORT_KEYS:
                raise ValidationError(f"Runs are not sorted by “{key[:40]}”.", code="invalid")
        return text

    def clean(self) -> dict[str, Any]:
        """One way to name versions of software, and only with its name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        ways = [bool(data.get("commit_or_tag")), bool(data.get("commit_count"))]
        ways.append(bool(data.get("commit_from") or data.get("commit_to")))
        if data.get("software_name") and sum(ways) != 1:
            self.add_error(
                "software_name", "Give its commits or tags, or how many, or from when to when: one of these."
            )
        if any(ways) and not data.get("software_name"):
            self.add_error("software_name", "Name the software whose versions these are.")
        return data

    def filters(self) -> dict[str, str]:
        """The source's own parameters, none of them empty."""
        data = self.cleaned_data
        plain = {"created_by" if name == "run_created_by" else name: data.get(name) for name in PLAIN}
        found = {name: str(value) for name, value in plain.items() if value not in {None, ""}}
        return found | ({"software_versions": self._software()} if data.get("software_name") else {})

    def _software(self) -> str:
        data = self.cleaned_data
        asked: dict[str, Any] = {"name": data["software_name"]}
        if data["commit_or_tag"]:
            named = [part.strip() for part in data["commit_or_tag"].split(",")]
            return _as_json(asked | {"commits_and_tags": [part for part in named if part]})
        branch = {"branch": data["software_branch"]} if data["software_branch"] else {}
        if data["commit_count"]:
            return _as_json(asked | branch | {"count": data["commit_count"], "tags_only": data["tags_only"]})
        times = {"from": data["commit_from"], "to": data["commit_to"]}
        return _as_json(asked | branch | {name: text for name, text in times.items() if text})


class ReportForm(Part):
    """The template, who asks, and whether a failed one makes room."""

    template = forms.ChoiceField(
        label="Template", error_messages={"required": "Choose a template.", "invalid_choice": "Choose a template."}
    )
    created_by = forms.EmailField(
        max_length=LONGEST,
        label="Your e-mail address",
        help_text="The source writes it beside the report, and sends its news there.",
    )
    replaces_failed = forms.BooleanField(required=False, label="Replace the failed one")

    def __init__(
        self, *args: Any, templates: Sequence[tuple[str, str]] = (), failed: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["template"]
        chosen.choices = list(templates)
        if failed:
            self.fields["replaces_failed"].label = _replacing(failed)


def invalid_fields(*parts: forms.Form | None) -> list[BoundField]:
    """Fields with errors, in the order in which they stand."""
    return [field for part in parts if part is not None and part.is_bound for field in part if field.errors]


def data_of(given: Mapping[str, str]) -> dict[str, str]:
    """What a form of filters is filled with by CARROT's parameters in an address."""
    data = {name: given[name] for name in RunFilterForm.base_fields if name in given}
    if "created_by" in given:
        data.setdefault("run_created_by", given["created_by"])
    return data


def _replacing(failed: Sequence[str]) -> str:
    """Which one would be replaced: that of the chosen template, if it is one of these."""
    named = list(failed[:MOST_NAMED])
    if len(failed) > MOST_NAMED:
        named.append(f"{len(failed) - MOST_NAMED} more")
    return f"Replace the failed one of {' or '.join(named)}"


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
