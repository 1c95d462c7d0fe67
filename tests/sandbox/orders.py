"""Accounts and payment files for tests of the bank and of the wire to it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.sandbox.running import Sandbox

from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.iso20022.bank_files import BankFiles
from mazdoor.interfaces.iso20022.camt053 import StatementHeader, StatementLine, read_statement, read_statement_header
from mazdoor.interfaces.iso20022.pain001 import FileHeader, FileSummary, Instruction, write_payment_file
from mazdoor.interfaces.iso20022.pain002 import StatusLine, read_status_report

IMPATIENT = Patience(tries=2, first_wait=0.01)


class Rail(BankFiles):
    """Sending, fetching and reading, all in one place for tests."""

    def write_file(self, path: Path, *, header: FileHeader, instructions: Iterable[Instruction]) -> FileSummary:
        """Write a payment file at ``path``."""
        with path.open("wb") as out:
            return write_payment_file(out, header=header, instructions=instructions)

    def read_status(self, path: Path) -> Iterator[StatusLine]:
        """Lines of a report."""
        return read_status_report(path)

    def read_statement(self, path: Path) -> Iterator[StatementLine]:
        """Lines of a statement."""
        return read_statement(path)

    def read_statement_header(self, path: Path) -> StatementHeader:
        """Balances of a statement."""
        return read_statement_header(path)


def rail_to(bank: Sandbox, folder: Path, patience: Patience = IMPATIENT) -> Rail:
    """The product's rail to the banks of a sandbox."""
    codes = [known["bank_code"] for known in bank.get("/banks")["banks"]]
    return Rail({code: f"{bank.url}/banks/{code}" for code in codes}, folder=folder, patience=patience)


def open_accounts(bank: Sandbox, bank_code: str, number: int) -> list[str]:
    """IBANs of ``number`` accounts of invented people."""
    requests = [
        {"key": f"{bank_code}-{i}", "name": f"Worker {i}", "cnic": f"{i:013d}", "mobile": "03001234567"}
        for i in range(number)
    ]
    answers = bank.post(f"/banks/{bank_code}/accounts/batch", {"requests": requests})["answers"]
    return [answer["iban"] for answer in answers]


def instructions_for(ibans: list[str], *, prefix: str = "P", amount: int = 1_200_000) -> list[Instruction]:
    """One payment of Rs 12,000 to each account."""
    return [
        Instruction(
            f"{prefix}I{i}", f"{prefix}E{i}", str(uuid.UUID(int=i, version=4)), amount, f"Worker {i}", iban, "Ehsaas"
        )
        for i, iban in enumerate(ibans)
    ]


def write_file(rail: Rail, path: Path, bank_code: str, message_id: str, instructions: list[Instruction]) -> Path:
    """A payment file at ``path``."""
    header = FileHeader(
        message_id=message_id,
        payment_information_id=f"{message_id}-1",
        created_at=dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC),
        execution_date=dt.date(2026, 7, 1),
        initiating_party="Mazdoor",
        debtor_name="Government of Pakistan",
        debtor_iban=rail.payer_iban(bank_code=bank_code),
        bank_code=bank_code,
        payment_count=len(instructions),
        control_sum=sum(row.amount for row in instructions),
    )
    rail.write_file(path, header=header, instructions=instructions)
    return path
