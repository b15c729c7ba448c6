"""What a person chose: for every page, and for a list. Kept with the account, for the next visit on any device."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery

from dashboard.models import ListPreference, Preferences
from dashboard.services.visibility import Viewer

THEMES = ("light", "dark")
DENSITIES = ("compact", "normal")
TIME_FORMATS = ("ago", "local", "utc")
LONGEST_START = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How somebody wants pages to be, on every device that says nothing else."""

    theme: str = ""
    """``light`` or ``dark``; empty: as the system."""
    density: str = ""
    time_format: str = "ago"
    """How moments are written: as long ago, in a zone, or in UTC."""
    time_zone: str = ""
    """A name of the zone database; empty: the device's."""
    has_keys: bool = True
    """Whether single keys do something."""
    start_view: str = ""
    """What the runs list begins with: a built-in view by its name, or a saved one by its number; empty: all runs."""


_FIELDS = tuple(f"preferences__{name}" for name in Choice.__dataclass_fields__)


def of(viewer: Viewer) -> Choice:
    """What somebody chose; whoever is no person has chosen nothing."""
    row = User.objects.filter(pk=viewer.pk).values_list(*_FIELDS).first() if viewer.pk is not None else None
    return _choice(row)


def of_list(viewer: Viewer, list_name: str) -> tuple[Choice, list[str]]:
    """The same, and the columns they chose for a list, in order (empty: never chosen), in one query."""
    if viewer.pk is None:
        return Choice(), []
    chosen = ListPreference.objects.filter(user=OuterRef("pk"), list_name=list_name).values("columns")
    row = User.objects.filter(pk=viewer.pk).values_list(*_FIELDS, Subquery(chosen)).first()
    return (_choice(row[:-1]), list(row[-1] or [])) if row else (Choice(), [])


def save(viewer: Viewer, choice: Choice) -> None:
    """Keep the choice; of whoever is no person, nothing. Raises ``ValueError`` for what none can choose."""
    is_known = (
        choice.theme in {"", *THEMES}
        and choice.density in {"", *DENSITIES}
        and choice.time_format in TIME_FORMATS
        and choice.time_zone in {"", *zones()}
        and len(choice.start_view) <= LONGEST_START
    )
    if not is_known:
        raise ValueError("There is no such choice.")
    fields = {name: getattr(choice, name) for name in Choice.__dataclass_fields__}
    if viewer.pk is None:
        return
    Preferences.objects.update_or_create(user_id=viewer.pk, defaults=fields)


def zones() -> list[str]:
    """The time zones one may choose, by name: places, and UTC."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


def columns(viewer: Viewer, list_name: str) -> list[str]:
    """The chosen columns, in order; empty: never chosen."""
    return of_list(viewer, list_name)[1]


def remember_columns(viewer: Viewer, list_name: str, chosen: Sequence[str]) -> None:
    """Keep these columns, in this order; none at all means the list's own choice again. Strangers have none."""
    if viewer.pk is None:
        return
    ListPreference.objects.update_or_create(user_id=viewer.pk, list_name=list_name, defaults={"columns": list(chosen)})


def _choice(row: Sequence[object] | None) -> Choice:
    """What is empty in the database, or not there, is the choice of whoever has not chosen."""
    told = zip(Choice.__dataclass_fields__, row or (), strict=False)
    return Choice(**{name: value for name, value in told if value not in (None, "")})  # type: ignore[arg-type]
