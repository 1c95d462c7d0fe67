"""Writing pain.001.001.09: the file that tells a bank whom to pay.

Written from templates in one pass, so a million payments take seconds and no memory. The header's count and sum must be
known before the first payment (the standard puts them first); they come from the ledger, the payments from the
instructions, and the writer refuses where the two disagree: a file that reaches the bank holds what was released, to
the paisa.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from typing import IO, Final, NamedTuple
from xml.sax.saxutils import escape

from mazdoor.interfaces.iso20022.charset import IDENTIFIER, is_identifier, permitted_name, permitted_text
from mazdoor.interfaces.iso20022.refusals import TOTALS_DIFFER, UNFIT_FOR_THE_WIRE

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LARGEST_AMOUNT: Final = 10**18 - 1
"""The standard's eighteen digits, two of them paisa."""

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_UETR: Final = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
_FITTING: Final = re.compile(f"{IDENTIFIER} {IDENTIFIER} (?:{_UETR.pattern})? {_IBAN.pattern}")
"""The four codes of a payment in one look; which of them is unfit is asked only when one is."""
_ROWS_AT_ONCE: Final = 2_000


class FileHeader(NamedTuple):
    """What the file says of itself. ``control_sum`` in paisa; ``created_at`` with its zone; ids of at most 35 letters.

    ``category_purpose`` is an ISO external code: SSBE social security benefit, GOVT government payment, PENS pension.
    """

    message_id: str
    payment_information_id: str
    created_at: dt.datetime
    execution_date: dt.date
    initiating_party: str
    debtor_name: str
    debtor_iban: str
    bank_code: str
    payment_count: int
    control_sum: int
    category_purpose: str = "SSBE"


class Instruction(NamedTuple):
    """One payment. ``amount`` in paisa, more than nothing; ``uetr`` a version 4 UUID or empty."""

    instruction_id: str
    end_to_end_id: str
    uetr: str
    amount: int
    creditor_name: str
    creditor_iban: str
    remittance: str = ""


class FileSummary(NamedTuple):
    """What was written: how many payments, their sum in paisa, the SHA-256 of the bytes, how many bytes."""

    payment_count: int
    control_sum: int
    sha256: str
    size: int


class _Hashing:
    """Writes on, and remembers the hash."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, text: str) -> None:
        data = text.encode()
        self.sha256.update(data)
        self.size += len(data)
        self._out.write(data)


def write_payment_file(out: IO[bytes], *, header: FileHeader, instructions: Iterable[Instruction]) -> FileSummary:
    """Write the file for one bank. Plain tuples in the order of :class:`Instruction` serve too.

    Refuses (and the caller throws the half-written file away) a field the standard cannot carry, ISO-002, and a count or
    sum other than the header promised, ISO-001.
    """
    _check_header(header)
    sink = _Hashing(out)
    sink.write(_head(header))
    count = total = 0
    lines: list[str] = []
    for row in instructions:
        count += 1
        line, amount = _transaction(count, *row)
        total += amount
        lines.append(line)
        if len(lines) == _ROWS_AT_ONCE:
            sink.write("".join(lines))
            lines.clear()
    sink.write("".join(lines))
    if (count, total) != (header.payment_count, header.control_sum):
        raise TOTALS_DIFFER.because(promised=header.payment_count, written=count)
    sink.write("</PmtInf></CstmrCdtTrfInitn></Document>\n")
    return FileSummary(count, total, sink.sha256.hexdigest(), sink.size)


def rupees(paisa: int) -> str:
    """``1234567`` paisa as ``12345.67``, as the wire writes it."""
    return f"{paisa // 100}.{paisa % 100:02d}"


def _check_header(header: FileHeader) -> None:
    checks = {
        "MsgId": is_identifier(header.message_id),
        "PmtInfId": is_identifier(header.payment_information_id),
        "CreDtTm": header.created_at.tzinfo is not None,
        "InitgPty": bool(permitted_name(header.initiating_party)),
        "Dbtr": bool(permitted_name(header.debtor_name)),
        "DbtrAcct": _IBAN.fullmatch(header.debtor_iban) is not None,
        "DbtrAgt": is_identifier(header.bank_code),
        "NbOfTxs": 0 < header.payment_count < 10**15,
        "CtrlSum": 0 < header.control_sum <= LARGEST_AMOUNT,
        "CtgyPurp": len(header.category_purpose) == 4,
    }
    for field, fits in checks.items():
        if not fits:
            raise UNFIT_FOR_THE_WIRE.because(row=0, field=field)


def _head(header: FileHeader) -> str:
    totals = f"<NbOfTxs>{header.payment_count}</NbOfTxs><CtrlSum>{rupees(header.control_sum)}</CtrlSum>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{header.message_id}</MsgId>"
        f"<CreDtTm>{header.created_at.isoformat(timespec='seconds')}</CreDtTm>{totals}"
        f"<InitgPty><Nm>{permitted_name(header.initiating_party)}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{header.payment_information_id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>"
        f"{totals}<PmtTpInf><CtgyPurp><Cd>{escape(header.category_purpose)}</Cd></CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{header.execution_date.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{permitted_name(header.debtor_name)}</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{header.debtor_iban}</IBAN></Id><Ccy>PKR</Ccy></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>{header.bank_code}</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>"
        "<ChrgBr>DEBT</ChrgBr>\n"
    )


def _transaction(
    row: int,
    instruction_id: str,
    end_to_end_id: str,
    uetr: str,
    amount: int,
    creditor_name: str,
    creditor_iban: str,
    remittance: str = "",
) -> tuple[str, int]:
    """One credit transfer as text, and its amount. Permitted letters hold no ``<`` and no ``&``: nothing to escape."""
    name = permitted_name(creditor_name)
    note = permitted_text(remittance, 140) if remittance else ""
    if (
        _FITTING.fullmatch(f"{instruction_id} {end_to_end_id} {uetr} {creditor_iban}") is None
        or type(amount) is not int
        or not 0 < amount <= LARGEST_AMOUNT
        or not name
    ):
        field = _unfit_field(instruction_id, end_to_end_id, uetr, amount, creditor_iban)
        raise UNFIT_FOR_THE_WIRE.because(row=row, field=field)
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>{instruction_id}</InstrId><EndToEndId>{end_to_end_id}</EndToEndId>"
        f"{f'<UETR>{uetr}</UETR>' if uetr else ''}</PmtId>"
        f'<Amt><InstdAmt Ccy="PKR">{rupees(amount)}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><IBAN>{creditor_iban}</IBAN></Id></CdtrAcct>"
        f"{f'<RmtInf><Ustrd>{note}</Ustrd></RmtInf>' if note else ''}</CdtTrfTxInf>\n"
    ), amount


def _unfit_field(instruction_id: str, end_to_end_id: str, uetr: str, amount: object, creditor_iban: str) -> str:
    """The first field of an unfit payment that does not fit; the name, where all others do."""
    if not is_identifier(instruction_id):
        return "InstrId"
    if not is_identifier(end_to_end_id):
        return "EndToEndId"
    if uetr and not _UETR.fullmatch(uetr):
        return "UETR"
    if type(amount) is not int or not 0 < amount <= LARGEST_AMOUNT:
        return "InstdAmt"
    if not _IBAN.fullmatch(creditor_iban):
        return "CdtrAcct"
    return "Cdtr"
