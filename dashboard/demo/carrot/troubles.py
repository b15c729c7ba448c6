"""``errors`` of runs: what went wrong and when, in CARROT's words."""

from collections.abc import Iterator

from dashboard.demo.carrot.stores import Row

TROUBLES = {
    "buildfailed": "Build Error building docker image: exit status 1",
    "carrotfailed": "Results Number of results (3) does not match number of template_results (9)",
    "testfailed": "Cromwell Workflow failed: Job HC.Work:NA:1 exited with return code 1",
    "evalfailed": "Cromwell Workflow failed: truth file has no index",
    "testaborted": "Cromwell Workflow was aborted",
    "evalaborted": "Cromwell Workflow was aborted",
}
UNREACHABLE = "Cromwell error sending request for url (http://cromwell.example.com:8000): connection refused"


def write_errors(run: Row, *, has_trouble: bool = False) -> Iterator[list[str]]:
    """What went wrong and when, in CARROT's words; a run may go well in spite of it."""
    prefix = f"Encountered error while trying to update status for run with id {run['run_id']}: UpdateStatusError "
    moments = [moment for moment, _ in run["plan"]]
    if has_trouble and len(moments) > 2:  # noqa: PLR2004
        yield write_error(moments[2], prefix + UNREACHABLE)
    if trouble := TROUBLES.get(run["plan"][-1][1]):
        yield write_error(moments[-1], prefix + trouble)


def write_error(moment: str, text: str) -> list[str]:
    """An entry of ``errors`` with the moment from which it is there."""
    return [moment, f"{moment[:23].replace('T', ' ')}: {text}"]
