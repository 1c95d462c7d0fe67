"""Doors out of payments: what a page, a report or a later room may know. Amounts are paisa.

What single persons were paid lies in ``persons``; its doors are given on from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from mazdoor.access.models import Desk
from mazdoor.access.permissions import ACTS
from mazdoor.delivery.payments import refusals, tasks
from mazdoor.delivery.payments.asking import UNFINISHED
from mazdoor.delivery.payments.models import PayingBank, PaymentFile, Payroll
from mazdoor.delivery.payments.persons import PaidTwice, PaymentRow, list_payments_of, paid_twice, persons_of
from mazdoor.delivery.payments.references import find_instruction_id, reference_of
from mazdoor.delivery.payments.states import FileState, PayrollState
from mazdoor.journal import selectors as journal
from mazdoor.ledger import selectors as ledger

__all__ = [
    "PaidTwice",
    "PaymentRow",
    "find_instruction_id",
    "list_payments_of",
    "paid_twice",
    "persons_of",
    "reference_of",
]


@dataclass(frozen=True, slots=True)
class Signatory:
    """An officer who prepared, approved or released a payroll, by the names of both scripts."""

    full_name: str
    full_name_ur: str


@dataclass(frozen=True, slots=True)
class PayrollRow:
    """A payroll in a list."""

    payroll_id: int
    programme_code: str
    period_from: dt.date
    period_to: dt.date
    sequence: int
    kind: str
    state: str
    entitled_count: int | None
    entitled_total: int | None
    instructed_count: int | None
    instructed_total: int | None
    prepared_by: Signatory
    approved_by: Signatory | None
    released_by: Signatory | None
    drafted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """A payment file of a payroll."""

    file_id: int
    bank_code: str
    number: int
    message_id: str
    state: str
    instruction_count: int
    total_amount: int
    sends: int
    sent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PayrollPage:
    """Everything a payroll's page shows; ``next_steps`` is what the officer who looks may do to it now.

    ``next_steps`` are words: ``prepare``, ``approve``, ``release``, ``reject``, ``send``, ``send_again``;
    ``waits_for_another`` is true where the next step must be somebody else's because this officer has signed already.
    """

    row: PayrollRow
    content_hash: str
    checked_count: int | None
    step: str
    rejection_reason: str
    states: dict[str, tuple[int, int]]
    holds: dict[str, tuple[int, int]]
    files: list[FileRow]
    next_steps: list[str]
    waits_for_another: bool


@dataclass(frozen=True, slots=True)
class Work:
    """Long work on a payroll: ``kind`` (``prepare``, ``send``) is ``waiting``, ``running`` or ``ended``.

    ``worker`` is false where nobody is there to do it. ``done`` of ``total`` steps or files are finished, ``step`` is the
    last one reached. Where the last run was refused or failed, ``error`` is the code, with its ``details``.
    """

    kind: str
    state: str
    worker: bool
    done: int
    total: int
    step: str
    error: str
    details: Mapping[str, str | int]

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs, so that it need not be asked for again."""
        return self.state != "ended"


def list_payrolls(*, programme_code: str | None = None, limit: int = 200) -> list[PayrollRow]:
    """Payrolls, the newest first."""
    found = Payroll.objects.select_related("cycle", "prepared_by", "approved_by", "released_by").order_by("-id")
    if programme_code is not None:
        found = found.filter(cycle__programme_code=programme_code)
    return [_row(payroll) for payroll in found[:limit]]


