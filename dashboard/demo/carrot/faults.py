"""What goes wrong when a test wants it, as with the other stand-ins; an object is said in CARROT's own form."""

from dataclasses import dataclass

from dashboard.demo import faults
from dashboard.demo.faults import Faults, Form, Kind

__all__ = ["Fault", "Faults", "Form", "Kind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(faults.Fault):
    """Something that goes wrong ``count`` times, on paths that contain ``where``."""

    def documents(self) -> dict[Form, object]:
        """The forms that are JSON."""
        said = {"title": "Server error", "status": self.status, "detail": self.message}
        return faults.Fault.documents(self) | {Form.OBJECT: said}
