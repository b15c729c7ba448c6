"""Whole addresses: of pages for people, and of files."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are, as whoever asks reaches Quayside."""

    origin: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Places":
        """As this asker reached it."""
        return cls(f"{request.scheme}://{request.get_host()}")

    def page(self, name: str, *ids: int | str) -> str:
        """What has this name."""
        return self.origin + reverse(name, args=ids)

    def file(self, name: str, *ids: int, path: str) -> str:
        """A file below something; every character of its path that means something is quoted."""
        return self.page(name, *ids, "x").removesuffix("x") + quote(path, safe="/")
