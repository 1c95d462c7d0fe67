"""The envelope around each message: who sends it, is it whole, is it new, and how ours are made.

The steps of :func:`open_envelope`, in this order: shape, version, action, sender and receiver, time, count, encryption,
signature. Whether the message was sent before is asked where it is written down (:mod:`exchanges`), so that two copies
at once are told apart by the database.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone

from mazdoor.interfaces.clients import signing
from mazdoor.interfaces.clients.keys_of_others import signing_keys
from mazdoor.interfaces.dci.codes import VERSION
from mazdoor.interfaces.dci.messages import MOST_REQUESTS, Envelope, shape
from mazdoor.interfaces.documents import Malformed, read_document

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

CLOCKS_DIFFER: Final = dt.timedelta(minutes=5)
"""How far a message's time may lie from ours; older ones would be replays, and are forgotten by then."""
_COUNTED: Final = {"search": "search_request", "subscribe": "subscribe_request"}


class Refused(Exception):
    """A whole message is refused: an HTTP status, one of the standard's error codes, one of its header reasons (or '')."""

    def __init__(self, status: int, error: str, message: str, reason: str = "") -> None:
        self.status = status
        self.error = error
        self.message = message
        self.reason = reason
        super().__init__(f"{error}: {message}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that may be worked on."""

    envelope: Envelope
    document: dict[str, Any]


def our_id() -> str:
    """What we are called on the wire (setting ``MAZDOOR_DCI_SENDER``)."""
    return str(getattr(settings, "MAZDOOR_DCI_SENDER", "mazdoor"))


def open_envelope(body: bytes, *, client: Client, action: str) -> Opened:
    """The message of ``body``. Raises :class:`Refused`."""
    try:
        document = read_document(body)
        envelope = shape(Envelope, document)
    except Malformed as error:
        raise Refused(400, "err.request.bad", str(error)) from error
    header = envelope.header
    if header.version != VERSION:
        raise Refused(400, "err.version.not_supported", f"version {VERSION} is spoken here", "rjct.version.invalid")
    if header.action != action:
        raise Refused(400, "err.request.bad", f"the action here is {action}", "rjct.action.invalid")
    if header.sender_id != client.code:
        raise Refused(403, "err.sender_id.invalid", "sender_id is not the system the token was given to")
    if header.receiver_id not in (None, our_id()):
        raise Refused(400, "err.receiver_id.invalid", f"receiver_id here is {our_id()}")
    sent = read_moment(header.message_ts)
    if sent is None or abs(timezone.now() - sent) > CLOCKS_DIFFER:
        raise Refused(400, "err.request.bad", "message_ts is not within five minutes of now", "rjct.message_ts.invalid")
    _check_count(header.total_count, envelope.message, action)
    if header.is_msg_encrypted or {"ciphertext", "encrypted_key"} <= set(envelope.message):
        raise Refused(400, "err.encryption.invalid", "messages are protected by TLS; encrypted ones are not taken here")
    _check_signature(envelope.signature, document, client)
    return Opened(envelope, document)


def _check_count(total: int, message: Mapping[str, Any], action: str) -> None:
    """``total_count`` is how many requests the message holds; one for actions that hold no list."""
    listed = message.get(_COUNTED.get(action, ""))
    count = len(listed) if isinstance(listed, list) else 1
    if total != count or count == 0:
        raise Refused(400, "err.request.bad", "total_count is not the number of requests", "rjct.total_count.invalid")
    if count > MOST_REQUESTS:
        raise Refused(
            413,
            "err.request.bad",
            f"a message holds at most {MOST_REQUESTS} requests",
            "rjct.total_count.limit_exceeded",
        )


def _check_signature(signature: str, document: Mapping[str, Any], client: Client) -> None:
    if not client.must_sign:
        return
    if not signature:
        raise Refused(401, "err.signature.missing", "a detached JWS over header and message is needed")
    content = {"header": document["header"], "message": document["message"]}
    if not signing.is_signed_by(signature, content, signing_keys(client, kid=signing.kid_of(signature))):
        raise Refused(401, "err.signature.invalid", "the signature is not one of the sender's keys over this message")


def read_moment(text: str) -> dt.datetime | None:
    """An ISO 8601 moment with its offset; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return None


def now_text() -> str:
    """Now, as the wire writes it."""
    return timezone.now().astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal_envelope(header: Mapping[str, Any], message: Mapping[str, Any] | None) -> dict[str, Any]:
    """An envelope of ours, signed. Without a message the header alone is signed."""
    content: dict[str, Any] = {"header": dict(header)}
    if message is not None:
        content["message"] = dict(message)
    return {"signature": signing.sign_detached(content), **content}


def callback_header(
    *, action: str, receiver_id: str, status: str, total: int, completed: int, message_id: str = "", **more: str
) -> dict[str, Any]:
    """The header of an answer or a callback (``MsgCallbackHeader_V1.0.0``; a superset of ``MsgHeader_V1.0.0``)."""
    return {
        "version": VERSION,
        "message_id": message_id or str(uuid.uuid4()),
        "message_ts": now_text(),
        "action": action,
        "status": status,
        "total_count": total,
        "completed_count": completed,
        "sender_id": our_id(),
        "receiver_id": receiver_id,
        "is_msg_encrypted": False,
        **{name: value for name, value in more.items() if value},
    }
