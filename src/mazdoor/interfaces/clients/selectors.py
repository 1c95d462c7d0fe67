"""Doors out: which systems are registered, and what they have used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from mazdoor.interfaces.clients.models import Client, DayOfUse
from mazdoor.interfaces.clients.refusals import CLIENT_UNKNOWN


@dataclass(frozen=True, slots=True)
class Use:
    """What a system asked and was given since a day."""

    requests: int
    records: int


def list_clients(*, with_revoked: bool = True) -> list[Client]:
    """Systems by code, those in use first."""
    found = Client.objects.all() if with_revoked else Client.objects.filter(revoked_at__isnull=True)
    return sorted(found, key=lambda client: (client.revoked_at is not None, client.code))


def get_client(*, code: str) -> Client:
    """The system with this code, revoked or not. Refuses SYS-006."""
    found = Client.objects.filter(code=code).first()
    if found is None:
        raise CLIENT_UNKNOWN.because()
    return found


def find_client(*, client_id: int) -> Client | None:
    """The system with this row number, where it is active."""
    return Client.objects.filter(pk=client_id, revoked_at__isnull=True).first()


def use_of(client: Client, *, since: dt.date) -> Use:
    """What a system has used since a day, that day included."""
    found = DayOfUse.objects.filter(client=client, day__gte=since).aggregate(a=Sum("requests"), b=Sum("records"))
    return Use(int(found["a"] or 0), int(found["b"] or 0))
