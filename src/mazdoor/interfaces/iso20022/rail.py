"""ISO 20022 as the payments and reconciliation rooms see it: the four things their ports ask for.

=======================  ===========================================================================================
:class:`Pain001Format`   ``payments.ports.PaymentFileFormat``: writes the file
:class:`BankRail`        ``payments.ports.PaymentRail``: sends it, fetches reports and statements
:class:`Pain002Reader`   ``reconciliation.ports.StatusReader``: reads reports
:class:`Camt053Reader`   ``reconciliation.ports.StatementReader``: reads statements
=======================  ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mazdoor.delivery.payments.ports import PaymentFileHeader, PaymentLine, SendAnswer
from mazdoor.delivery.reconciliation.ports import Source, StatementHead, StatementLine, StatusLine
from mazdoor.interfaces.iso20022.bank_files import BankFiles
from mazdoor.interfaces.iso20022.camt053 import read_statement, read_statement_header
from mazdoor.interfaces.iso20022.pain001 import FileHeader, Instruction, write_payment_file
from mazdoor.interfaces.iso20022.pain002 import read_status_report


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: payments, their sum in paisa, the SHA-256 of its bytes in hex."""

    count: int
    control_sum: int
    sha256: str


class Pain001Format:
    """pain.001.001.09. Header and lines have the fields of :class:`FileHeader` and :class:`Instruction`, in order."""

    def write(self, out: IO[bytes], *, header: PaymentFileHeader, instructions: Iterable[PaymentLine]) -> Written:
        """Write the file as a stream. Refuses ISO-001 and ISO-002; the caller then throws the half file away."""
        summary = write_payment_file(out, header=FileHeader(*header), instructions=map(Instruction._make, instructions))
        return Written(summary.payment_count, summary.control_sum, summary.sha256)


class BankRail:
    """HTTP to the banks. ``send`` is made once; asking is tried again and then raises ``ConnectionError``."""

    def __init__(self, banks: BankFiles) -> None:
        self._banks = banks

    def send(self, *, bank_code: str, message_id: str, file: Path) -> SendAnswer:
        """Hand over one file: ``accepted``, ``refused`` or ``unknown``."""
        return self._banks.send(bank_code=bank_code, message_id=message_id, file_path=file)

    def fetch_status(self, *, bank_code: str, message_id: str) -> list[bytes | Path]:
        """The reports so far, oldest first; none also where the bank never got the file."""
        return list(self._banks.fetch_status(bank_code=bank_code, message_id=message_id) or [])

    def fetch_statement(self, *, bank_code: str, since: int) -> list[bytes | Path]:
        """The statements numbered above ``since``, oldest first. Ask again until none comes."""
        return [found.path for found in self._banks.fetch_statements(bank_code=bank_code, since=since)]


class Pain002Reader:
    """Reads pain.002 of any version."""

    def read(self, source: Source) -> Iterator[StatusLine]:
        """Every line. Refuses ISO-003 (also in the middle: forget what came) and ISO-004."""
        for line in read_status_report(source):
            yield StatusLine(
                line.level, line.message_id, line.end_to_end_id, line.status, line.reason_code, line.bank_reference
            )


class Camt053Reader:
    """Reads camt.053 of any version."""

    def head(self, source: Source) -> StatementHead:
        """Which statement it is, and its balances. Refuses ISO-003, ISO-004."""
        return StatementHead(*read_statement_header(source))

    def read(self, source: Source) -> Iterator[StatementLine]:
        """Every movement. Refuses ISO-003 (also in the middle: forget what came) and ISO-004."""
        for line in read_statement(source):
            yield StatementLine(
                bank_reference=line.bank_reference,
                end_to_end_id=line.end_to_end_id,
                credit=line.credit,
                amount=line.amount,
                booked=line.status == "BOOK",
                booked_on=line.booking_date,
                reason_code=line.reason_code,
                problem=line.problem,
            )
