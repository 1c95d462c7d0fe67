"""Doors in: register a system, change it, give it a new secret, revoke it. Each is one journal entry."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.interfaces.clients import refusals, signing
from mazdoor.interfaces.clients.acting import acting_as_client
from mazdoor.interfaces.clients.models import Client
from mazdoor.interfaces.clients.scopes import PURPOSES, SCOPES
from mazdoor.interfaces.clients.tokens import TOKEN_SECONDS, issue_token
from mazdoor.journal.services import record
from mazdoor.reference import selectors as reference

__all__ = [
    "Given",
    "acting_as_client",
    "add_client",
    "change_client",
    "give_token",
    "new_signing_key",
    "revoke_client",
    "rotate_secret",
]

_CODE: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{2,63}$")
_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
_LONGEST_ADDRESS: Final = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A system and its secret, which is shown this once and kept by nobody but the system."""

    client: Client
    secret: str


@transaction.atomic
def add_client(
    *,
    code: str,
    name: str,
    scopes: Sequence[str],
    purposes: Sequence[str] = (),
    areas: Sequence[str] = (),
    name_ur: str = "",
    must_sign: bool = True,
    public_keys: Any = (),
    keys_uri: str = "",
    callback_uri: str = "",
    token_uri: str = "",
    our_code: str = "",
    our_secret: str = "",
    requests_per_minute: int = 600,
    records_per_day: int = 100_000,
) -> Given:
    """Register a system and make its secret. Refuses SYS-001 to SYS-008, SYS-014, SYS-015, and OFF-002 at other desks."""
    access.check_acting_may("clients.manage")
    if not _CODE.match(code):
        raise refusals.CODE_MALFORMED.because()
    if Client.objects.filter(code=code).exists():
        raise refusals.CODE_TAKEN.because()
    secret = secrets.token_urlsafe(32)
    client = Client(code=code, secret_hash=_hash(secret), secret_made_at=timezone.now())
    _set(
        client,
        {
            "name": name,
            "name_ur": name_ur,
            "scopes": scopes,
            "purposes": purposes,
            "areas": areas,
            "must_sign": must_sign,
            "public_keys": public_keys,
            "keys_uri": keys_uri,
            "callback_uri": callback_uri,
            "token_uri": token_uri,
            "our_code": our_code,
            "our_secret": our_secret,
            "requests_per_minute": requests_per_minute,
            "records_per_day": records_per_day,
        },
    )
    client.save()
    record(act="clients.client.added", subject=f"client:{client.code}", details=_told(client))
    return Given(client, secret)


@transaction.atomic
def change_client(*, code: str, **changes: Any) -> Client:
    """Change what a system may do or see, or where it answers; the names are those of :func:`add_client`."""
    access.check_acting_may("clients.manage")
    client = _active(code)
    _set(client, changes)
    client.save()
    record(
        act="clients.client.changed",
        subject=f"client:{client.code}",
        details={**_told(client), "changed": sorted(changes)},
    )
    return client


@transaction.atomic
def rotate_secret(*, code: str) -> Given:
    """Give a system a new secret: the old one and the tokens it was given end now. Refuses SYS-006."""
    access.check_acting_may("clients.manage")
    client = _active(code)
    secret = secrets.token_urlsafe(32)
    client.secret_hash, client.secret_made_at = _hash(secret), timezone.now()
    client.save(update_fields=["secret_hash", "secret_made_at"])
    record(act="clients.secret.rotated", subject=f"client:{client.code}", details={})
    return Given(client, secret)


@transaction.atomic
def revoke_client(*, code: str) -> Client:
    """End a system's access for good: its tokens too, and what waits to be sent to it is kept back. Refuses SYS-006."""
    access.check_acting_may("clients.manage")
    client = _active(code)
    client.revoked_at = timezone.now()
    client.save(update_fields=["revoked_at"])
    record(act="clients.client.revoked", subject=f"client:{client.code}", details={})
    return client


@transaction.atomic
def new_signing_key() -> str:
    """Make a new signing key of ours, which signs from now on; the earlier ones stay published. Returns its ``kid``."""
    access.check_acting_may("clients.manage")
    kid = signing.add_key()
    record(act="clients.signing_key.added", subject=f"key:{kid}", details={})
    return kid


def give_token(*, code: str, secret: str, scopes: Sequence[str] | None = None) -> tuple[str, int, str] | None:
    """(token, seconds it is good for, its scopes) for a system's credentials; None where they are wrong.

    Asked-for scopes the system does not have are left out. Wrong code and wrong secret take the same time and path.
    """
    client = Client.objects.filter(code=code, revoked_at__isnull=True).first()
    kept = client.secret_hash if client else _hash("nobody's")
    if not hmac.compare_digest(kept, _hash(secret)) or client is None:
        return None
    wanted = sorted(set(client.scopes) & set(scopes)) if scopes else sorted(client.scopes)
    return issue_token(client, wanted), TOKEN_SECONDS, " ".join(wanted)


def _active(code: str) -> Client:
    client = Client.objects.select_for_update().filter(code=code, revoked_at__isnull=True).first()
    if client is None:
        raise refusals.CLIENT_UNKNOWN.because()
    return client


def _set(client: Client, values: Mapping[str, Any]) -> None:
    """Take over values, each checked; raises ``TypeError`` for a name a system does not have."""
    for name, value in values.items():
        match name:
            case "scopes":
                for each in value:
                    if each not in SCOPES:
                        raise refusals.SCOPE_UNKNOWN.because(scope=each[:30])
                client.scopes = sorted(set(value))
            case "purposes":
                for each in value:
                    if each not in PURPOSES:
                        raise refusals.PURPOSE_UNKNOWN.because(purpose=each[:30])
                client.purposes = sorted(set(value))
            case "areas":
                for each in value:
                    if each != "*" and reference.find_area(each) is None:
                        raise refusals.AREA_UNKNOWN.because(area=each[:12])
                client.areas = sorted(set(value))
            case "public_keys":
                try:
                    client.public_keys = signing.check_keys(value or [])
                except ValueError as error:
                    raise refusals.KEYS_UNREADABLE.because() from error
            case "keys_uri" | "callback_uri" | "token_uri":
                setattr(client, name, _address(name, str(value)))
            case "our_secret":
                client.our_secret_sealed = keyring().seal(value, purpose="client-secret") if value else None
            case "requests_per_minute" | "records_per_day":
                if not isinstance(value, int) or not 1 <= value < 2**31:
                    raise refusals.LIMIT_MALFORMED.because()
                setattr(client, name, value)
            case "name" | "name_ur" | "must_sign" | "our_code":
                setattr(client, name, value)
            case _:
                raise TypeError(f"a system has no {name}")
    if {"search", "subscribe"} & set(client.scopes) and not client.purposes:
        raise refusals.NO_PURPOSE.because()


def _address(field: str, address: str) -> str:
    """An address we may call: over TLS, or on this machine itself."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise refusals.ADDRESS_MALFORMED.because(field=field) from error
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not safe or not host or parts.username or parts.fragment or len(address) > _LONGEST_ADDRESS:
        raise refusals.ADDRESS_MALFORMED.because(field=field)
    return address


def _told(client: Client) -> dict[str, Any]:
    """What the journal keeps of a system."""
    return {
        "scopes": client.scopes,
        "purposes": client.purposes,
        "areas": client.areas,
        "must_sign": client.must_sign,
        "records_per_day": client.records_per_day,
    }


def _hash(secret: str) -> str:
    """Secrets are 256 random bits, so a plain hash keeps them: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
