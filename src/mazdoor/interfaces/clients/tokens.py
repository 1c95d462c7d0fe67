"""Bearer tokens: short-lived signed JWTs (RFC 9068), given for client credentials (RFC 6749 section 4.4).

A token names the system and its scopes. It is good for ten minutes and never longer than the system itself: revoking
the system, or rotating its secret, ends the tokens it has, because each request asks the table.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwk, jwt
from joserfc.errors import JoseError

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
        found = jwt.decode(token, jwk.KeySet(our_keys()), algorithms=[_ALGORITHM])
    except (JoseError, ValueError, TypeError) as error:
        raise no from error
    claims: dict[str, Any] = found.claims
    now = time.time()
    if (
        found.header.get("typ") != "at+jwt"
        or claims.get("iss") != _ISSUER
        or claims.get("aud") != _ISSUER
        or not isinstance(claims.get("exp"), int | float)
        or claims["exp"] < now
        or claims["iat"] > now + _LEEWAY_SECONDS
    ):
        raise no
    client = Client.objects.filter(code=claims.get("sub"), revoked_at__isnull=True).first()
    if client is None or claims["iat"] < round(client.secret_made_at.timestamp(), 3):
        raise no
    return Bearer(client, frozenset(str(claims.get("scope", "")).split()))


def bearer_of(authorization: str) -> Bearer:
    """Who sends an ``Authorization`` header. Refuses SYS-011."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise refusals.TOKEN_REFUSED.because(minutes=TOKEN_SECONDS // 60)
    return read_token(token.strip())
