"""The payment rail: the one thing the payments and reconciliation rooms see of ISO 20022 and of banks.

It implements their ports: write a file, send it, fetch what the bank says, read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mazdoor.interfaces.iso20022.bank_files import BankFiles, SendOutcome, StatementFile
from mazdoor.interfaces.iso20022.camt053 import StatementHeader, StatementLine, read_statement, read_statement_header
from mazdoor.interfaces.iso20022.pain001 import FileHeader, FileSummary, Instruction, write_payment_file
from mazdoor.interfaces.iso20022.pain002 import StatusLine, read_status_report


class Rail:
    """ISO 20022 over HTTP. See :class:`BankFiles` for what is safe to repeat."""

    def __init__(self, banks: BankFiles) -> None:
        self._banks = banks

    def write_file(self, path: Path, *, header: FileHeader, instructions: Iterable[Instruction]) -> FileSummary:
        """Write a pain.001 at ``path``: it appears whole, or not at all (refuses ISO-001, ISO-002)."""
        waiting = path.with_name(f".{path.name}.writing")
        try:
            with waiting.open("wb") as file:
                summary = write_payment_file(file, header=header, instructions=instructions)
            waiting.replace(path)
        finally:
            waiting.unlink(missing_ok=True)
        return summary

    def send(self, *, bank_code: str, message_id: str, file_path: Path) -> SendOutcome:
        """``accepted``, ``refused`` or ``unknown``; made once."""
        return self._banks.send(bank_code=bank_code, message_id=message_id, file_path=file_path)

    def fetch_status(self, *, bank_code: str, message_id: str) -> list[Path] | None:
        """Status reports so far, in order; ``None`` when the bank never got the file. Refuses ISO-005."""
        return self._banks.fetch_status(bank_code=bank_code, message_id=message_id)

    def read_status(self, path: Path) -> Iterator[StatusLine]:
        """The lines of one status report. Refuses ISO-003, ISO-004."""
        return read_status_report(path)

    def fetch_statements(self, *, bank_code: str, since: int = 0) -> list[StatementFile]:
        """Statements after number ``since``, in order. Refuses ISO-005."""
        return self._banks.fetch_statements(bank_code=bank_code, since=since)

    def read_statement_header(self, path: Path) -> StatementHeader:
        """Account and balances of one statement. Refuses ISO-003, ISO-004."""
        return read_statement_header(path)

    def read_statement(self, path: Path) -> Iterator[StatementLine]:
        """The movements of one statement. Refuses ISO-003, ISO-004."""
        return read_statement(path)

    def payer_iban(self, *, bank_code: str) -> str:
        """Our own account at a bank. Refuses ISO-005."""
        return self._banks.payer_iban(bank_code=bank_code)
