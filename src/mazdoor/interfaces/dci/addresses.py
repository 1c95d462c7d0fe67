"""Where answers go: only beneath the address an administrator registered for a system.

Without this a message could make us call any address our network reaches, with people's records in the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from mazdoor.interfaces.dci.envelope import Refused

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

PATHS: Final = {
    "on-search": "registry/on-search",
    "on-subscribe": "registry/on-subscribe",
    "on-unsubscribe": "registry/on-unsubscribe",
    "txn-on-status": "registry/txn/on-status",
    "notify": "registry/notify",
}
"""Where a system takes our messages, beneath its registered address, when it names no other."""


def callback_address(client: Client, sender_uri: str | None, action: str) -> str:
    """Where the answer of this kind goes. Raises :class:`Refused` (``err.sender_uri.invalid``)."""
    if not client.callback_uri:
        raise Refused(400, "err.sender_uri.invalid", "no callback address is registered for this system")
    usual = f"{client.callback_uri.rstrip('/')}/{PATHS[action]}"
    if not sender_uri:
        return usual
    if not _lies_beneath(sender_uri, client.callback_uri):
        raise Refused(400, "err.sender_uri.invalid", "sender_uri does not lie beneath the registered callback address")
    return sender_uri


def _lies_beneath(address: str, registered: str) -> bool:
    """Whether ``address`` has the same scheme, host and port, and a path within that of ``registered``."""
    if len(address) > 200 or any(sign in address for sign in "\\\t\r\n @"):
        return False
    try:
        here, base = urlsplit(address), urlsplit(registered)
        same = (here.scheme, here.hostname, _port(here)) == (base.scheme, base.hostname, _port(base))
    except ValueError:
        return False
    inside = f"{here.path.rstrip('/')}/".startswith(f"{base.path.rstrip('/')}/")
    plain = not any(part in ("..", ".") or "%" in part for part in here.path.split("/"))
    return same and inside and plain and not here.fragment


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"https": 443, "http": 80}.get(parts.scheme)
