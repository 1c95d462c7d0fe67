"""Writing a released payroll's files and handing them to the banks, so that being killed anywhere costs nothing.

For each file: 1. *written*: the bytes are on the disk, their hash in the database; 2. *sending*: before the bank is
called we write down that we are about to, and the books move the money to in flight; 3. the call; 4. its answer: *sent*,
*unknown* (nobody knows) or *refused*.

Killed between 1 and 2, the file is there and is sent. Killed between 2 and 4, we wake up not knowing: the bank is asked
first, and only if it has nothing to say of the message are the same bytes handed over again under the same message id,
which a bank takes once. A time-out is never a failure and never gets a new message id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from mazdoor.database.keys import keyring
from mazdoor.delivery.payments import books, refusals
from mazdoor.delivery.payments.answers import apply_file_answer
from mazdoor.delivery.payments.bulk import in_name_of, work_on_payroll
from mazdoor.delivery.payments.models import PayingBank, PaymentFile, Payroll
from mazdoor.delivery.payments.ports import PaymentFileFormat, PaymentFileHeader, PaymentLine, PaymentRail, SendAnswer
from mazdoor.delivery.payments.references import reference_of
from mazdoor.delivery.payments.states import FileState, PayrollState
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.ledger import services as ledger

INITIATING_PARTY: Final = "MAZDOOR"
_REASON: Final = "sending a payroll"
_ROWS_AT_ONCE: Final = 5_000


def files_folder() -> Path:
    """Where payment files lie: below the installation's home, closed to everybody else (they hold accounts)."""
    folder = Path(settings.MAZDOOR_HOME) / "payment_files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def send_payroll(
    *,
    payroll_id: int,
    officer_id: int | None,
    rail: PaymentRail,
    file_format: PaymentFileFormat,
    folder: Path | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> dict[FileState, int]:
    """Write and send every file of a released payroll, from wherever an earlier run stopped, in the name of the officer
    who asked for it (None: nobody did, such as a command run by the clock; three persons have signed already).

    Returns how many files are in which state. A bank is called at most once for a file in one run. ``on_step`` hears
    ``written``, ``sending``, ``answered`` and ``sent`` (or ``unknown``, ``refused``), each with its message id, right
    after the thing itself. Refuses OFF-002, PAY-001, PAY-002 (not released), PAY-010 (a file was altered), PAY-011.
    """
    folder = folder or files_folder()
    with work_on_payroll(payroll_id):
        with _acting(officer_id):
            payroll = Payroll.objects.select_related("cycle").filter(pk=payroll_id).first()
        if payroll is None:
            raise refusals.PAYROLL_UNKNOWN.because(payroll=payroll_id)
        if payroll.state not in (PayrollState.RELEASED, PayrollState.CLOSED):
            raise refusals.WRONG_STATE.because(payroll=payroll_id, state=payroll.state)
        for file_id in PaymentFile.objects.filter(payroll=payroll).order_by("id").values_list("id", flat=True):
            _carry(
                payroll,
                file_id,
                officer_id=officer_id,
                rail=rail,
                file_format=file_format,
                folder=folder,
                on_step=on_step,
            )
        counts: dict[FileState, int] = {}
        for state in PaymentFile.objects.filter(payroll=payroll).values_list("state", flat=True):
            counts[FileState(state)] = counts.get(FileState(state), 0) + 1
        return counts


def send_file_again(
    *, file_id: int, officer_id: int | None, rail: PaymentRail, folder: Path | None = None
) -> FileState:
    """Hand over a file of which nobody knows whether it arrived: the same bytes under the same message id.

    Refuses OFF-002, and PAY-018 for a file in any other state.
    """
    with _acting(officer_id):
        file = PaymentFile.objects.select_related("payroll__cycle").get(pk=file_id)
    if file.state not in (FileState.UNKNOWN, FileState.SENDING):
        raise refusals.NOT_UNKNOWN.because(file=file.message_id, state=file.state)
    with work_on_payroll(file.payroll_id):
        path = _checked_path(file, folder or files_folder())
        _count_sending(file)
        return _take_answer(
            file, rail.send(bank_code=file.bank_code, message_id=file.message_id, file=path), officer_id=officer_id
        )


