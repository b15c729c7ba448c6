"""Which fields of a source are asked for of which kind; those of all kinds are in no group here."""

from dataclasses import dataclass

from dashboard.domain.statuses import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that sources of some kinds have, under a title and with words that say so."""

    title: str
    about: str
    kinds: tuple[SourceKind, ...]
    fields: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Those of its element, by which a script shows it for its kinds alone."""
        return ("for-kind", *(f"kind-{kind}" for kind in self.kinds))


FIELD_GROUPS = (
    FieldGroup(
        title="Server (Docks and CARROT)",
        about="For Docks and CARROT, whose base URL is the address. A server in a network that is not public is only "
        "asked if ALLOWED_NETWORKS names that network. CARROT itself wants no token; a proxy before it may.",
        kinds=(SourceKind.DOCKS, SourceKind.CARROT),
        fields=("new_token", "remove_token", "ca_bundle", "allowed_artifacts"),
    ),
    FieldGroup(
        title="Tenant (Docks)",
        about="For a tenant of a Docks server.",
        kinds=(SourceKind.DOCKS,),
        fields=("tenant", "list_limit"),
    ),
    FieldGroup(
        title="Folder (Harbor)",
        about="For folders of jobs.",
        kinds=(SourceKind.HARBOR,),
        fields=("time_zone", "stalled_after"),
    ),
)

_TAKEN = frozenset({"new_token", "remove_token"})
"""What becomes of these is decided together with the token that is stored."""


def foreign(kind: str) -> frozenset[str]:
    """The fields that a source of a kind does not have: what stands in them is not for it."""
    return frozenset(name for group in FIELD_GROUPS if kind not in group.kinds for name in group.fields) - _TAKEN
