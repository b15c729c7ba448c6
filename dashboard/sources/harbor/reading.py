"""One run read: its own documents, and those of the trials whose stamps are not the known ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dashboard.domain.errors import Missing
from dashboard.domain.records import RunReading, SourceConfig, TrialRecord
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.sources.harbor import files, looks, runs, trials
from dashboard.sources.harbor.documents import MISSING, UNREADABLE, Document, read_document
from dashboard.sources.harbor.looks import CONFIG, LOCK, RESULT, JobLook, TrialLook, TrialsLook
from dashboard.sources.harbor.mapping import outcome_of, primary_reward
from dashboard.sources.harbor.names import ID_LIMIT, id_of, name_of, shown
from dashboard.sources.harbor.values import Fields, zone_named
from dashboard.sources.harbor.verdicts import no_verdict, read_verdict
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

MOST_NAMED = 3
"""Trials whose result cannot be read that their run's problem names."""


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A reading in the making."""

    name: str
    folder: int
    config: SourceConfig
    now_ns: int
    known: Mapping[str, str]
    problems: Problems = field(default_factory=Problems)
    is_over: bool = False
    """Whether nothing of the job runs any more."""
    must_return: bool = False
    """Something was being written: the run must be read again soon."""
    unreadable: list[str] = field(default_factory=list)
    """Folders of the trials, known ones included, whose result is there and cannot be read."""


class _TrialDocuments(NamedTuple):
    result: Document
    config: Document
    """Missing where the result repeats it."""
    verdict: Fields
    """Of a trial whose result cannot be read: what its verifier wrote, shaped like a result."""


def read_run(root: int, external_id: str, known: Mapping[str, str], *, config: SourceConfig, now_ns: int) -> RunReading:
    """Read one run below the open root. Raises ``Missing``, ``Denied`` or ``BadAnswer``."""
    name = name_of(external_id)
    if name is None:
        raise _missing(config)
    try:
        with files.open_folder(name, root) as folder:
            reading = _Reading(name=name, folder=folder, config=config, now_ns=now_ns, known=known)
            found = _read(reading, root)
        if files.stamp_of(name, root) is None:
            raise _missing(config)
    except OSError as error:
        raise files.failure(error, config, "The job's folder") from error
    return found


def _missing(config: SourceConfig) -> Missing:
    return Missing("There is no such job.", source=config.name)


def _read(reading: _Reading, root: int) -> RunReading:
    """The run, then its trials: what a trial without a result is depends on whether its run is over."""
    job = looks.look_at_job(reading.name, root)
    look = looks.look_at_trials(reading.folder)
    if job is None or not (job.has_files or look.trials):
        raise _missing(reading.config)
    _tell_oddities(look, reading.problems)
    source, status = _read_job(reading, job, look)
    reading.is_over = status.is_final
    records, present = _read_trials(reading, look)
    _tell_unreadable(reading)
    fingerprint = _fingerprint(reading, job, look, source)
    run = runs.run_record(source, fingerprint=fingerprint, status=status)
    return RunReading(run=run, trials=tuple(records), present=present)


def _tell_oddities(look: TrialsLook, problems: Problems) -> None:
    for name in look.links:
        problems.add(shown(name), "It is a link, and links are not followed.")
    for name in look.denied:
        problems.add(shown(name), "It cannot be looked into.")
    if look.is_cut_off:
        problems.add("", f"The folder holds too much: not more than {looks.MOST_TRIALS:,} trials are read.")


def _tell_unreadable(reading: _Reading) -> None:
    """Say on the run itself why its numbers may differ from Harbor's."""
    n, names = len(reading.unreadable), [clean(shown(name), 80) for name in reading.unreadable[:MOST_NAMED]]
    if not n:
        return
    subject = "1 trial's result cannot" if n == 1 else f"{n:,} trials' results cannot"
    more = [f"{n - MOST_NAMED:,} more"] if n > MOST_NAMED else []
    told = "Verdicts are taken from the verifier's own files where there are any; costs and tokens are missing."
    reading.problems.add("Trials", f"{subject} be read: {', '.join(names + more)}. {told}")


def _read_job(reading: _Reading, job: JobLook, look: TrialsLook) -> tuple[runs.RunSource, RunStatus]:
    documents = {name: _read_file(reading, reading.folder, name, "") for name in (RESULT, CONFIG)}
    is_enough = runs.is_enough(documents[CONFIG].value, documents[RESULT].value)
    documents[LOCK] = MISSING if is_enough else _read_file(reading, reading.folder, LOCK, "")
    fields = {name: Fields(document.value, name, reading.problems) for name, document in documents.items()}
    after = reading.config.stalled_after
    source = runs.RunSource(
        external_id=id_of(reading.name),
        folder_name=shown(reading.name),
        config=fields[CONFIG],
        result=fields[RESULT],
        lock=fields[LOCK],
        result_state=documents[RESULT].state,
        zone=zone_named(reading.config.time_zone, reading.problems),
        config_mtime_ns=job.config.mtime_ns if job.config else None,
        has_begun_since=looks.has_begun_since(job, look),
        last_change_ns=max([job.last_change_ns, *(trial.last_change_ns for trial in look.trials.values())]),
        is_quiet=looks.is_quiet(reading.folder, job, look, now_ns=reading.now_ns, after=after),
        problems=reading.problems,
    )
    reading.must_return = any(document.is_unfinished for document in documents.values())
    return source, runs.status_of(source)


def _read_file(reading: _Reading, folder: int, name: str, where: str, problems: Problems | None = None) -> Document:
    return read_document(name, folder, now_ns=reading.now_ns, where=where + name, problems=problems or reading.problems)


