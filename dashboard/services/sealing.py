"""Encrypting anew what is sealed in the database: with the newest key, so that an older one can go."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction

from dashboard.models.sealed import Sealed, SealedTextField, is_cipher


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of the secrets of one column."""

    column: str
    n_sealed: int
    """Encrypted anew with the first key."""
    n_unreadable: int
    """Left as they are: no key in TOKEN_KEYS opens them."""


def rotate() -> list[Rotation]:
    """Encrypt every secret anew with the first key. What no key opens stays as it is, and is told.

    Raises ``ImproperlyConfigured`` where there is no key. A secret that is replaced meanwhile stays replaced.
    """
    columns = [_rotate(model, field) for model in apps.get_models() for field in _sealed_fields(model)]
    return [*columns, _rotate_factors()]


def _sealed_fields(model: type[models.Model]) -> list[SealedTextField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]


def _rotate_factors() -> Rotation:
    """Second factors, whose secrets the adapter of allauth (``authentication/adapters.py``) seals within their JSON."""
    n_sealed = n_unreadable = 0
    for factor in Authenticator.objects.order_by("pk"):
        ciphers = {name: Sealed(value) for name, value in factor.data.items() if is_cipher(value)}
        texts = {name: sealed.reveal() for name, sealed in ciphers.items()}
        n_unreadable += sum(text is None for text in texts.values())
        anew = {name: Sealed.of(text).cipher for name, text in texts.items() if text}
        if anew:
            same = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
            n_sealed += len(anew) * same.update(data=factor.data | anew)
    return Rotation("mfa.Authenticator.data", n_sealed, n_unreadable)


def _rotate(model: type[models.Model], field: SealedTextField) -> Rotation:
    rows = model._default_manager.exclude(**{field.name: ""}).order_by("pk")
    n_sealed = n_unreadable = 0
    for pk, sealed in list(rows.values_list("pk", field.name)):
        text = sealed.reveal()
        if text is None:
            n_unreadable += 1
            continue
        with transaction.atomic():
            same = model._default_manager.filter(pk=pk, **{field.name: sealed})
            n_sealed += same.update(**{field.name: Sealed.of(text)})
    return Rotation(f"{model._meta.label}.{field.name}", n_sealed, n_unreadable)
