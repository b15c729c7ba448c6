"""Which steps stand on a page, and everything that stands around them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard import formats
from dashboard.domain.statuses import Outcome
from dashboard.domain.trajectories import Step
from dashboard.services import artifacts
from dashboard.services.trajectories import Trajectory
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.trajectories import finds, heads, ways, words
from dashboard.views.viewers.trajectories.choices import MOST, Choices
from dashboard.views.viewers.trajectories.steps import StepMaker, StepPage
from dashboard.views.viewers.trajectories.texts import Budget, Typesetter


def context(choices: Choices, trajectory: Trajectory) -> dict[str, Any]:
    """What the page shows. What takes a look at the whole of a long file is left to a piece that follows."""
    found = _found(choices, trajectory)
    if found and found.step:
        choices = replace(choices, step=found.step)
    page, steps = _page(choices, trajectory, found.step if found else 0)
    typesetter = usual_typesetter(choices)
    is_all_here = page.total is not None and trajectory.is_at_hand and artifacts.are_near(choices.subject.run)
    return {
        "choices": choices,
        "who": heads.who(trajectory.beginning),
        "definitions": heads.definitions(choices, trajectory.beginning, typesetter),
        "page": page,
        "step_note": _step_note(choices, trajectory, page),
        "steps": set_steps(choices, trajectory, steps, typesetter, hit=found.step if found else 0),
        "found": found,
        "around": around(choices, trajectory, page) if is_all_here else None,
        "jump": choices.step if choices.is_step_asked or (found and found.step) else None,
        **_links(choices, page, found.step if found else 0),
        "summary_url": _summary_url(choices, page, steps, found.step if found else 0),
        "news_url": news_url(choices, trajectory, is_end=not page.next) if is_growing(choices.subject) else "",
    }


def around(choices: Choices, trajectory: Trajectory, page: ways.Page) -> dict[str, Any]:
    """What takes a look at the whole file: sums, what is odd, what belongs to it, and the outline."""
    head, total = trajectory.head, trajectory.count()
    rows = trajectory.outline(ways.outline_start(page.numbers[0] if page.numbers else 1, total), ways.OUTLINE)
    return {
        "total": total,
        "sums": heads.sums(trajectory.sums()),
        "disagreements": trajectory.disagreements(),
        "above_steps": trajectory.above_steps(),
        "tree": heads.tree(choices, trajectory.parts()),
        "is_whole": head.is_whole,
        "is_growing": is_growing(choices.subject),
        "problems": head.problems[: heads.MAX_PROBLEMS],
        "notes": usual_typesetter(choices).prose(head.notes, choices.subject.download) if head.notes else None,
        "continuation": heads.continuation(choices, trajectory),
        "text_url": choices.subject.url(**{"as": "text"}),
        "outline": ways.outline(choices, rows, total, page.numbers),
        "page": page,
    }


def full_page(choices: Choices, trajectory: Trajectory, found: int = 0) -> ways.Page:
    """The page with the chosen step, counted to the end; the step where something was ``found`` is not left out."""
    numbers = chosen_numbers(choices, trajectory)
    has_found = choices.is_filtered and 0 < found <= trajectory.count() and found not in numbers
    return ways.page(choices, sorted([*numbers, found]) if has_found else numbers, has_found=has_found)


def chosen_numbers(choices: Choices, trajectory: Trajectory) -> Sequence[int]:
    """The steps that are not left out, in order."""
    if not choices.is_filtered:
        return range(1, trajectory.count() + 1)
    return trajectory.numbers(kinds=choices.kinds, errors=choices.is_errors_only)


def usual_typesetter(choices: Choices) -> Typesetter:
    """What makes the texts of one page, as they were chosen to look."""
    return Typesetter(budget=Budget(), is_raw=choices.is_raw, is_open=choices.folds == "all")


def set_steps(
    choices: Choices, trajectory: Trajectory, steps: Sequence[Step], typesetter: Typesetter, *, hit: int = 0
) -> list[StepPage]:
    """The steps of one page."""
    maker = StepMaker(choices=choices, typesetter=typesetter, resolve=trajectory.resolve, hit=hit)
    return [maker.page(step) for step in steps]


def numbered(trajectory: Trajectory, numbers: Sequence[int]) -> list[Step]:
    """The steps of these numbers, in as few reads as there are gaps."""
    steps: list[Step] = []
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            steps += trajectory.steps(numbers[start], place - start)
            start = place
    return steps


def is_growing(subject: Subject) -> bool:
    """Whether more steps may come."""
    if subject.run.is_finished or subject.run.is_gone:
        return False
    return subject.trial is None or not Outcome(subject.trial.outcome).is_final


def _found(choices: Choices, trajectory: Trajectory) -> finds.Found | None:
    if not choices.find:
        return None
    return finds.found(choices, finds.search(choices, trajectory, choices.since))


def _page(choices: Choices, trajectory: Trajectory, found: int) -> tuple[ways.Page, list[Step]]:
    """A page in the middle of a long file is read without a look at what comes behind it."""
    if not choices.is_filtered and not is_growing(choices.subject):
        start = ways.page_start(choices.step)
        steps = trajectory.steps(start, ways.PAGE + 1)
        if len(steps) > ways.PAGE:
            return ways.page_before_others(choices, start), steps[: ways.PAGE]
    page = full_page(choices, trajectory, found)
    return page, numbered(trajectory, page.numbers)


def _step_note(choices: Choices, trajectory: Trajectory, page: ways.Page) -> str:
    """Why the step that was asked for is not shown, if there is none of its number."""
    if choices.odd_step:
        return f"“{choices.odd_step}” is no number of a step."
    if not choices.is_step_asked or choices.step == MOST or page.total is None or choices.step <= trajectory.count():
        return ""
    there = formats.plural(trajectory.count(), "step")
    so_far = " so far" if is_growing(choices.subject) else ""
    return f"There is no step {formats.count(choices.step)}. The trajectory has {there}{so_far}."


def _links(choices: Choices, page: ways.Page, found: int) -> dict[str, Any]:
    first = page.numbers[0] if page.numbers else None
    return {
        "toggles": ways.toggles(choices),
        "folds": ways.folds(choices),
        "looks": ways.looks(choices),
        "find_fields": choices.hidden("find", "regex", "case", "since"),
        "step_fields": choices.hidden("step"),
        "outline_url": choices.part("outline", step=first),
        "text_url": choices.subject.url(**{"as": "text"}),
        "own_url": choices.subject.url() if choices.within else "",
        "all_url": choices.url(errors=None, show=None),
    }


def _summary_url(choices: Choices, page: ways.Page, steps: Sequence[Step], found: int) -> str:
    """Where what takes a look at the whole file is told; with the sums at each step, if the page has none yet."""
    is_without = any(step.running.steps is None for step in steps)
    first = page.numbers[0] if page.numbers else None
    return choices.part("summary", step=first, found=found or None, sums=1 if is_without else None)


def running(trajectory: Trajectory, numbers: Sequence[int]) -> list[tuple[int, str]]:
    """The steps of a page, each with what all until there took together."""
    if not numbers:
        return []
    totals = trajectory.running(numbers[0], numbers[-1] - numbers[0] + 1)
    return [(number, words.running(totals[number - numbers[0]])) for number in numbers]


def news_url(choices: Choices, trajectory: Trajectory, *, is_end: bool) -> str:
    """How a page learns of steps behind those there are now; ``is_end``: its own are the last of them."""
    total = trajectory.count()
    return choices.part("news", after=total, v=total, end=1 if is_end else None)
