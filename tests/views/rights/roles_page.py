"""The table of docs/reference/roles.md, from the table of rights: ``python -m tests.views.rights.roles_page``."""

from collections.abc import Iterator

from dashboard.domain.roles import Role
from tests.views.rights.table import TABLE, UNREAD, Row


def lines() -> Iterator[str]:
    """The lines of the table, by the names of addresses."""
    yield "| address | reads | sends |"
    yield "|---|---|---|"
    for name in sorted(TABLE):
        yield f"| `{name}` | {_reads(TABLE[name])} | {_acts(TABLE[name])} |"


def _reads(row: Row) -> str:
    if row.get == UNREAD:
        return "–"
    return _who(row, row.reads)


def _acts(row: Row) -> str:
    return "–" if row.post is None else _who(row, row.acts)


def _who(row: Row, role: Role | None) -> str:
    if row.is_owned:
        return "owner or administrator" if row.is_managed else "owner"
    if role is None:
        return "everybody" if row.is_public else "signed in"
    return f"{role}, who sees it" if row.of_source else str(role)


if __name__ == "__main__":
    print("\n".join(lines()))  # noqa: T201 - a command says what it found