def _acting(officer_id: int | None) -> AbstractContextManager[None]:
    return in_name_of(officer_id, act="payments.release", reason=_REASON)


def _carry(
    payroll: Payroll,
    file_id: int,
    *,
    officer_id: int | None,
    rail: PaymentRail,
    file_format: PaymentFileFormat,
    folder: Path,
    on_step: Callable[[str], None],
) -> None:
    """One file, from its state to as far as it goes."""
    file = PaymentFile.objects.get(pk=file_id)
    if file.state == FileState.PLANNED:
        with _acting(officer_id):
            _write(payroll, file, file_format=file_format, folder=folder)
        on_step(f"{file.state} {file.message_id}")
    if file.state == FileState.WRITTEN:
        path = _checked_path(file, folder)
        with _acting(officer_id):
            _mark_sending(payroll, file)
        on_step(f"sending {file.message_id}")
    elif file.state in (FileState.SENDING, FileState.UNKNOWN):
        # An earlier run was killed in the call, or timed out. Ask first.
        if _has_arrived(file, rail):
            with _acting(officer_id):
                _arrived(file)
            on_step(f"sent {file.message_id}")
            return
        path = _checked_path(file, folder)
        _count_sending(file)
        on_step(f"sending {file.message_id}")
    else:
        return
    answer = rail.send(bank_code=file.bank_code, message_id=file.message_id, file=path)
    on_step(f"answered {file.message_id}")
    state = _take_answer(file, answer, officer_id=officer_id)
    on_step(f"{state.value} {file.message_id}")


def _has_arrived(file: PaymentFile, rail: PaymentRail) -> bool:
    """Whether the bank knows the message. A bank that cannot be asked has not said so."""
    try:
        return bool(rail.fetch_status(bank_code=file.bank_code, message_id=file.message_id))
    except OSError:
        return False


# --- writing ------------------------------------------------------------------------------------------------------

# Money follows what is true now: an account closed, or an enrolment paused, suspended or ended since the payroll was
# prepared, is not paid, nor is whoever was paid for this cycle under another record; the entitlement stands and waits.
_DROP_STALE = """
UPDATE payments_paymentinstruction AS instruction
SET answer = 'cancelled', live = false, answered_on = current_date, answer_reason = stale.reason
FROM (
    SELECT candidate.id, CASE WHEN account.account_id IS NULL THEN 'account_closed'
                              WHEN enrolment.enrolment_id IS NULL THEN 'not_enrolled'
                              ELSE 'paid_already' END AS reason
    FROM payments_paymentinstruction AS candidate
    JOIN payments_entitlement AS entitlement ON entitlement.id = candidate.entitlement_id
    LEFT JOIN accounts.live_account AS account ON account.account_id = candidate.account_id
    LEFT JOIN enrolment.enrolment_now AS enrolment
        ON enrolment.enrolment_id = entitlement.enrolment_id AND enrolment.state = 'enrolled'
    LEFT JOIN (SELECT DISTINCT entitlement_id FROM payments.paid_already WHERE cycle_id = %(cycle)s) AS twice
        ON twice.entitlement_id = entitlement.id
    WHERE candidate.id BETWEEN %(first)s AND %(last)s AND candidate.file_id = %(file)s AND candidate.answer IS NULL
      AND (account.account_id IS NULL OR enrolment.enrolment_id IS NULL OR twice.entitlement_id IS NOT NULL)
) AS stale
WHERE instruction.id = stale.id
RETURNING instruction.entitlement_id, instruction.amount, stale.reason
"""
_LINES = """
SELECT instruction.id, instruction.amount, account.iban_encrypted,
       concat_ws(' ', person.given_name, nullif(person.surname, ''))
FROM payments_paymentinstruction AS instruction
JOIN payments_entitlement AS entitlement ON entitlement.id = instruction.entitlement_id
JOIN accounts.live_account AS account ON account.account_id = instruction.account_id
LEFT JOIN registration.person_now AS person ON person.person_id = account.person_id
WHERE instruction.id BETWEEN %(first)s AND %(last)s AND instruction.file_id = %(file)s AND instruction.answer IS NULL
ORDER BY instruction.id
"""


