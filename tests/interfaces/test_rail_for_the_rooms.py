"""The rail gives the payments and reconciliation rooms what their ports ask for, over the real wire."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.sandbox.orders import IMPATIENT, open_accounts
from tests.sandbox.running import Sandbox

from mazdoor.delivery.payments.ports import PaymentFileFormat, PaymentFileHeader, PaymentLine, PaymentRail
from mazdoor.delivery.reconciliation.ports import StatementReader, StatusReader
from mazdoor.interfaces.iso20022.bank_files import BankFiles
from mazdoor.interfaces.iso20022.rail import BankRail, Camt053Reader, Pain001Format, Pain002Reader
from mazdoor.kernel.refusals import Refusal


def test_a_payment_goes_out_and_its_report_and_statement_come_back(bank: Sandbox, tmp_path: Path) -> None:
    banks = BankFiles({"HABB": f"{bank.url}/banks/HABB"}, folder=tmp_path / "in", patience=IMPATIENT)
    file_format: PaymentFileFormat = Pain001Format()
    rail: PaymentRail = BankRail(banks)
    reports: StatusReader = Pain002Reader()
    statements: StatementReader = Camt053Reader()
    (iban,) = open_accounts(bank, "HABB", 1)
    header = PaymentFileHeader(
        "M1", "M1-1", dt.datetime(2026, 7, 1, tzinfo=dt.UTC), dt.date(2026, 7, 1), "Mazdoor", "Government",
        banks.payer_iban(bank_code="HABB"), "HABB", 1, 1_200_000, "SSBE",
    )  # fmt: skip
    line = PaymentLine("I1", "E1", "", 1_200_000, "Bibi Ayesha", iban, "")
    file = tmp_path / "f.xml"
    with file.open("wb") as out:
        written = file_format.write(out, header=header, instructions=[line])
    assert (written.count, written.control_sum) == (1, 1_200_000)
    assert rail.fetch_status(bank_code="HABB", message_id="M1") == []
    assert rail.send(bank_code="HABB", message_id="M1", file=file) == "accepted"
    (report,) = rail.fetch_status(bank_code="HABB", message_id="M1")
    assert [(s.level, s.end_to_end_id, s.status) for s in reports.read(report)] == [
        ("file", "", "ACCP"), ("payment", "E1", "ACSC"),
    ]  # fmt: skip
    (statement,) = rail.fetch_statement(bank_code="HABB", since=0)
    head = statements.head(statement)
    assert head.opening_amount is not None
    assert head.closing_amount == head.opening_amount - 1_200_000
    (movement,) = statements.read(statement)
    assert (movement.end_to_end_id, movement.credit, movement.amount, movement.booked) == ("E1", False, 1_200_000, True)
    assert movement.booked_on == dt.date(2026, 7, 1)
    assert rail.fetch_statement(bank_code="HABB", since=1) == []


def test_a_bank_that_cannot_be_asked_raises_and_one_without_an_address_is_refused(
    bank: Sandbox, tmp_path: Path
) -> None:
    bank.kill()
    banks = BankFiles({"HABB": f"{bank.url}/banks/HABB"}, folder=tmp_path, patience=IMPATIENT)
    rail = BankRail(banks)
    with pytest.raises(ConnectionError):
        rail.fetch_status(bank_code="HABB", message_id="M1")
    with pytest.raises(Refusal, match="ISO-005"):
        rail.fetch_status(bank_code="MEZN", message_id="M1")


def test_a_report_that_breaks_off_on_the_way_is_fetched_again(bank: Sandbox, tmp_path: Path) -> None:
    bank.fail(hold_seconds=0, faults={"statements.time_out": {"rate": 1, "times": 1}})
    banks = BankFiles({"HABB": f"{bank.url}/banks/HABB"}, folder=tmp_path, patience=IMPATIENT)
    assert banks.fetch_statements(bank_code="HABB") == []
