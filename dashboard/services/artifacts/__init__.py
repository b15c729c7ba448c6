"""The files of runs and trials: listed for a page, opened for whoever reads them. Only here do pages reach for bytes.

A source is asked as :mod:`dashboard.services.reach` asks it: soon, or not at all while it is known to be away.
What was fetched from elsewhere, and what a reader worked out about a file, is kept on this machine's disk, bounded.
"""

from dashboard.services.artifacts.endings import ending
from dashboard.services.artifacts.keys import FileKey
from dashboard.services.artifacts.listings import are_near, at_hand_of_trial, have_runs, of_run, of_trial
from dashboard.services.artifacts.opening import file_key, open_address, open_file

__all__ = [
    "FileKey",
    "are_near",
    "at_hand_of_trial",
    "ending",
    "file_key",
    "have_runs",
    "of_run",
    "of_trial",
    "open_address",
    "open_file",
]
