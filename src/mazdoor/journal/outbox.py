"""News for later rooms: written in the transaction that made it true, handed once to each handler.

A room publishes; a later room has said at start-up (``AppConfig.ready``) what it wants to hear. One message for one
handler is one transaction: what the handler wrote and the mark "delivered" are kept together or not at all, so a kill
in between repeats nothing. A handler that fails is tried again later, with growing pauses, and the others go on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from mazdoor.database.acting import acting
from mazdoor.database.prepared import ask
from mazdoor.journal.states import DeliveryState

ATTEMPTS: Final = 10
_LONGEST_PAUSE_SECONDS: Final = 3600
_log: Final = logging.getLogger(__name__)
PUBLISH: Final = """
    message AS (INSERT INTO journal_message (topic, payload) VALUES (%s, %s::jsonb) RETURNING id),
    deliveries AS (
        INSERT INTO journal_delivery (message_id, handler, state, attempts, error)
        SELECT message.id, handler, %s, 0, '' FROM message, unnest(%s::text[]) AS handler
    )
    SELECT id FROM message
"""
"""What follows ``WITH``; its values are `news`."""

Handler = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Subscription:
    topic: str
    name: str
    handle: Handler


_subscriptions: dict[str, _Subscription] = {}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one call of :func:`deliver` did."""

    delivered: int
    failed: int


def subscribe(*, topic: str, name: str, handle: Handler) -> None:
    """At start-up: ``handle(payload)`` is called once for each message of ``topic``. ``name`` is ``room.what`` and
    stays for ever: it is what "already delivered" is remembered by. The same name again replaces the handler."""
    _subscriptions[name] = _Subscription(topic, name, handle)


def unsubscribe(*, name: str) -> None:
    """Hear no more (for tests)."""
    _subscriptions.pop(name, None)


def publish(*, topic: str, payload: Mapping[str, Any]) -> int:
    """Write a message in the current transaction, one delivery for each handler; returns its number.

    ``payload`` holds numbers and codes of things, never personal values.
    """
    ((number,),) = ask(f"WITH {PUBLISH}", news(topic, payload))
    return int(number)


def news(topic: str, payload: Mapping[str, Any]) -> list[Any]:
    """A message as `PUBLISH` takes it, for each handler that wants to hear of its topic."""
    handlers = [each.name for each in _subscriptions.values() if each.topic == topic]
    return [topic, json.dumps(dict(payload)), DeliveryState.WAITING.value, handlers]


def deliver(*, limit: int = 1000) -> Delivered:
    """Hand over what is waiting, at most ``limit`` deliveries. Any number of processes may do this at once."""
    delivered = failed = 0
    for _ in range(limit):
        outcome = _deliver_one()
        if outcome is None:
            break
        delivered += outcome
        failed += not outcome
    return Delivered(delivered, failed)


def _deliver_one() -> bool | None:
    """One delivery in one transaction: True delivered, False failed, None nothing is waiting."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, d.handler, d.attempts, m.payload
            FROM journal_delivery d JOIN journal_message m ON m.id = d.message_id
            WHERE d.state = 'waiting' AND d.next_at <= clock_timestamp() AND d.handler = ANY (%s)
            ORDER BY d.next_at, d.id
            LIMIT 1 FOR UPDATE OF d SKIP LOCKED
            """,
            [list(_subscriptions)],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        number, name, attempts, payload = row
        try:
            with acting(officer="", areas="*", reason=f"outbox:{name}"):
                _subscriptions[name].handle(json.loads(payload))
        except Exception as error:  # noqa: BLE001 whatever a handler raises must not stop the others
            _log.warning("outbox: %s failed on delivery %s (%s)", name, number, type(error).__name__)
            stuck = attempts + 1 >= ATTEMPTS
            cursor.execute(
                "UPDATE journal_delivery SET attempts = attempts + 1, error = %s, state = %s,"
                " next_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s",
                [
                    type(error).__name__,
                    DeliveryState.STUCK if stuck else DeliveryState.WAITING,
                    min(_LONGEST_PAUSE_SECONDS, 2**attempts),
                    number,
                ],
            )
            return False
        cursor.execute(
            "UPDATE journal_delivery SET attempts = attempts + 1, error = '', state = %s,"
            " done_at = clock_timestamp() WHERE id = %s",
            [DeliveryState.DELIVERED, number],
        )
        return True
