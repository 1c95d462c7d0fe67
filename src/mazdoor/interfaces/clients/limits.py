"""How much a system may ask: requests a minute, and records a day.

Requests are counted in each process of the site (a bucket that fills again evenly), so that counting costs nothing;
with N processes a system may reach N times its limit, which is meant for runaway loops. Records given are counted in the
database, exactly, because they are what must not leave in bulk.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from mazdoor.interfaces.clients import refusals
from mazdoor.interfaces.clients.models import Client

_lock: Final = threading.Lock()


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


_buckets: Final[dict[str, _Bucket]] = {}
_MOST_BUCKETS: Final = 10_000


def check_rate(name: str, *, per_minute: int) -> None:
    """Take one request from the bucket ``name``. Refuses SYS-012, with the seconds to wait, where it is empty."""
    now = time.monotonic()
    with _lock:
        if len(_buckets) > _MOST_BUCKETS:  # addresses nobody comes from any more
            _buckets.clear()
        bucket = _buckets.setdefault(name, _Bucket(float(per_minute), now))
        bucket.left = min(float(per_minute), bucket.left + (now - bucket.at) * per_minute / 60)
        bucket.at = now
        if bucket.left < 1:
            raise refusals.TOO_MANY.because(seconds=int((1 - bucket.left) * 60 / per_minute) + 1)
        bucket.left -= 1


def forget_rates() -> None:
    """All buckets are full again (for tests)."""
    with _lock:
        _buckets.clear()


def check_day(client: Client) -> None:
    """Refuses SYS-013 where the system has had all its records of today. Within the transaction that would give more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records FROM clients_dayofuse WHERE client_id = %s AND day = %s", [client.pk, timezone.localdate()]
        )
        row = cursor.fetchone()
    if row is not None and row[0] >= client.records_per_day:
        raise refusals.DAY_IS_FULL.because()


def count_use(client: Client, *, records: int) -> None:
    """Note a request and the records it was given, in the transaction that gives them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO clients_dayofuse (client_id, day, requests, records) VALUES (%s, %s, 1, %s)
               ON CONFLICT ON CONSTRAINT client_day_once
               DO UPDATE SET requests = clients_dayofuse.requests + 1, records = clients_dayofuse.records + excluded.records""",
            [client.pk, timezone.localdate(), records],
        )
