"""``/reports``: the notebooks that renderings are made from."""

from dashboard.demo.carrot.answers import problem
from dashboard.demo.carrot.bodies import Body
from dashboard.demo.carrot.definitions import guard_by, make_routes, make_update
from dashboard.demo.carrot.desks import Desk, Handler
from dashboard.demo.carrot.kinds import REPORT
from dashboard.demo.carrot.plans import status_at
from dashboard.demo.carrot.statuses import FAILED_JOBS


def check_report(desk: Desk, report_id: str, changes: Body) -> None:
    """403 for another notebook while a rendering of the report goes on or has succeeded."""
    maps = desk.world.where("report_maps", report_id=report_id)
    if "notebook" in changes and any(status_at(each["plan"], desk.moment) not in FAILED_JOBS for each in maps):
        detail = (
            "Updating notebook or config is not allowed if there is a run_report tied to this report that is running "
            "or has succeeded"
        )
        raise problem(403, "Update params not allowed", detail)


ROUTES: dict[str, dict[str, Handler]] = make_routes(
    REPORT,
    guard_by(
        "Cannot delete a report if there is a template_report, run_report, or report_section mapped to it",
        ("template_reports", "report_id"),
        ("report_maps", "report_id"),
    ),
    update=make_update(REPORT, check_report),
)
