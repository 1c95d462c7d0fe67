"""Interest shown by SMS: take in messages and answer them. What the registrar does with it stands in `interest_list`.

A message is taken once, by the gateway's number of it. Its CNIC and telephone number are sealed, its words are not kept.
Nobody learns from an answer whether somebody else is registered: that is said only to the telephone that is on the record.
"""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.messages import answer_text, read_message, which
from mazdoor.delivery.registration.models import IncomingMessage, Interest
from mazdoor.delivery.registration.states_interests import InterestState
from mazdoor.journal import services as journal
from mazdoor.kernel.identifiers import parse_mobile
from mazdoor.notices.ports import GatewayDown, SmsGateway

MOST_OPEN_FOR_A_TELEPHONE: Final = 20
"""More than a family, fewer than a trade in other people's numbers; a union registers its members through its own door."""


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
