"""What stands in for the actions that a kind of source does not have."""

from typing import ClassVar

import pytest

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.errors import Unsupported
from dashboard.domain.records import Capabilities, SourceConfig
from dashboard.sources.refusing import RefusesActions

CONFIG = SourceConfig(name="Shelf", kind="shelf", address="/shelf")
EVALUATION = EvaluationRequest(name="n", agent_variants=())
SANDBOX = SandboxRequest(template_id="t", provider="p")
ASKED = [
    ("stop", "stop_run", ("a",)),
    ("cancel", "cancel_run", ("a",)),
    ("start", "start_run", ("a",)),
    ("delete", "delete_run", ("a",)),
    ("create", "create_evaluation", (EVALUATION,)),
    ("create", "create_sandbox", (SANDBOX,)),
    ("catalogue", "list_datasets", ()),
    ("catalogue", "read_dataset", ("d",)),
    ("catalogue", "list_tasks", ("d",)),
    ("catalogue", "list_templates", ()),
]


class Shelf(RefusesActions):
    """A source that only shows."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        why_not={name: f"No {name} here." for name in ("stop", "cancel", "start", "delete", "create", "catalogue")}
    )

    def __init__(self, config):
        self._config = config


@pytest.mark.parametrize(("what", "method", "arguments"), ASKED, ids=[method for _, method, _ in ASKED])
def test_everything_is_refused_with_its_own_sentence(what, method, arguments):
    with pytest.raises(Unsupported) as raised:
        getattr(Shelf(CONFIG), method)(*arguments)
    assert (raised.value.sentence, raised.value.source) == (f"No {what} here.", "Shelf")


def test_what_a_source_overrides_it_can_do():
    class Stoppable(Shelf):
        def stop_run(self, external_id):
            return ActionReceipt(external_id=external_id)

    assert Stoppable(CONFIG).stop_run("a").external_id == "a"
