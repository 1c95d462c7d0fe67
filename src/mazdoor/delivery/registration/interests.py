"""Interest shown by SMS: take in messages, answer them, and keep the registrar's list.

A message is taken once, by the gateway's number of it. Its CNIC and telephone number are sealed, its words are not kept.
Nobody learns from an answer whether somebody else is registered: that is said only to the telephone that is on the record.
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
from mazdoor.delivery.registration.messages import answer_text, read_message, which
from mazdoor.delivery.registration.models import IncomingMessage, Interest
from mazdoor.delivery.registration.states_interests import INTEREST_MOVES, InterestState
from mazdoor.journal import services as journal
from mazdoor.kernel.identifiers import mask_cnic, mask_mobile, parse_mobile
from mazdoor.notices.ports import GatewayDown, SmsGateway
from mazdoor.reference import selectors as reference

MOST_OPEN_FOR_A_TELEPHONE: Final = 20
"""More than a family, fewer than a trade in other people's numbers; a union registers its members through its own door."""

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
def receive_message(*, message_id: str, sender: str, text: str) -> str:
    """Take in one SMS; returns the answer that is owed (a code of ``messages.ANSWERS``), '' for a message taken before.

    ``sender`` is the telephone number as the gateway writes it; one that is no mobile number gets no answer. The caller
    acts as the system: who sends is nobody we know yet.
    """
    ring = keyring()
    mobile = parse_mobile(sender)
    mobile_index = ring.index(mobile, purpose="mobile") if mobile else b""
    reading = read_message(text, within=_asked_which(mobile_index))
    message = (
        IncomingMessage.objects.bulk_create(
            [
                IncomingMessage(
                    message_index=ring.index(message_id, purpose="sms-message"),
                    mobile_encrypted=ring.seal(mobile, purpose="mobile") if mobile else None,
                    language=reading.language,
                    answer="",
                    digits=reading.digits or None,
                    answered_at=None if mobile else timezone.now(),
                )
            ],
            ignore_conflicts=True,
        )
    )[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, answer FROM registration_incomingmessage WHERE message_index = %s",
            [bytes(message.message_index)],
        )
        number, before = cursor.fetchone()
    if before:
        return ""
    area = reading.district_code or (reading.among[0][:3] if reading.among else "")
    interest_id: int | None = None
    if reading.stop and not reading.cnic:
        answer = _withdraw_all_of(mobile_index)
    elif reading.cnic and mobile:
        answer, interest_id = _interested(reading.cnic, mobile, mobile_index, area, reading.language)
    elif reading.digits:
        answer = "digits"
    elif area and _give_district(mobile_index, area):
        answer = "district"
    else:
        answer = "how"
    if reading.among and answer in ("received", "ask_district", "district"):
        answer = which(reading.among)
    IncomingMessage.objects.filter(pk=number).update(answer=answer, interest_id=interest_id)
    journal.record(act="registration.message.received", subject=f"message:{number}", details={"answer": answer})
    return answer


_ADD = """
INSERT INTO registration_interest
    (cnic_encrypted, cnic_index, mobile_encrypted, mobile_index, language, area_code)
VALUES (%(cnic)s, %(cnic_index)s, %(mobile)s, %(mobile_index)s, %(language)s, %(area)s)
ON CONFLICT (cnic_index) WHERE state IN ('waiting', 'taken_up') DO UPDATE
SET area_code = CASE WHEN starts_with(excluded.area_code, registration_interest.area_code) THEN excluded.area_code
                     ELSE registration_interest.area_code END
RETURNING id, (xmax = 0) AS new, area_code
"""


def _interested(
    cnic: str, mobile: str, mobile_index: bytes, district_code: str, language: str
) -> tuple[str, int | None]:
    ring = keyring()
    cnic_index = ring.index(cnic, purpose="cnic")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_or(mobile_index = %s), false), count(*) FROM registration_personrecord "
            "WHERE cnic_index = %s AND valid_to IS NULL AND recorded_to IS NULL",
            [mobile_index, cnic_index],
        )
        own, registered = cursor.fetchone()
        if registered:
            # Only the telephone on the record is told; any other hears what everybody hears.
            return ("registered" if own else "received" if district_code else "ask_district"), None
        cursor.execute(
            "SELECT count(*) FROM registration_interest "
            "WHERE mobile_index = %s AND state IN ('waiting', 'taken_up') AND cnic_index <> %s",
            [mobile_index, cnic_index],
        )
        if cursor.fetchone()[0] >= MOST_OPEN_FOR_A_TELEPHONE:
            return "too_many", None
        cursor.execute(
            _ADD,
            {
                "cnic": ring.seal(cnic, purpose="cnic"),
                "cnic_index": cnic_index,
                "mobile": ring.seal(mobile, purpose="mobile"),
                "mobile_index": mobile_index,
                "language": language,
                "area": district_code,
            },
        )
        number, new, area = cursor.fetchone()
    if not area:
        return "ask_district", number
    return ("received" if new or district_code else "again"), number


_OF_A_PROVINCE: Final = 3
"""How long a province's code is. A request that bears one waits for its district, and the province's office sees it."""


def _asked_which(mobile_index: bytes) -> str:
    """The province of a request from this telephone that waits for its district; '' where none does."""
    found = Interest.objects.filter(mobile_index=mobile_index, state=InterestState.WAITING).order_by("-pk")
    return next((code for code in found.values_list("area_code", flat=True) if len(code) == _OF_A_PROVINCE), "")


def _give_district(mobile_index: bytes, area_code: str) -> bool:
    """The district (or so far its province) of whatever waits from this telephone without one. False where nothing does."""
    waiting = Interest.objects.filter(mobile_index=mobile_index, state=InterestState.WAITING)
    return bool(waiting.filter(area_code__in=["", area_code[:_OF_A_PROVINCE]]).update(area_code=area_code))


def _withdraw_all_of(mobile_index: bytes) -> str:
    ended = Interest.objects.filter(
        mobile_index=mobile_index, state__in=[InterestState.WAITING, InterestState.TAKEN_UP]
    ).update(state=InterestState.WITHDRAWN, ended_at=timezone.now())
    return "withdrawn" if ended else "nothing"


def send_answers(*, gateway: SmsGateway, limit: int = 500) -> dict[str, int]:
    """Hand the answers that are owed to the gateway; returns how many were sent, and how many wait still.

    The key is the message's own, so an answer handed over twice arrives once. A gateway that is down ends the batch.
    """
    ring = keyring()
    counts = {"sent": 0, "waiting": 0}
    with transaction.atomic():
        owed = list(
            IncomingMessage.objects.select_for_update(skip_locked=True)
            .filter(answered_at__isnull=True)
            .exclude(answer="")
            .order_by("id")[:limit]
        )
        for place, message in enumerate(owed):
            message.attempts += 1
            try:
                gateway.send(
                    key=f"answer-{message.pk}",
                    mobile=ring.open(message.mobile_encrypted or b"", purpose="mobile"),
                    text=answer_text(message.answer, message.language, digits=message.digits),
                )
            except GatewayDown:
                counts["waiting"] = len(owed) - place
                break
            message.answered_at = timezone.now()
            message.mobile_encrypted = None  # it was needed for the answer only
            counts["sent"] += 1
        IncomingMessage.objects.bulk_update(owed, ["attempts", "answered_at", "mobile_encrypted"])
        if counts["sent"]:
            journal.record(act="registration.messages.answered", subject="messages", count=counts["sent"])
    return counts


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
