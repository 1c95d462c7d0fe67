"""The signing keys of another system: as registered, or fetched from where it publishes them.

Fetched keys are kept for ten minutes in each process, and fetched anew (not more than once in ten seconds) when a
signature names a key that is not among them, so that a system may rotate its keys without telling us.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from mazdoor.interfaces.clients.models import Client
from mazdoor.interfaces.clients.signing import check_keys

_KEEP_SECONDS: Final = 600.0
_NOT_SOONER_SECONDS: Final = 10.0
_PATIENCE_SECONDS: Final = 5.0
_MOST_BYTES: Final = 100_000
_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: Sequence[dict[str, Any]]
    at: float


_fetched: Final[dict[str, _Fetched]] = {}


def signing_keys(client: Client, *, kid: str) -> list[dict[str, Any]]:
    """The public keys of a system, those it publishes included; ``kid`` is the one a signature names."""
    registered = list(client.public_keys)
    if not client.keys_uri or any(each.get("kid") == kid for each in registered):
        return registered
    now = time.monotonic()
    with _lock:
        held = _fetched.get(client.keys_uri)
    known = held is not None and any(each.get("kid") == kid for each in held.keys)
    if held is None or now - held.at > (_KEEP_SECONDS if known else _NOT_SOONER_SECONDS):
        held = _Fetched(_fetch(client.keys_uri), now)
        with _lock:
            _fetched[client.keys_uri] = held
    return [*registered, *held.keys]


def _fetch(address: str) -> list[dict[str, Any]]:
    """The keys published at an address; none where it does not answer with a JWK set, so nothing of it is accepted."""
    try:
        with httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False, follow_redirects=False) as http:
            answer = http.get(address, headers={"Accept": "application/json"}).raise_for_status()
        return [] if len(answer.content) > _MOST_BYTES else check_keys(answer.json())
    except (httpx.HTTPError, ValueError):
        return []
