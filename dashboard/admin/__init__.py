"""The admin panel, per noun. Django finds the registrations by importing this package."""

from dashboard.admin import audit, group, kept, mirrored, person, source, team

__all__ = ["audit", "group", "kept", "mirrored", "person", "source", "team"]