def _fingerprint(reading: _Reading, job: JobLook, look: TrialsLook, source: runs.RunSource) -> str:
    if reading.must_return:
        return looks.again_fingerprint(job)
    if runs.has_end(source) and not reading.unreadable:
        return looks.done_fingerprint(job)
    return looks.open_fingerprint(job, look, is_quiet=source.is_quiet)


def _read_trials(reading: _Reading, look: TrialsLook) -> tuple[list[TrialRecord], frozenset[str]]:
    """Records of the trials that changed, and the ids of all that are there."""
    records, present = [], set()
    for external_id, name, trial in _trials_of(reading, look):
        present.add(external_id)
        fingerprint = reading.known.get(external_id, "")
        if not _is_known(reading, external_id, trial):
            try:
                record = _read_trial(reading, external_id, name, trial)
            except FileNotFoundError:
                present.discard(external_id)
                continue
            records.extend([] if record is None else [record])
            fingerprint = "" if record is None else record.fingerprint
        if trial.is_unreadable(fingerprint):
            reading.unreadable.append(name)
    return records, frozenset(present)


def _trials_of(reading: _Reading, look: TrialsLook) -> Iterator[tuple[str, str, TrialLook]]:
    """Id, folder and stamps of each trial, also of those that may not be looked into but should be trials."""
    for name, trial in sorted(look.trials.items()):
        external_id = id_of(name)
        if len(external_id) <= ID_LIMIT:
            yield external_id, name, trial
        else:
            reading.problems.add(shown(name), "Its name is too long to be kept.")
    for name in look.denied:
        external_id = id_of(name)
        if external_id in reading.known or ("__" in name and len(external_id) <= ID_LIMIT):
            yield external_id, name, TrialLook(None, None)


def _is_known(reading: _Reading, external_id: str, trial: TrialLook) -> bool:
    """Whether the mirror has this trial as it is; one that has become unreadable stays as it was."""
    known = reading.known.get(external_id)
    if known is not None and trial == TrialLook(None, None):
        return True
    return known in {trial.fingerprint, trial.fingerprint_without_result(is_over=reading.is_over)}


def _read_trial(reading: _Reading, external_id: str, name: str, look: TrialLook) -> TrialRecord | None:
    """The record of one trial; None while the result of a known one is being written, for that one stays."""
    problems, where = Problems(), f"{shown(name)}/"
    documents = _trial_documents(reading, name, where, problems)
    result, config, _ = documents
    without_result = look.fingerprint_without_result(is_over=reading.is_over)
    source = trials.TrialSource(
        external_id=external_id,
        fingerprint=look.fingerprint if result.is_read else without_result,
        folder_name=shown(name),
        config=_config_of(result, config, where, problems),
        problems=problems,
    )
    if result.is_read:
        return trials.finished_trial(source, Fields(result.value, f"{where}{RESULT}", problems))
    if result.is_unfinished or config.is_unfinished:
        reading.must_return = True
        source = replace(source, fingerprint=f"{look.fingerprint}:again")
        if external_id in reading.known:
            return None
    return _unfinished_trial(reading, source, documents, look)


def _trial_documents(reading: _Reading, name: str, where: str, problems: Problems) -> _TrialDocuments:
    """What a trial left, read no further than is needed. Raises if the trial has vanished."""
    try:
        with files.open_folder(name, reading.folder) as folder:
            result, verdict = _read_result(reading, folder, where, problems)
            is_repeated = isinstance(result.value.get("config"), dict)
            config = MISSING if is_repeated else _read_file(reading, folder, CONFIG, where, problems)
    except OSError as error:
        if error.errno in files.NOT_THERE:
            raise FileNotFoundError from error
        problems.add(where, f"It cannot be looked into: {error.strerror}.")
        return _TrialDocuments(UNREADABLE, UNREADABLE, no_verdict(problems))
    return _TrialDocuments(result, config, verdict)


def _read_result(reading: _Reading, folder: int, where: str, problems: Problems) -> tuple[Document, Fields]:
    """A trial's result and, where that cannot be read, its verifier's verdict; the problem then says so."""
    found, judged, told = Problems(), Problems(), ""
    result, verdict = _read_file(reading, folder, RESULT, where, found), no_verdict(judged)
    if result is UNREADABLE:
        verdict = read_verdict(folder, where=where, problems=judged)
    if verdict.values:
        told = f" The reward is the verifier's own, from {verdict.where.removeprefix(where)}."
    for problem in found.listed():
        problems.add(problem.where, problem.what + told)
    for problem in judged.listed():
        problems.add(problem.where, problem.what)
    return result, verdict


def _config_of(result: Document, config: Document, where: str, problems: Problems) -> Fields:
    repeated = result.value.get("config")
    if isinstance(repeated, dict):
        return Fields(repeated, f"{where}{RESULT} config", problems)
    return Fields(config.value, f"{where}{CONFIG}", problems)


def _unfinished_trial(
    reading: _Reading, source: trials.TrialSource, documents: _TrialDocuments, look: TrialLook
) -> TrialRecord:
    """A trial without a readable result runs as long as its job does, unless its verifier has judged it."""
    result, _, verdict = documents
    if reading.is_over and result is MISSING:
        source.problems.add(f"{source.folder_name}/{RESULT}", "It is not there although the job is over.")
    has_ended = bool(verdict.values) or (reading.is_over and not result.is_unfinished)
    outcome = outcome_of(primary_reward(verdict), None) if has_ended else Outcome.RUNNING
    config_mtime_ns = look.config.mtime_ns if look.config else None
    return trials.unfinished_trial(source, outcome=outcome, verdict=verdict, config_mtime_ns=config_mtime_ns)
