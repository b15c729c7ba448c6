"""Tables over the mirror: which columns a list has, in which order it may be sorted, and how a cell reads."""

from dashboard.tables.base import Table
from dashboard.tables.reports import ReportTable
from dashboard.tables.runs import RunTable
from dashboard.tables.tasks import TaskTable
from dashboard.tables.trials import TrialTable

LISTS: dict[str, type[Table]] = {table.list_name: table for table in (RunTable, TrialTable, TaskTable, ReportTable)}
"""Tables whose columns a person may choose, by the list's name."""
