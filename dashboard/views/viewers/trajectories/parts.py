"""The pieces of a trajectory's page that come after it, or when one asks for them."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse

from dashboard import formats
from dashboard.services.trajectories import Trajectory
from dashboard.views import crumbs, fragments
from dashboard.views.requests import Request
from dashboard.views.viewers.trajectories import finds, pages, ways, wholes
from dashboard.views.viewers.trajectories.choices import Choices, whole_number
from dashboard.views.viewers.trajectories.steps import StepMaker

MOST_CALLS = 300
"""Of a step that is looked at by itself."""


def answer(request: Request, choices: Choices, trajectory: Trajectory, name: str) -> HttpResponse:
    """The piece of this name: for htmx by itself, else as a page of its own. Raises ``Http404``."""
    if name not in PARTS:
        raise Http404("There is no such part of the page.")
    return PARTS[name](request, choices, trajectory)


def _outline(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """Rows around a step, or from one on."""
    total = trajectory.count()
    first = whole_number(request.GET, "from") or ways.outline_start(choices.step, total)
    rows = trajectory.outline(min(first, max(total, 1)), ways.OUTLINE)
    outline = ways.outline(choices, rows, total, pages.full_page(choices, trajectory).numbers)
    return _render(request, choices, "outline", "Outline", {"outline": outline})


def _summary(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """What takes a look at the whole file. It brings the outline and the total of the pages along, for scripts."""
    page = pages.full_page(choices, trajectory, whole_number(request.GET, "found"))
    context = {"around": pages.around(choices, trajectory, page), "is_late": True}
    if request.GET.get("sums") == "1":
        context["running"] = pages.running(trajectory, page.numbers)
    return _render(request, choices, "summary", "Totals and sub-agents", context)


def _text(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """One text in full."""
    item = request.GET.get("item", "")
    if item == wholes.DEFINITIONS:
        found = wholes.definitions_of(trajectory.head)
    else:
        steps = trajectory.steps(choices.step, 1)
        found = wholes.text_of(steps[0], item) if steps else None
    if found is None:
        raise Http404("There is no such text.")
    whole = wholes.whole(choices, *found, item=item, at=whole_number(request.GET, "at"))
    return _render(request, choices, "whole", whole.title, {"whole": whole})


def _step(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """One step by itself, with all its calls."""
    steps = trajectory.steps(choices.step, 1)
    if not steps:
        raise Http404("There is no such step.")
    typesetter = pages.usual_typesetter(choices)
    maker = StepMaker(choices=choices, typesetter=typesetter, resolve=trajectory.resolve, most=MOST_CALLS)
    title = f"Step {formats.count(choices.step)}"
    return _render(request, choices, "steps", title, {"steps": [maker.page(steps[0])]})


def _news(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """That there are more steps to show than the page knows of; 204 if there are not."""
    after = whole_number(request.GET, "after")
    numbers = _numbers_after(after, choices, trajectory)
    if not numbers:
        return fragments.nothing_new()
    is_end = request.GET.get("end") == "1"
    context = {
        "words": formats.plural(len(numbers), "new step"),
        "url": choices.url(step=numbers[0]),
        "more_url": choices.part("more", after=after) if is_end else "",
    }
    return _render(request, choices, "news", "New steps", context)


def _more(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """The steps behind those that the page has, to stand below them."""
    after = whole_number(request.GET, "after")
    steps = pages.numbered(trajectory, _numbers_after(after, choices, trajectory)[: ways.PAGE])
    last = steps[-1].number if steps else after
    context = {
        "steps": pages.set_steps(choices, trajectory, steps, pages.usual_typesetter(choices)),
        "news_url": choices.part("news", after=last, v=last, end=1) if pages.is_growing(choices.subject) else "",
    }
    return _render(request, choices, "more", "New steps", context)


def _numbers_after(after: int, choices: Choices, trajectory: Trajectory) -> Sequence[int]:
    numbers = pages.chosen_numbers(choices, trajectory)
    return numbers[bisect_right(numbers, after) :]


def _further(request: Request, choices: Choices, trajectory: Trajectory) -> HttpResponse:
    """What is found behind the steps that the page looked through, or how far that is; it goes on by itself."""
    start, step = max(whole_number(request.GET, "from"), 1), max(whole_number(request.GET, "at"), 1)
    result = finds.search(choices, trajectory, step)
    on = finds.further(choices, result, start, step, whole_number(request.GET, "round"))
    return _render(request, choices, "further", "Found further on", {"on": on})


PARTS: dict[str, Callable[[Request, Choices, Trajectory], HttpResponse]] = {
    "outline": _outline,
    "summary": _summary,
    "text": _text,
    "step": _step,
    "news": _news,
    "more": _more,
    "further": _further,
}


def _render(request: Request, choices: Choices, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    template = f"viewers/trajectory_{name}.html"
    subject = choices.subject
    whole = {
        **context,
        "subject": subject,
        "choices": choices,
        "template": template,
        "title": title,
        "back": choices.url(step=choices.step if choices.is_step_asked else None),
        "crumbs": crumbs.below_run(subject.run, subject.path)
        if subject.trial is None
        else crumbs.below_trial(subject.trial, subject.path),
    }
    name = template if fragments.wants_fragment(request) else "viewers/trajectory_part.html"
    return fragments.page(request, name, whole)
