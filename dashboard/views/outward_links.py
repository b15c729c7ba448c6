"""Links that lead away from here: to addresses a source told, and to its workflow engine. All are checked."""

from urllib.parse import quote, urlsplit

from dashboard.models import Source

CONSOLE = "https://console.cloud.google.com/storage/browser/_details"
"""Below it each object of Google's buckets has a page, for those who may see it."""

Link = dict[str, str]
"""``label`` and ``url``."""


def outward(address: str) -> Link | None:
    """Where a browser can follow an address: the web, or Google's console for objects of its buckets; else None."""
    if console := console_url(address):
        return {"label": "in Google’s console", "url": console}
    host = _host(address)
    return {"label": f"on {host}", "url": address} if host else None


def console_url(address: str) -> str:
    """The page of an object in Google's console; empty for other addresses."""
    bucket, _, key = address.removeprefix("gs://").partition("/")
    is_object = address.startswith("gs://") and bucket and key
    return f"{CONSOLE}/{quote(bucket, safe='')}/{quote(key, safe='')}" if is_object else ""


def jobs(source: Source, job_id: str) -> list[Link]:
    """What the workflow engine tells of a job, if the source says where that answers."""
    base = str(source.told.get("job_address", ""))
    if not job_id or not _host(base):
        return []
    job = f"{base.rstrip('/')}/api/workflows/v1/{quote(job_id, safe='')}"
    return [{"label": "Metadata", "url": f"{job}/metadata"}, {"label": "Timing", "url": f"{job}/timing"}]


def _host(address: str) -> str:
    """The host of a web address that holds no name or password and nothing invisible; else empty."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_plain = address.isprintable() and " " not in address and "@" not in parts.netloc and "\\" not in address
    return host if is_plain and parts.scheme in {"http", "https"} else ""
