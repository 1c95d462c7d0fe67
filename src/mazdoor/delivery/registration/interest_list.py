"""The registrar's list of who asked by SMS to be registered: take a request up, put it back, hand it to a district, end it.

Numbers are masked until a registrar takes the request up, to call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_interests as refusals
from mazdoor.delivery.registration.models import Interest
from mazdoor.delivery.registration.states_interests import INTEREST_MOVES, InterestState
from mazdoor.journal import services as journal
from mazdoor.kernel.identifiers import mask_cnic, mask_mobile
from mazdoor.reference import selectors as reference

BANDS: Final[dict[str, tuple[int, int | None]]] = {
    "days": (0, 3),
    "week": (4, 7),
    "month": (8, 30),
    "longer": (31, None),
}
"""How long a request waits, in days, both ends included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInterest:
    """One request with its values opened, for the registrar who took it up. Personal: never for a log or an address."""

    interest_id: int
    cnic: str
    mobile: str
    area_code: str
    language: str


@transaction.atomic
def take_up(*, interest_id: int) -> OpenInterest:
    """Take a request up: the registrar who does sees the number to call. Taking up one's own again changes nothing.

    Refuses REG-130 (none such open, or a colleague has it), OFF-002.
    """
    access.check_acting_may("registration.register")
    found = _locked(interest_id)
    officer = access.current_officer_id()
    if found.state == InterestState.TAKEN_UP and found.taken_up_by_officer_id != officer:
        raise refusals.INTEREST_NOT_OPEN.because()
    if found.state == InterestState.WAITING:
        found.state = InterestState.TAKEN_UP
        found.taken_up_at, found.taken_up_by_officer_id = timezone.now(), officer
        found.save(update_fields=["state", "taken_up_at", "taken_up_by_officer_id"])
        journal.record(act="registration.interest.taken-up", subject=f"interest:{interest_id}")
    ring = keyring()
    return OpenInterest(
        interest_id=interest_id,
        cnic=ring.open(found.cnic_encrypted, purpose="cnic"),
        mobile=ring.open(found.mobile_encrypted, purpose="mobile"),
        area_code=found.area_code,
        language=found.language,
    )


@transaction.atomic
def move_interest(*, interest_id: int, state: str) -> None:
    """Put a request back on the list (``waiting``), or end it (``withdrawn``: they do not want it, or nobody answers).

    Refuses REG-130, OFF-002.
    """
    access.check_acting_may("registration.register")
    found = _locked(interest_id)
    wanted = InterestState(state)
    if wanted is InterestState.REGISTERED or wanted not in INTEREST_MOVES[InterestState(found.state)]:
        raise refusals.INTEREST_NOT_OPEN.because()
    found.state = wanted
    found.taken_up_at = found.taken_up_by_officer_id = None
    found.ended_at = timezone.now() if wanted is InterestState.WITHDRAWN else None
    found.save(update_fields=["state", "taken_up_at", "taken_up_by_officer_id", "ended_at"])
    journal.record(act=f"registration.interest.{wanted.value}", subject=f"interest:{interest_id}")


@transaction.atomic
def give_area(*, interest_id: int, area_code: str) -> None:
    """Hand a request without a district to one; its registrars see it from then on. Refuses REG-130, REG-131, OFF-002."""
    access.check_acting_may("registration.register")
    found = _locked(interest_id)
    if reference.find_area(area_code) is None:
        raise refusals.INTEREST_AREA.because()
    found.area_code = area_code
    found.save(update_fields=["area_code"])
    journal.record(
        act="registration.interest.area-given", subject=f"interest:{interest_id}", details={"area": area_code}
    )


def _locked(interest_id: int) -> Interest:
    found = (
        Interest.objects.select_for_update()
        .filter(pk=interest_id, state__in=[InterestState.WAITING, InterestState.TAKEN_UP])
        .first()
    )
    if found is None:
        raise refusals.INTEREST_NOT_OPEN.because()
    return found


def list_interests(*, area: str = "", band: str = "", limit: int = 50) -> list[Mapping[str, Any]]:
    """Open requests the caller may see, the longest waiting first, numbers masked: interest_id, cnic, mobile, language,
    state, received_at, days, taken_up_by_officer_id, area_code. ``area`` narrows to an area; ``none`` to those without."""
    today = timezone.localdate()
    least, most = BANDS.get(band, (0, None))
    found = Interest.objects.filter(state__in=[InterestState.WAITING, InterestState.TAKEN_UP])
    if area:
        found = found.filter(area_code="") if area == "none" else found.filter(area_code__startswith=area)
    found = found.filter(received_at__lt=_morning(today - dt.timedelta(days=least - 1)))
    if most is not None:
        found = found.filter(received_at__gte=_morning(today - dt.timedelta(days=most)))
    return [_masked(row) for row in found.order_by("received_at", "id")[:limit]]


def find_interest(*, interest_id: int) -> Mapping[str, Any] | None:
    """One open request as :func:`list_interests` gives it, or ``None`` where it is closed or the caller does not see it."""
    row = Interest.objects.filter(pk=interest_id, state__in=[InterestState.WAITING, InterestState.TAKEN_UP]).first()
    return None if row is None else _masked(row)


def _masked(row: Interest) -> dict[str, Any]:
    ring = keyring()
    return {
        "interest_id": row.pk,
        "cnic": mask_cnic(ring.open(row.cnic_encrypted, purpose="cnic")),
        "mobile": mask_mobile(ring.open(row.mobile_encrypted, purpose="mobile")),
        "language": row.language,
        "state": row.state,
        "received_at": row.received_at,
        "days": (timezone.localdate() - timezone.localdate(row.received_at)).days,
        "taken_up_by_officer_id": row.taken_up_by_officer_id,
        "area_code": row.area_code,
    }


def interests_by_area() -> list[dict[str, Any]]:
    """How many open requests wait in each district ('' without one) of those the caller sees, and the oldest's days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(area_code, 5) AS area, count(*) AS waiting, "
            "count(*) FILTER (WHERE state = 'taken_up') AS taken_up, "
            "database_today() - database_day(min(received_at)) AS oldest "
            "FROM registration_interest WHERE state IN ('waiting', 'taken_up') GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