def get_payroll(*, payroll_id: int, officer_id: int | None = None, desk: str = "") -> PayrollPage:
    """One payroll with its states, holds and files, and what this officer may do next. Refuses PAY-001.

    ``states`` and ``holds`` map words to (count, paisa), of what the reader's areas let them see.
    """
    payroll = (
        Payroll.objects.select_related("cycle", "prepared_by", "approved_by", "released_by")
        .filter(pk=payroll_id)
        .first()
    )
    if payroll is None:
        raise refusals.PAYROLL_UNKNOWN.because(payroll=payroll_id)
    scope = (
        "payroll_id = %s"
        if payroll.kind == "regular"
        else ("entitlement_id IN (SELECT entitlement_id FROM payments_paymentinstruction WHERE payroll_id = %s)")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state, count(*), sum(amount) FROM payments.entitlement_now WHERE {scope} GROUP BY 1", [payroll_id]
        )
        states = {state: (int(count), int(amount)) for state, count, amount in cursor.fetchall()}
        cursor.execute(
            f"""SELECT hold_reason, count(*), sum(amount) FROM payments.entitlement_now
                WHERE {scope} AND hold_reason <> '' GROUP BY 1""",
            [payroll_id],
        )
        holds = {reason: (int(count), int(amount)) for reason, count, amount in cursor.fetchall()}
    files = [
        FileRow(
            file.pk,
            file.bank_code,
            file.number,
            file.message_id,
            file.state,
            int(file.written_count if file.written_count is not None else file.instruction_count),
            int(file.written_total if file.written_total is not None else file.total_amount),
            file.sends,
            file.sent_at,
        )
        for file in PaymentFile.objects.filter(payroll_id=payroll_id).order_by("bank_code", "number")
    ]
    steps, waits = _next_steps(payroll, {file.state for file in files}, officer_id, desk)
    return PayrollPage(
        row=_row(payroll),
        content_hash=bytes(payroll.content_hash).hex() if payroll.content_hash else "",
        checked_count=payroll.checked_count,
        step=payroll.step,
        rejection_reason=payroll.rejection_reason,
        states=states,
        holds=holds,
        files=files,
        next_steps=steps,
        waits_for_another=waits,
    )


def _next_steps(payroll: Payroll, files: set[str], officer_id: int | None, desk: str) -> tuple[list[str], bool]:
    """What this officer may do now, and whether the next step waits for somebody who has not signed yet."""
    if officer_id is None or not desk:
        return [], False
    state = PayrollState(payroll.state)
    signed = officer_id in (payroll.prepared_by_id, payroll.approved_by_id)
    steps: list[tuple[str, str]] = []
    if state is PayrollState.DRAFTED:
        if officer_id == payroll.prepared_by_id:
            steps.append(("prepare", "payments.prepare"))
        steps.append(("reject", "payments.approve"))
    elif state is PayrollState.PREPARED:
        steps = [("approve", "payments.approve"), ("reject", "payments.approve")]
    elif state is PayrollState.APPROVED:
        steps = [("release", "payments.release"), ("reject", "payments.approve")]
    elif state is PayrollState.RELEASED:
        if files & {FileState.PLANNED, FileState.WRITTEN, FileState.SENDING}:
            steps.append(("send", "payments.release"))
        if FileState.UNKNOWN in files:
            steps.append(("send_again", "payments.release"))
    may = [step for step, act in steps if Desk(desk) in ACTS[act]]
    waits = signed and state in (PayrollState.PREPARED, PayrollState.APPROVED)
    return [step for step in may if not (signed and step in ("approve", "release"))], waits


PREPARING_STEPS = ("entitled", "instructed", "checked", "prepared")


def find_work(*, payroll_id: int) -> Work | None:
    """What is done behind to a payroll now, or how its last work ended; None where nothing was ever asked for."""
    payroll = Payroll.objects.filter(pk=payroll_id).values("state", "step").first()
    if payroll is None:
        return None
    preparing = payroll["state"] in (PayrollState.DRAFTED, PayrollState.PREPARED)
    name = tasks.PREPARING if preparing else tasks.SENDING
    behind = journal.find_behind(task=name, key=tasks.key_of(payroll_id))
    if behind is None:
        return None
    if preparing:
        step = "prepared" if payroll["state"] == PayrollState.PREPARED else payroll["step"]
        done, total = PREPARING_STEPS.index(step) + 1 if step else 0, len(PREPARING_STEPS)
        left = payroll["state"] == PayrollState.DRAFTED
    else:
        states = list(PaymentFile.objects.filter(payroll_id=payroll_id).values_list("state", flat=True))
        waiting = (FileState.PLANNED, FileState.WRITTEN, FileState.SENDING)
        step, done, total = "", sum(state not in waiting for state in states), len(states)
        left = any(state in UNFINISHED for state in states)
    run = journal.find_job(name=name, key=tasks.key_of(payroll_id))
    # An old failure is not told once the work was done after all (by a command, for example).
    failed = left and behind.state == "ended"
    return Work(
        kind="prepare" if preparing else "send",
        state=behind.state,
        worker=journal.is_worker_there(),
        done=done,
        total=total,
        step=step,
        error=run.error if run is not None and failed else "",
        details=run.details if run is not None and failed else {},
    )


