"""Doors in: queue notices, send what waits, take delivery reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.journal import services as journal
from mazdoor.notices import states
from mazdoor.notices.models import Notice, ReportMark
from mazdoor.notices.ports import AddressBook, DeliveryReports, GatewayDown, Rejected, SmsGateway
from mazdoor.notices.refusals import MOVE_NOT_ALLOWED, NOTICE_NOT_THERE, TOO_LONG
from mazdoor.notices.segments import MOST_SEGMENTS, count_segments
from mazdoor.notices.templates import Value, fill, render

_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What a room asks to be told to a person. ``about`` names its cause, such as ``enrolment:12``."""

    person_id: int
    area_code: str
    template: str
    params: Mapping[str, Value]
    about: str
    language: str = "ur"
    channel: str = "sms"


def queue(
    *,
    person_id: int,
    area_code: str,
    template: str,
    params: Mapping[str, Value],
    about: str,
    language: str = "ur",
    channel: str = "sms",
) -> bool:
    """Queue one notice; ``False`` where the same was queued before. Raises NTC-001, NTC-002 or NTC-003."""
    notice = NewNotice(person_id, area_code, template, params, about, language, channel)
    return queue_many(notices=[notice]) == 1


def queue_many(*, notices: Iterable[NewNotice]) -> int:
    """Queue notices in bulk, all or none; returns how many were new. One journal entry for the whole."""
    queued = 0
    remaining = iter(notices)
    with transaction.atomic(), connection.cursor() as cursor:
        while batch := [_row(notice) for notice in islice(remaining, _BATCH)]:
            cursor.execute(
                """
                INSERT INTO notices_notice (person_id, area_code, language, channel, template, params, about,
                    segments, state, attempts, round, gateway_reference, queued_at)
                SELECT person_id, area_code, language, channel, template, params, about,
                    segments, 'queued', 0, 0, '', now()
                FROM jsonb_to_recordset(%s::jsonb) AS new (person_id bigint, area_code text, language text,
                    channel text, template text, params jsonb, about text, segments int)
                ON CONFLICT DO NOTHING
                """,
                [json.dumps(batch)],
            )
            queued += cursor.rowcount
        if queued:
            journal.record(act="notices.queued", subject="notices", details={}, count=queued)
    return queued


def queue_alike(
    *,
    template: str,
    params: Mapping[str, Value],
    rows_sql: str,
    parameters: Mapping[str, Any],
    language: str = "ur",
    channel: str = "sms",
) -> int:
    """Queue the same words for many people in one statement; returns how many were new.

    ``rows_sql`` gives (person_id, area_code, about), over read views; ``parameters`` fill it. Raises NTC-001 to NTC-003.
    """
    row = _row(NewNotice(0, "", template, params, "", language, channel))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO notices_notice (person_id, area_code, language, channel, template, params, about,
                segments, state, attempts, round, gateway_reference, queued_at)
            SELECT told.person_id, told.area_code, %(_language)s, %(_channel)s, %(_template)s, %(_params)s::jsonb,
                told.about, %(_segments)s, 'queued', 0, 0, '', now()
            FROM ({rows_sql}) AS told (person_id, area_code, about)
            ON CONFLICT DO NOTHING
            """,
            {
                **parameters,
                "_language": language,
                "_channel": channel,
                "_template": template,
                "_params": json.dumps(row["params"]),
                "_segments": cast(int, row["segments"]),
            },
        )
        queued = int(cursor.rowcount)
        if queued:
            journal.record(act="notices.queued", subject="notices", details={"template": template}, count=queued)
    return queued


def send_waiting(*, gateway: SmsGateway, address_book: AddressBook, limit: int = 500) -> dict[str, int]:
    """Hand up to ``limit`` waiting SMS to the gateway; returns how many were sent, failed or left waiting.

    Two senders never take the same notice. When the gateway is down the rest of the batch stays queued.
    """
    counts = {states.SENT: 0, states.FAILED: 0, states.QUEUED: 0}
    with transaction.atomic():
        waiting = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(state=states.QUEUED, channel="sms")
            .order_by("id")[:limit]
        )
        mobiles = address_book.mobiles_of([notice.person_id for notice in waiting])
        down = False
        for notice in waiting:
            if down:
                counts[states.QUEUED] += 1
                continue
            notice.attempts += 1
            mobile = mobiles.get(notice.person_id)
            try:
                answer = (
                    gateway.send(
                        key=notice.key,
                        mobile=mobile,
                        text=render(notice.template, notice.params, notice.language),
                    )
                    if mobile
                    else Rejected("no-mobile")
                )
            except GatewayDown:
                down = True
                counts[states.QUEUED] += 1
                continue
            now = timezone.now()
            if isinstance(answer, Rejected):
                notice.state, notice.closed_at = states.FAILED, now
            else:
                notice.state, notice.sent_at, notice.gateway_reference = states.SENT, now, answer.reference
            counts[notice.state] += 1
        Notice.objects.bulk_update(waiting, ["state", "attempts", "sent_at", "closed_at", "gateway_reference"])
        if counts[states.SENT] or counts[states.FAILED]:
            journal.record(act="notices.sent", subject="notices", details=counts, count=counts[states.SENT])
    return counts


def take_reports(*, gateway: DeliveryReports) -> dict[str, int]:
    """Take what the gateway reports since the last time; returns how many notices were delivered and how many failed.

    A report closes a notice once: repeats, a second report that says something else, and reports on messages that are no
    notices (a code, an answer) change nothing. Raises ``GatewayDown``, and then nothing is taken.
    """
    counts = dict.fromkeys((states.DELIVERED, states.FAILED), 0)
    with transaction.atomic():
        ReportMark.objects.get_or_create(pk=1)
        mark = ReportMark.objects.select_for_update().get(pk=1)
        while reports := gateway.reports(after=mark.last_number):
            for after in counts:
                said = {each.reference for each in reports if each.delivered == (after == states.DELIVERED)} - {""}
                counts[after] += Notice.objects.filter(gateway_reference__in=said, state=states.SENT).update(
                    state=after, closed_at=timezone.now()
                )
            mark.last_number = reports[-1].number
        mark.save()
        if any(counts.values()):
            journal.record(act="notices.reported", subject="notices", details=counts, count=sum(counts.values()))
    return counts


def queue_again(*, notice_id: int) -> None:
    """Queue a failed notice once more. Refuses NTC-004 where it has not failed, NTC-005 where the caller sees no such
    notice, OFF-002 unless the caller's desk may send notices."""
    access.check_acting_may("notices.send")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if notice is None:
            raise NOTICE_NOT_THERE.because()
        if not states.can_move(notice.state, states.QUEUED):
            raise MOVE_NOT_ALLOWED.because(before=notice.state, after=states.QUEUED)
        notice.state, notice.closed_at, notice.gateway_reference = states.QUEUED, None, ""
        notice.round += 1
        notice.save(update_fields=["state", "closed_at", "gateway_reference", "round"])
        journal.record(act="notices.queued-again", subject=f"notice:{notice.pk}", details={})


def _row(notice: NewNotice) -> dict[str, object]:
    params = fill(notice.params, notice.language)
    segments = count_segments(render(notice.template, params, notice.language))
    if notice.channel == "sms" and segments > MOST_SEGMENTS:
        raise TOO_LONG.because(template=notice.template, segments=segments, most=MOST_SEGMENTS)
    return {
        "person_id": notice.person_id,
        "area_code": notice.area_code,
        "language": notice.language,
        "channel": notice.channel,
        "template": notice.template,
        "params": params,
        "about": notice.about,
        "segments": segments,
    }
