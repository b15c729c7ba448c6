"""What a file of a run or trial is called on this machine's disk."""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKey:
    """Which file it is, whatever its bytes: one file of one source."""

    source: int
    address: str
    """Where the source is: databases of several dashboards may keep their files in one folder."""
    run: str
    """As the source calls it."""
    trial: str | None
    path: str

    def digest(self, *more: object) -> str:
        """A word for a file's name, of the key and of what else is said."""
        said = (self.source, self.address, self.run, self.trial, self.path, *more)
        return blake2b(repr(said).encode(errors="surrogatepass"), digest_size=20).hexdigest()