def list_unfinished_files(*, bank_code: str | None = None) -> list[FileRow]:
    """Files that have left us and of which a bank may still have something to say, oldest first."""
    found = PaymentFile.objects.filter(state__in=[FileState.SENDING, FileState.UNKNOWN, FileState.SENT]).order_by("id")
    if bank_code is not None:
        found = found.filter(bank_code=bank_code)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT file.id FROM payments_paymentfile AS file
               WHERE file.state IN ('sending', 'unknown') OR (file.state = 'sent' AND EXISTS (
                   SELECT FROM payments_paymentinstruction AS instruction
                   WHERE instruction.id BETWEEN file.first_instruction_id AND file.last_instruction_id
                     AND (instruction.answer IS NULL OR instruction.answer = 'accepted')
               ))"""
        )
        unfinished = {row[0] for row in cursor.fetchall()}
    return [
        FileRow(
            file.pk,
            file.bank_code,
            file.number,
            file.message_id,
            file.state,
            int(file.written_count or 0),
            int(file.written_total or 0),
            file.sends,
            file.sent_at,
        )
        for file in found
        if file.pk in unfinished
    ]


def list_paying_banks() -> list[str]:
    """Codes of the banks that pay for us."""
    return list(PayingBank.objects.order_by("bank_code").values_list("bank_code", flat=True))


@dataclass(frozen=True, slots=True)
class FundRow:
    """Money at a bank, in paisa: free for a programme (``free``), blocked for its released payrolls (``blocked``). With no
    programme, ``free`` is what lies unallocated."""

    bank_code: str
    programme_code: str
    free: int
    blocked: int


def list_funds() -> list[FundRow]:
    """What lies where at the banks that pay for us: unallocated money first, then each programme's."""
    held: dict[tuple[str, str], dict[str, int]] = {(bank, ""): {} for bank in list_paying_banks()}
    for role in ("unallocated", "fund", "committed"):
        for balance in ledger.list_balances(role=role):
            held.setdefault((balance.bank_code, balance.programme_code), {})[role] = balance.balance_amount
    return [
        FundRow(bank, programme, found.get("fund", found.get("unallocated", 0)), found.get("committed", 0))
        for (bank, programme), found in sorted(held.items(), key=lambda each: (each[0][1], each[0][0]))
    ]


def count_by_state(*, programme_code: str | None = None) -> dict[str, tuple[int, int]]:
    """Entitlements by state: (count, paisa), of what the reader's areas let them see. For the ribbon and reports."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT state, count(*), sum(amount) FROM payments.entitlement_now
               WHERE %(programme)s::text IS NULL OR programme_code = %(programme)s GROUP BY 1""",
            {"programme": programme_code},
        )
        return {state: (int(count), int(amount)) for state, count, amount in cursor.fetchall()}


def _row(payroll: Payroll) -> PayrollRow:
    def signatory(officer: Any) -> Signatory:
        return Signatory(full_name=officer.full_name, full_name_ur=officer.full_name_ur)

    def whole(number: Any) -> int | None:
        return None if number is None else int(number)

    return PayrollRow(
        payroll_id=payroll.pk,
        programme_code=payroll.cycle.programme_code,
        period_from=payroll.cycle.period_from,
        period_to=payroll.cycle.period_to,
        sequence=payroll.cycle.sequence,
        kind=payroll.kind,
        state=payroll.state,
        entitled_count=payroll.entitled_count,
        entitled_total=whole(payroll.entitled_total),
        instructed_count=payroll.instructed_count,
        instructed_total=whole(payroll.instructed_total),
        prepared_by=signatory(payroll.prepared_by),
        approved_by=signatory(payroll.approved_by) if payroll.approved_by else None,
        released_by=signatory(payroll.released_by) if payroll.released_by else None,
        drafted_at=payroll.drafted_at,
    )
