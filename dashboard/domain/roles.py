"""What people may do here: three roles, each of which may do what the one before it may."""

from enum import StrEnum


class Role(StrEnum):
    """A role, by the name of its group."""

    VIEWER = "viewer"
    """Reads, and keeps things of their own: saved views, stars, watches, tokens of the API."""
    OPERATOR = "operator"
    """Acts as well: starts, stops, creates and deletes runs and reports, shares them, and writes notes and labels
    at them, which everybody reads."""
    ADMINISTRATOR = "administrator"
    """Manages sources, people and settings as well, and sees everything."""

    def covers(self, other: "Role") -> bool:
        """Whether whoever has this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


def highest(names: set[str]) -> Role | None:
    """The highest role among the names of somebody's groups; None where none of them is a role."""
    return next((role for role in reversed(Role) if role.value in names), None)
