"""Bearer tokens: short-lived signed JWTs (RFC 9068), given for client credentials (RFC 6749 section 4.4).

A token names the system and its scopes. It is good for ten minutes and never longer than the system itself: revoking
the system, or rotating its secret, ends the tokens it has, because each request asks the table.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from joserfc import jwk, jwt
from joserfc.errors import JoseError

from mazdoor.database.prepared import ask
from mazdoor.interfaces.clients import refusals
from mazdoor.interfaces.clients.models import Client
from mazdoor.interfaces.clients.signing import our_keys

TOKEN_SECONDS: Final = 600
_ALGORITHM: Final = "Ed25519"
_ISSUER: Final = "mazdoor"
_LEEWAY_SECONDS: Final = 5
LONGEST_TOKEN: Final = 2000


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a token, and what it allows."""

    client: Client
    scopes: frozenset[str]

    def check_may(self, scope: str) -> None:
        """Refuse SYS-009 unless the token and the system have the scope."""
        if not self.may(scope):
            raise refusals.NOT_ALLOWED.because(scope=scope)

    def may(self, scope: str) -> bool:
        """Whether the token has the scope, and the system still has it."""
        return scope in self.scopes and scope in self.client.scopes


def issue_token(client: Client, scopes: Collection[str]) -> str:
    """A token for ``client`` with these of its scopes."""
    now = round(time.time(), 3)
    claims = {
        "iss": _ISSUER,
        "aud": _ISSUER,
        "sub": client.code,
        "client_id": client.code,
        "scope": " ".join(sorted(set(scopes) & set(client.scopes))),
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(12),
    }
    key = our_keys()[-1]
    return jwt.encode({"alg": _ALGORITHM, "kid": key.kid, "typ": "at+jwt"}, claims, key, algorithms=[_ALGORITHM])


def read_token(token: str) -> Bearer:
    """Who holds this token. Refuses SYS-011 where it is not ours, too old, or its system was revoked or given a new secret."""
    no = refusals.TOKEN_REFUSED.because(minutes=TOKEN_SECONDS // 60)
    if len(token) > LONGEST_TOKEN:
        raise no
    try:
        kind, claims = _signed(token, tuple(key.kid for key in our_keys()))
    except (JoseError, ValueError, TypeError) as error:
        raise no from error
    now = time.time()
    if (
        kind != "at+jwt"
        or claims.get("iss") != _ISSUER
        or claims.get("aud") != _ISSUER
        or not isinstance(claims.get("exp"), int | float)
        or claims["exp"] < now
        or claims["iat"] > now + _LEEWAY_SECONDS
    ):
        raise no
    client = _active(str(claims.get("sub")))
    if client is None or claims["iat"] < round(client.secret_made_at.timestamp(), 3):
        raise no
    return Bearer(client, frozenset(str(claims.get("scope", "")).split()))


@lru_cache(maxsize=256)
def _signed(token: str, kids: tuple[str | None, ...]) -> tuple[Any, dict[str, Any]]:
    """(type, claims) of a token that our keys of these names signed: a system sends the same one for ten minutes.

    Whether it is still good is asked each time. Raises what joserfc raises.
    """
    found = jwt.decode(token, jwk.KeySet(our_keys()), algorithms=[_ALGORITHM])
    return found.header.get("typ"), found.claims


def _active(code: str) -> Client | None:
    """The system of this code, as the table has it now, unless it was revoked."""
    names, statement = _one_client()
    rows = ask(statement, [code])
    if not rows:
        return None
    found = dict(zip(names, rows[0], strict=True))
    found["public_keys"] = json.loads(found["public_keys"])  # Django reads jsonb as text
    return Client.from_db("default", names, list(found.values()))


@lru_cache(maxsize=1)
def _one_client() -> tuple[list[str], str]:
    fields = Client._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return [
        field.attname for field in fields
    ], f"SELECT {columns} FROM clients_client WHERE code = %s AND revoked_at IS NULL"


def bearer_of(authorization: str) -> Bearer:
    """Who sends an ``Authorization`` header. Refuses SYS-011."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise refusals.TOKEN_REFUSED.because(minutes=TOKEN_SECONDS // 60)
    return read_token(token.strip())
