"""Calling another system: with a token of its own where it asks for one, never following where it points us to."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from mazdoor.database.keys import keyring

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

PATIENCE_SECONDS: Final = 20.0
_EARLY_SECONDS: Final = 30.0
_MOST_BYTES: Final = 100_000
_lock: Final = threading.Lock()


class NotTaken(Exception):
    """The other system did not take a message. ``kind`` is a word for it: a status, or its own acknowledgement."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    until: float


_tokens: Final[dict[tuple[str, str], _Token]] = {}


def post(client: Client, address: str, envelope: Mapping[str, Any]) -> None:
    """Send a message. Raises :class:`NotTaken`, or ``httpx.HTTPError`` where nobody answered."""
    headers = {"Accept": "application/json"}
    with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False, follow_redirects=False) as http:
        if client.token_uri:
            headers["Authorization"] = f"Bearer {_token(http, client)}"
        answer = http.post(address, json=envelope, headers=headers)
    if answer.status_code == 401:
        with _lock:
            _tokens.pop((client.code, client.token_uri), None)
    if not 200 <= answer.status_code < 300:
        raise NotTaken(f"http {answer.status_code}")
    acknowledged = _acknowledgement(answer)
    if acknowledged == "ERR":
        raise NotTaken("answered ERR")


def _acknowledgement(answer: httpx.Response) -> str:
    """``ack_status`` of an answer; '' where there is none: 2xx alone is taken for "received"."""
    if len(answer.content) > _MOST_BYTES:
        return ""
    try:
        message = answer.json().get("message")
    except (ValueError, AttributeError):
        return ""
    return str(message.get("ack_status", "")) if isinstance(message, dict) else ""


def _token(http: httpx.Client, client: Client) -> str:
    """A bearer token of the other system, kept until shortly before it ends."""
    name = (client.code, client.token_uri)
    with _lock:
        held = _tokens.get(name)
    if held is not None and held.until > time.monotonic():
        return held.value
    secret = keyring().open(client.our_secret_sealed, purpose="client-secret") if client.our_secret_sealed else ""
    answer = http.post(client.token_uri, data={"grant_type": "client_credentials"}, auth=(client.our_code, secret))
    if answer.status_code != 200:
        raise NotTaken(f"token http {answer.status_code}")
    try:
        document = answer.json()
        value, seconds = str(document["access_token"]), float(document.get("expires_in", 60))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotTaken("token unreadable") from error
    with _lock:
        _tokens[name] = _Token(value, time.monotonic() + max(0.0, seconds - _EARLY_SECONDS))
    return value
