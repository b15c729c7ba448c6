"""What a trial's trajectory says of tokens and cost, to stand beside what its result says."""

from dashboard.domain.errors import SourceError
from dashboard.domain.records import ArtifactListing
from dashboard.domain.trajectories import Totals
from dashboard.models import Trial
from dashboard.services import artifacts, trial_files
from dashboard.services.trajectories import open_trajectory
from dashboard.services.trial_files import Kind

MOST_READ = 64 * 2**20
"""Bytes of a trajectory that is looked through for this; what is worked out is kept for whoever reads it next."""


def of_trajectory(trial: Trial, listing: ArtifactListing) -> Totals | None:
    """The sums that the agent's trajectory itself gives.

    None where that is large or not on this machine's disk, and where there is not just one: then no file tells of the
    whole.
    """
    found = [each for each in trial_files.of_kind(listing, Kind.TRAJECTORY) if each.path.startswith("agent/")]
    if len(found) != 1 or (found[0].size or 0) > MOST_READ or not artifacts.are_near(trial.run):
        return None
    try:
        with open_trajectory(trial.run, trial, found[0].path) as trajectory:
            return trajectory.head.final
    except SourceError:
        # It is told beside another figure, and the file itself says why it cannot be read.
        return None
