"""The rows of ``docs/reference/from-the-command-line.md``, and which test proves each."""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "from-the-command-line.md"

_CODE = re.compile(r"`([^`]+)`")
_PLACE = re.compile(r"<(\w+)>")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z_-]*")


@dataclass(frozen=True, slots=True)
class Row:
    """What one types, what one does here, and a note."""

    typed: str
    here: str
    note: str

    @property
    def key(self) -> str:
        """The command line, without the short forms of its option."""
        return _CODE.findall(self.typed)[0]

    @property
    def command(self) -> str:
        """The command by itself: words before the first id or option."""
        return re.split(r" (?=[A-Z-])", self.key)[0]

    @property
    def options(self) -> set[str]:
        """Every spelling of every option in it."""
        return {option for code in _CODE.findall(self.typed) for option in _OPTION.findall(code)}

    @property
    def addresses(self) -> list[str]:
        """Every address in it, with a number for each id."""
        codes = _CODE.findall(f"{self.here} {self.note}")
        return [_PLACE.sub("1", code) for code in codes if code.startswith("/")]

    @property
    def queries(self) -> list[tuple[str, str]]:
        """(path, query) of what it filters; a query alone is one of the runs list."""
        found = [(path, dict(parse_qsl(rest)).get("q", "")) for path, _, rest in self._parted()]
        alone = [code for code in _CODE.findall(self.note) if re.match(r"[a-z]+:", code)]
        return [pair for pair in found if pair[1]] + [("/runs/", text) for text in alone]

    def _parted(self) -> list[tuple[str, str, str]]:
        return [address.partition("?") for address in self.addresses]


def rows() -> list[Row]:
    """Every row of every table, in order."""
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


def proves(*keys: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a test as the proof of these rows."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        test.rows = keys  # type: ignore[attr-defined]
        return test

    return mark


def proven() -> Iterator[str]:
    """The rows that the tests beside this module prove, each as often as it is."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.parity.{path.stem}")
        for test in vars(module).values():
            yield from getattr(test, "rows", ())
