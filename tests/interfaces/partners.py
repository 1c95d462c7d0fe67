"""Another system, as tests play it: with a key of its own, a token, and envelopes it signs."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client as Browser
from joserfc import jwk, jws

from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.clients import services
from mazdoor.interfaces.clients.signing import canonical

_numbers = itertools.count(1)


def now_text(shift: dt.timedelta = dt.timedelta()) -> str:
    """Now, as the wire writes it."""
    return (dt.datetime.now(dt.UTC) + shift).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Partner:
    """A registered system: ``partner.ask("registry/sync/search", message)``."""

    def __init__(
        self,
        *,
        code: str = "",
        scopes: tuple[str, ...] = ("search", "subscribe"),
        purposes: tuple[str, ...] = ("programmes",),
        areas: tuple[str, ...] = ("*",),
        **more: Any,
    ) -> None:
        from mazdoor.reference import services as reference

        reference.load()  # an earlier test's areas are remembered, but were rolled back
        self.key = jwk.OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
        self.code = code or f"partner-{next(_numbers)}.example.org"
        with acting_as_system(reason="test"):
            given = services.add_client(
                code=self.code,
                name="A welfare system",
                scopes=scopes,
                purposes=purposes,
                areas=areas,
                public_keys=more.pop("public_keys", [self.key.as_dict(private=False)]),
                **more,
            )
        self.secret = given.secret
        self.signs = bool(more.get("must_sign", True))
        self.browser = Browser()
        self._token = ""

    def token(self, **more: str) -> Any:
        """The answer of the token endpoint."""
        return self.browser.post(
            "/oauth2/client/token",
            {"grant_type": "client_credentials", "client_id": self.code, "client_secret": self.secret, **more},
        )

    @property
    def bearer(self) -> dict[str, str]:
        """Headers with a token, asked for once."""
        if not self._token:
            self._token = self.token().json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}

    def envelope(self, action: str, message: dict[str, Any], *, total: int = 1, **header: Any) -> dict[str, Any]:
        """A signed envelope."""
        content = {
            "header": {
                "version": "1.0.0",
                "message_id": f"message {next(_numbers)}",
                "message_ts": now_text(),
                "action": action,
                "sender_id": self.code,
                "total_count": total,
                **header,
            },
            "message": message,
        }
        return {"signature": self.sign(content), **content} if self.signs else content

    def sign(self, content: dict[str, Any], *, unencoded: bool = True) -> str:
        """The detached signature of content, by RFC 7797 or (not ``unencoded``) RFC 7515 appendix F."""
        header: dict[str, Any] = {"alg": "EdDSA", "kid": self.key.kid}
        if unencoded:
            header |= {"b64": False, "crit": ["b64"]}
        signature = jws.serialize_compact(header, canonical(content), self.key, algorithms=["EdDSA"])
        return signature if unencoded else jws.detach_content(signature)

    def post(self, path: str, document: Any, **headers: str) -> Any:
        """The HTTP answer to a document."""
        return self.browser.post(
            f"/dci/v1.0.0/{path}", document, content_type="application/json", headers={**self.bearer, **headers}
        )

    def search(self, *criteria: dict[str, Any], path: str = "registry/sync/search", **header: Any) -> Any:
        """The HTTP answer to a search with a request for each of the criteria."""
        message = search_message(*criteria)
        return self.post(path, self.envelope("search", message, total=len(criteria), **header))

    def found(self, **criteria: Any) -> dict[str, Any]:
        """The one answer of a search by one of the criteria."""
        answer = self.search(criteria)
        assert answer.status_code == 200, answer.content
        (one,) = answer.json()["message"]["search_response"]
        found: dict[str, Any] = one
        return found


@contextmanager
def one_connection() -> Iterator[None]:
    """Let the WSGI application keep the test's connection, as Django's test client does: its transaction is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def search_message(*criteria: dict[str, Any]) -> dict[str, Any]:
    """The message of a search."""
    return {
        "transaction_id": f"transaction {next(_numbers)}",
        "search_request": [
            {"reference_id": f"reference {place}", "timestamp": now_text(), "search_criteria": each}
            for place, each in enumerate(criteria)
        ],
    }


def by_identifier(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    """Criteria: one identifier."""
    return {"query_type": "idtype-value", "query": {"type": kind, "value": value}, **more}


def by_expression(query: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Criteria: an expression."""
    inner = {"expression": {"collection": "Member", "query": query}}
    return {"query_type": "expression", "query": {"type": "ns:org:QueryType:expression", "value": inner}, **more}


def by_predicate(*predicates: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Criteria: a list of predicates."""
    return {"query_type": "predicate", "query": list(predicates), **more}


def term(name: str, operator: str, value: Any) -> dict[str, Any]:
    """One expression of a predicate."""
    return {"attribute_name": name, "operator": operator, "attribute_value": value}
