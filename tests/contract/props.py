"""What the contract's tests find on every stage, and where the nature of a source lets it differ."""

from typing import ClassVar

from dashboard.domain.records import SourceConfig
from dashboard.domain.reports import ReportKey, ReportQuery


class Stage:
    """Runs at a source, made anew for a test in a folder of its own.

    ``run_ids`` are all its runs, ``run_id`` one that is finished, ``trial_id`` a trial of it and ``path`` a file of
    that trial. Of a source without trials there is neither.

    Where it makes reports, ``good_report``, ``failed_report`` and ``moving_report`` are keys of reports in these
    states, ``bare_run_id`` is a run and ``group_id`` a run group without reports, ``report_template_id`` what a report
    can be made of, ``query`` chooses exactly the runs ``chosen``, and ``vain_query`` none.
    """

    source_class: type
    config: SourceConfig
    run_ids: frozenset[str]
    run_id: str
    trial_id: str
    path: str
    good_report: ReportKey
    failed_report: ReportKey
    moving_report: ReportKey
    bare_run_id: str
    group_id: str
    report_template_id: str
    query: ReportQuery
    chosen: frozenset[str]
    vain_query: ReportQuery

    lists_everything = True
    """Whether what a listing leaves out is gone."""
    run_has_files = True
    """Whether a run has files of its own, beside those of its trials."""
    judges_by_reward = True
    """Whether how a trial came out follows from its reward and its error, and not from a word of the source."""
    id_prefixes: ClassVar[tuple[str, ...]] = ("",)
    """What ids of runs begin with."""

    allowed: ClassVar[dict[str, str]] = {}
    """Per action that the source can do, a run whose kind and state allow it."""
    refused: ClassVar[dict[str, str]] = {}
    """The same, a run of that kind whose state does not."""
    dataset_id = dataset_uri = template_id = ""
    """What runs can be made of, where the source says what."""

    def ids_like(self, stranger: str, action: str) -> list[str]:
        """Ids that no run has: the stranger as it is, and as an id of the kind of run that the action is for."""
        prefix = max((each for each in self.id_prefixes if self.allowed[action].startswith(each)), key=len)
        return [stranger, prefix + stranger]

    def change_trial(self) -> None:
        """Let the trial come out otherwise."""
        raise NotImplementedError

    def remove_trial(self) -> None:
        """Let the trial vanish."""
        raise NotImplementedError

    def remove_run(self) -> None:
        """Let the run vanish."""
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Give the file another content."""
        raise NotImplementedError

    def turn_small_pages(self, monkeypatch) -> None:
        """Let pages hold two runs."""
        raise NotImplementedError

    def lose(self) -> None:
        """Let nobody answer any more."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave nothing behind."""
