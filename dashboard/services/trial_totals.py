"""What a trial's trajectory says of tokens and cost, to stand beside what its result says."""

from dashboard.domain.errors import SourceError
from dashboard.domain.records import ArtifactListing
from dashboard.domain.trajectories import Totals
from dashboard.models import Trial
from dashboard.readers import final_metrics
from dashboard.services import artifacts, trial_files
from dashboard.services.trial_files import Kind


def of_trajectory(trial: Trial, listing: ArtifactListing) -> Totals | None:
    """The sums that stand at the end of the agent's trajectory; one small read.

    None where that is not on this machine's disk, and where there is not just one: then no file tells of the whole.
    """
    found = [each for each in trial_files.of_kind(listing, Kind.TRAJECTORY) if each.path.startswith("agent/")]
    if len(found) != 1 or not artifacts.are_near(trial.run):
        return None
    try:
        with artifacts.open_file(trial.run, trial, found[0].path) as reader:
            return final_metrics.read(reader)
    except SourceError:
        # It is told beside another figure, and the file itself says why it cannot be read.
        return None
