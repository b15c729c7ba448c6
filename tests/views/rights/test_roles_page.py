"""The document on roles says what the table of rights says, which is what the product does."""

from pathlib import Path

import dashboard
from tests.views.rights.roles_page import lines

PAGE = Path(dashboard.__file__).parent.parent / "docs" / "reference" / "roles.md"


def test_the_page_on_roles_has_every_address_of_the_table():
    written = PAGE.read_text().partition("## Addresses")[2].splitlines()
    assert [line for line in written if line.startswith("|")] == list(lines())