def _write(payroll: Payroll, file: PaymentFile, *, file_format: PaymentFileFormat, folder: Path) -> None:
    """Write the bytes, then their hash. What has become stale since the payroll was prepared is cancelled before it
    leaves us, and its entitlement waits for a follow-up."""
    span = {"first": file.first_instruction_id, "last": file.last_instruction_id, "file": file.pk}
    with connection.cursor() as cursor:
        cursor.execute(_DROP_STALE, {**span, "cycle": payroll.cycle_id})
        dropped = cursor.fetchall()
        if dropped:
            cursor.execute(
                """UPDATE payments_entitlement AS entitlement SET hold_reason = stale.reason
                   FROM unnest(%s::bigint[], %s::text[]) AS stale (id, reason) WHERE entitlement.id = stale.id""",
                [[entitlement for entitlement, _, _ in dropped], [reason for _, _, reason in dropped]],
            )
        cursor.execute(
            """SELECT count(*), coalesce(sum(amount), 0) FROM payments_paymentinstruction
               WHERE id BETWEEN %(first)s AND %(last)s AND file_id = %(file)s AND answer IS NULL""",
            span,
        )
        count, total = cursor.fetchone()
    if dropped:
        _unblock(payroll, file, sum(amount for _, amount, _ in dropped))
    file.written_count, file.written_total = count, total
    if count == 0:
        file.state = FileState.CANCELLED
        file.save(update_fields=["state", "written_count", "written_total"])
        record(act="payments.file.cancelled", subject=f"file:{file.pk}", count=len(dropped))
        return
    bank = PayingBank.objects.get(bank_code=file.bank_code)
    assert payroll.released_at is not None
    header = PaymentFileHeader(
        message_id=file.message_id,
        payment_information_id=f"{file.message_id}-1",
        created_at=payroll.released_at.replace(microsecond=0),
        execution_date=payroll.released_at.date(),
        initiating_party=INITIATING_PARTY,
        debtor_name=bank.account_title,
        debtor_iban=bank.account_iban,
        bank_code=file.bank_code,
        payment_count=int(count),
        control_sum=int(total),
        category_purpose=payroll.category_purpose,
    )
    path = folder / f"{file.message_id}.xml"
    waiting = folder / f".{file.message_id}.{os.getpid()}"
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as out:
            written = file_format.write(out, header=header, instructions=_lines(payroll, span))
            out.flush()
            os.fsync(out.fileno())
        if (written.count, written.control_sum) != (int(count), int(total)):
            raise refusals.LINES_LOST.because(payroll=payroll.pk, expected=int(count), found=written.count)
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    file.sha256 = written.sha256
    file.state = FileState.WRITTEN
    file.written_at = dt.datetime.now(dt.UTC)
    file.save(update_fields=["state", "sha256", "written_at", "written_count", "written_total"])
    record(
        act="payments.file.written",
        subject=f"file:{file.pk}",
        details={"bank": file.bank_code, "total": format_rupees(int(total)), "stale": len(dropped)},
        count=int(count),
        root=file.sha256,
    )


def _lines(payroll: Payroll, span: dict[str, int | None]) -> Iterator[PaymentLine]:
    """The payments of one file, streamed from the server and opened one by one."""
    remittance = f"{payroll.cycle.programme_code} {payroll.cycle.period_from:%Y-%m}"
    keys = keyring()
    connection.ensure_connection()
    with connection.cursor() as plan:
        # A cursor is planned to give its first rows soon; this one is read to its end.
        plan.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.connection.cursor(name="payment_file") as cursor:
        cursor.execute(_LINES, span)
        for number, amount, sealed, name in _ahead(cursor):
            reference = reference_of(number)
            yield PaymentLine(
                reference, reference, "", amount, name or "PAYEE", keys.open(sealed, purpose="iban"), remittance
            )


def _ahead(cursor: Any) -> Iterator[Any]:
    """The rows of a cursor; the next ones are fetched while these are worked on, so both processors are used."""
    with ThreadPoolExecutor(max_workers=1) as fetcher:
        waiting = fetcher.submit(cursor.fetchmany, _ROWS_AT_ONCE)
        while rows := waiting.result():
            waiting = fetcher.submit(cursor.fetchmany, _ROWS_AT_ONCE)
            yield from rows


