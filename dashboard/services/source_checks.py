"""What speaks against a source as an administrator describes it; each fault is a sentence for them.

Nothing is asked of the source itself: the first look says whether it answers.
"""

import ssl
import stat
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from dashboard.domain.statuses import SourceKind
from dashboard.http import check_base_url
from dashboard.http.base_urls import build_url
from dashboard.models import Source
from dashboard.models.sealed import Sealed
from dashboard.sources import buckets
from dashboard.sources.addresses import Address
from dashboard.sources.registry import FOLDER_FAULTS

MOST_ROOTS = 100
"""Lines of addresses that artifacts may be fetched below."""
_LARGEST_BUNDLE = 10 * 2**20
_ROOT_SCHEMES = buckets.SCHEMES | {"http", "https"}

NO_KEYS = "The token cannot be kept: this server has no TOKEN_KEYS to encrypt it with. See docs/reference/settings.md."


def is_on_server(kind: str) -> bool:
    """Whether a kind of source is asked over HTTP, so that a token may be sent along."""
    return kind not in FOLDER_FAULTS


def spell_address(kind: str, address: str) -> str:
    """The address as it is stored. Raises ``ValueError`` with a sentence for what is none."""
    return address if kind in FOLDER_FAULTS else check_base_url(address)


def is_looked_into(kind: str, address: str) -> bool:
    """Whether :func:`address_fault` looks at what is there: at a folder, by its whole path."""
    return kind in FOLDER_FAULTS and Path(address).is_absolute()


def address_fault(source: Source) -> str:
    """Why a source cannot be had at its address, as a sentence for a person; empty where nothing speaks against it.

    A folder must be readable by this very process, which shows logs and files. No other source may show the same
    folder, or the same tenant at the same address.
    """
    if source.kind in FOLDER_FAULTS:
        return _folder_fault(source)
    try:
        spelled = check_base_url(source.address)
    except ValueError as error:
        return str(error)
    others = Source.objects.filter(kind=source.kind, tenant=source.tenant, address=spelled).exclude(pk=source.pk)
    same = others.first()
    shown = "tenant" if source.tenant else "server"
    return f"The source “{same}” shows this {shown} already." if same else ""


def origin_of(kind: str, address: str) -> str:
    """Scheme, host and port: whom a token is for. Empty for a folder, and for what is no address."""
    try:
        parts = urlsplit(spell_address(kind, address))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def leads_elsewhere(source: Source) -> bool:
    """Whether a source whose token is stored now leads to another server than the one that token is for."""
    stored = Source.objects.filter(pk=source.pk).exclude(token="").first()
    return stored is not None and origin_of(stored.kind, stored.address) != origin_of(source.kind, source.address)


def tenant_fault(kind: str, tenant: str) -> str:
    """What speaks against the name of a tenant, which becomes a part of every address."""
    if kind != SourceKind.DOCKS:
        return "Only a Docks server has tenants: leave this empty." if tenant and is_on_server(kind) else ""
    if not tenant:
        return "Give the tenant: a Docks server serves several."
    try:
        build_url("", [tenant])
    except ValueError:
        return "This cannot be a tenant's name: it would lead out of its own addresses."
    return ""


def seal_token(text: str) -> Sealed:
    """The token, encrypted. Raises ``ValueError`` with a sentence that does not repeat it."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("The token holds characters that cannot be sent. Was something else copied with it?")
    try:
        return Sealed.of(text)
    except ImproperlyConfigured:
        raise ValueError(NO_KEYS) from None


def bundle_fault(path: str) -> str:
    """Why a file cannot be taken for certificate authorities; empty where it can, or where there is none."""
    if path and not Path(path).is_absolute():
        return "Give the whole path of the file, from / on."
    try:
        return _unfit_bundle(Path(path)) if path else ""
    except ssl.SSLError:
        return "The file holds no certificates in PEM form."
    except OSError as error:
        return f"The file {path} cannot be read: {error.strerror}."


def _unfit_bundle(file: Path) -> str:
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        return f"{file} is not a file."
    if found.st_size > _LARGEST_BUNDLE:
        return "The file is too large for certificates."
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    return ""


def root_faults(lines: str) -> list[str]:
    """What is wrong with addresses that artifacts may be fetched below, by line; empty lines do not count."""
    numbered = [(number, line.strip()) for number, line in enumerate(lines.splitlines(), 1) if line.strip()]
    if len(numbered) > MOST_ROOTS:
        return [f"Give {MOST_ROOTS} addresses at most."]
    return [f"Line {number}: {fault}" for number, line in numbered if (fault := _root_fault(line))]


def _root_fault(line: str) -> str:
    if line.partition("://")[0].lower() not in _ROOT_SCHEMES or "://" not in line:
        return "It must begin with https://, http://, gs:// or s3://."
    try:
        root = Address.parse(line)
    except ValueError as error:
        return str(error)
    is_bucket = root.scheme in buckets.SCHEMES
    return "" if is_bucket or not {"?", "#"} & set(line) else "It must end with its path: no “?” and no “#”."


def _folder_fault(source: Source) -> str:
    folder = Path(source.address)
    if not folder.is_absolute():
        return "Give the whole path of the folder, from / on."
    if fault := FOLDER_FAULTS[source.kind](folder):
        return fault
    same = next((other for other in _other_folders(source) if _is_same(Path(other.address), folder)), None)
    return f"The source “{same}” shows this folder already." if same else ""


def _other_folders(source: Source) -> QuerySet[Source]:
    return Source.objects.filter(kind__in=FOLDER_FAULTS).exclude(pk=source.pk)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one folder; one that leads nowhere is not the same as any."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
