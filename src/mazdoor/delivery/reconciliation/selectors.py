"""Doors out of reconciliation. Amounts are paisa."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mazdoor.delivery.reconciliation.models import BankMessage, ReconciliationException
from mazdoor.delivery.reconciliation.states import ExceptionState


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Something a person must look at."""

    exception_id: int
    bank_code: str
    kind: str
    reference: str
    instruction_id: int | None
    amount: int | None
    credit: bool | None
    news: str
    reason_code: str
    in_suspense: bool
    state: str
    resolution: str
    raised_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A file a bank sent, with what came of it."""

    message_id: int
    bank_code: str
    kind: str
    reference: str
    lines: int
    applied: int
    repeated: int
    exceptions: int
    closing_amount: int | None
    imported_at: dt.datetime


def list_exceptions(*, open_only: bool = True, kind: str | None = None, limit: int = 500) -> list[ExceptionRow]:
    """Exceptions, the oldest first."""
    found = ReconciliationException.objects.order_by("id")
    if open_only:
        found = found.filter(state=ExceptionState.OPEN)
    if kind is not None:
        found = found.filter(kind=kind)
    return [
        ExceptionRow(
            row.pk,
            row.bank_code,
            row.kind,
            row.reference,
            row.instruction_id,
            row.amount,
            row.credit,
            row.news,
            row.reason_code,
            row.in_suspense,
            row.state,
            row.resolution,
            row.raised_at,
        )
        for row in found[:limit]
    ]


def list_messages(*, bank_code: str | None = None, limit: int = 200) -> list[MessageRow]:
    """What banks sent, the newest first."""
    found = BankMessage.objects.order_by("-id")
    if bank_code is not None:
        found = found.filter(bank_code=bank_code)
    return [
        MessageRow(
            row.pk,
            row.bank_code,
            row.kind,
            row.reference,
            row.line_count,
            row.applied_count,
            row.repeated_count,
            row.exception_count,
            row.closing_amount,
            row.imported_at,
        )
        for row in found[:limit]
    ]