def _unblock(payroll: Payroll, file: PaymentFile, amount: int) -> None:
    programme = payroll.cycle.programme_code
    ledger.post(
        key=f"file:{file.pk}:unblocked",
        kind="unblocked",
        source=f"payroll:{payroll.pk}",
        occurred_on=dt.datetime.now(dt.UTC).date(),
        lines=[
            ledger.Line(
                debit=books.committed(programme, file.bank_code).code,
                credit=books.fund(programme, file.bank_code).code,
                amount=amount,
            )
        ],
    )


def _checked_path(file: PaymentFile, folder: Path) -> Path:
    """The file on disk, if its bytes are the ones that were written. Refuses PAY-010."""
    path = folder / f"{file.message_id}.xml"
    if not path.exists():
        raise refusals.FILE_CHANGED.because(file=file.message_id)
    with path.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
            raise refusals.FILE_CHANGED.because(file=file.message_id)
    return path


# --- sending ------------------------------------------------------------------------------------------------------

# What was never instructed before comes from "uninstructed"; what came back from an earlier instruction, from "returned".
_INTO_FLIGHT = """
SELECT CASE WHEN instruction.attempt > 1 AND EXISTS (
           SELECT FROM payments_paymentinstruction AS earlier
           WHERE earlier.entitlement_id = instruction.entitlement_id AND earlier.answer IN ('returned', 'rejected')
       ) THEN %s::bigint ELSE %s::bigint END,
       %s::bigint, instruction.amount, instruction.entitlement_id, instruction.id
FROM payments_paymentinstruction AS instruction
WHERE instruction.id BETWEEN %s AND %s AND instruction.file_id = %s AND instruction.answer IS NULL
ORDER BY instruction.entitlement_id
"""


def _mark_sending(payroll: Payroll, file: PaymentFile) -> None:
    """Written down before the bank is called: from now on the money is in flight, whatever happens to us."""
    programme = payroll.cycle.programme_code
    file.state = FileState.SENDING
    file.sends = 1
    file.save(update_fields=["state", "sends"])
    ledger.post_bulk(
        key=f"file:{file.pk}:sent",
        kind="instructed",
        source=f"payroll:{payroll.pk}",
        occurred_on=dt.datetime.now(dt.UTC).date(),
        rows_sql=_INTO_FLIGHT,
        params=[
            books.returned(programme).number,
            books.uninstructed(programme).number,
            books.in_flight(programme, file.bank_code).number,
            file.first_instruction_id,
            file.last_instruction_id,
            file.pk,
        ],
        root=bytes.fromhex(file.sha256),
    )
    record(act="payments.file.sending", subject=f"file:{file.pk}", count=file.written_count, root=file.sha256)


def _count_sending(file: PaymentFile) -> None:
    with transaction.atomic():
        file.sends += 1
        file.save(update_fields=["sends"])


def _take_answer(file: PaymentFile, answer: SendAnswer, *, officer_id: int | None) -> FileState:
    """Write the bank's answer down. Refused: its instructions are rejected and owed again."""
    with _acting(officer_id):
        if answer == "accepted":
            _arrived(file)
        elif answer == "unknown":
            if file.state == FileState.SENDING:
                file.state = FileState.UNKNOWN
                file.save(update_fields=["state"])
                record(act="payments.file.unknown", subject=f"file:{file.pk}")
        else:
            apply_file_answer(
                bank_code=file.bank_code,
                message_id=file.message_id,
                accepted=False,
                reason="REFUSED",
                source=f"file:{file.pk}:refused",
                occurred_on=dt.datetime.now(dt.UTC).date(),
            )
    file.refresh_from_db(fields=["state"])
    return FileState(file.state)


def _arrived(file: PaymentFile) -> None:
    file.state = FileState.SENT
    file.sent_at = dt.datetime.now(dt.UTC)
    file.save(update_fields=["state", "sent_at"])
    record(act="payments.file.arrived", subject=f"file:{file.pk}")
