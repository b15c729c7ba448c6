"""The switches of this stand-in: what goes wrong, and what is spelt otherwise; its control route sets them too."""

from dataclasses import asdict, dataclass, fields

from dashboard.demo import faults
from dashboard.demo.faults import Fault, Form, Kind

__all__ = ["FIELDS", "Fault", "Faults", "Form", "Kind"]

FIELDS = frozenset(each.name for each in fields(Fault))


@dataclass(slots=True, kw_only=True)
class Faults(faults.Faults):
    """All switches of one stand-in; safe to set while it serves."""

    items: bool = False
    """Lists come as ``{"items": […]}`` instead of bare arrays."""
    gs: bool = False
    """All artifacts have ``gs://`` addresses."""

    def clear(self) -> None:
        """Everything as it should be."""
        faults.Faults.clear(self)
        with self.lock:
            self.items, self.gs = False, False

    def document(self) -> dict[str, object]:
        """All switches, for the control route."""
        values = {"latency": self.latency, "items": self.items, "gs": self.gs, "gone": sorted(self.gone)}
        return values | {"queue": [asdict(fault) for fault in self.queue]}
