"""The documents on being told: their example verifies what is sent, their fields are those of the body."""

import json
import re
import time
from pathlib import Path

import pytest

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.regressions import Decline, WorseResult
from dashboard.services.notices import bodies, posting, sending
from dashboard.services.notices.judging import Regression
from tests import factories

ROOT = Path(__file__).parents[2]
HOW_TO = (ROOT / "docs/how-to/be-told.md").read_text()
REFERENCE = (ROOT / "docs/reference/webhooks.md").read_text()
[EXAMPLE] = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
FIELDS = dict(re.findall(r"^\| `([a-z_.\[\]]+)` \| ([a-z ]+) \|", REFERENCE, re.MULTILINE))
TYPES = {"number": (int, float), "text": str, "time": str, "true or false": bool, "object": dict, "list": list}


@pytest.fixture
def is_from_quayside():
    names = {}
    exec(EXAMPLE, names)
    return names["is_from_quayside"]


class TestTheExample:
    def test_it_takes_what_is_signed_and_nothing_else(self, is_from_quayside):
        body = json.dumps({"event": "tested"}).encode()
        header = posting.signature("whsec_abc", body, at=int(time.time()))
        assert is_from_quayside("whsec_abc", header, body)
        assert not is_from_quayside("whsec_other", header, body)
        assert not is_from_quayside("whsec_abc", header, body + b" ")
        assert not is_from_quayside("whsec_abc", posting.signature("whsec_abc", body, at=1_000), body)

    def test_it_is_short(self):
        assert len(EXAMPLE[EXAMPLE.index("def") :].splitlines()) <= 10


def flattened(value, path=""):
    """(path, value) of every field; of a list those of its first entry."""
    if isinstance(value, list):
        yield path, value
        for each in value[:1]:
            yield from flattened(each, f"{path}[]")
    elif isinstance(value, dict):
        if path and not path.endswith("[]"):
            yield path, value
        for key, member in value.items():
            yield from flattened(member, f"{path}.{key}" if path else key)
    else:
        yield path, value


def body_of(**fields):
    run = factories.make_run(started_at=factories.NOW, finished_at=factories.NOW)
    decline = Decline(n_tasks=9, n_worse=9, n_better=0, before=1.0, after=0.0, p_value=0.01)
    worse = WorseResult(name="precision", before=1.0, after=0.5, low=0.9, high=1.0, n_earlier=5)
    found = Regression(previous=run, decline=decline, results=(worse,))
    given = {"failure": "", "regression": found, "reason": "You watch it.", "now": factories.NOW}
    return {**bodies.of_run(run, NoticeEvent.REGRESSED, **given | fields), "delivery": 1}


@pytest.mark.django_db
class TestTheBody:
    def test_its_fields_are_those_of_the_reference(self):
        assert dict(flattened(body_of())).keys() == FIELDS.keys()

    def test_they_are_of_the_types_that_it_says(self):
        for body in (body_of(), body_of(failure="It failed."), body_of(regression=None)):
            for path, value in flattened(body):
                kind = FIELDS[path]
                if value is None:
                    assert kind.endswith(" or null"), path
                else:
                    assert isinstance(value, TYPES[kind.removesuffix(" or null")]), path

    def test_a_test_of_a_channel_has_the_same_fields_at_the_top(self):
        top = {name for name in FIELDS if "." not in name}
        assert bodies.of_test("Team evals", factories.NOW).keys() | {"delivery"} == top


def test_the_pauses_are_those_of_the_code():
    minutes = [pause.total_seconds() / 60 for pause in sending.PAUSES]
    assert minutes == [1, 5, 15, 60, 120, 240, 360]
    assert "eight times: after 1, 5, 15 minutes, 1, 2, 4 and 6 hours" in " ".join(HOW_TO.split())
    assert sending.MOST_TRIES == 8


@pytest.mark.parametrize("label", dict.fromkeys(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", HOW_TO)))
def test_labels_are_those_of_the_pages(label):
    shown = [*(ROOT / "templates").rglob("*.html"), ROOT / "dashboard/forms/watch.py"]
    assert any(" ".join(label.split()) in path.read_text() for path in shown)
