"""The sandbox bank pays once, keeps its books through kill -9, and fails only as told."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import httpx
import pytest
from tests.sandbox.orders import instructions_for, open_accounts, rail_to, write_file
from tests.sandbox.running import Sandbox

from mazdoor.interfaces.calling import Patience

RS_12_000 = 1_200_000


@pytest.fixture
def ibans(bank: Sandbox) -> list[str]:
    return open_accounts(bank, "HABB", 20)


def test_a_file_moves_its_money_from_the_payer_to_the_creditors(
    bank: Sandbox, ibans: list[str], tmp_path: Path
) -> None:
    rail = rail_to(bank, tmp_path)
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
    books = bank.get("/banks/HABB/books/summary")
    assert books["settled"] == {"count": 20, "amount": 20 * RS_12_000}
    assert books["payer_balance"] == books["funding"] - 20 * RS_12_000
    assert books["held_by_creditors"] == 20 * RS_12_000
    assert bank.get("/banks/ALFH/books/summary")["settled"]["count"] == 0


def test_the_same_file_twice_pays_once(bank: Sandbox, ibans: list[str], tmp_path: Path) -> None:
    rail = rail_to(bank, tmp_path)
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    for _ in range(3):
        assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
    assert bank.get("/banks/HABB/books/summary")["settled"]["count"] == 20
    assert len(rail.fetch_status(bank_code="HABB", message_id="M1") or []) == 1


def test_other_content_under_a_used_message_id_is_refused(bank: Sandbox, ibans: list[str], tmp_path: Path) -> None:
    rail = rail_to(bank, tmp_path)
    first = write_file(rail, tmp_path / "1.xml", "HABB", "M1", instructions_for(ibans))
    second = write_file(rail, tmp_path / "2.xml", "HABB", "M1", instructions_for(ibans[:3], prefix="Q"))
    assert rail.send(bank_code="HABB", message_id="M1", file_path=first) == "accepted"
    assert rail.send(bank_code="HABB", message_id="M1", file_path=second) == "refused"
    assert bank.get("/banks/HABB/books/summary")["settled"]["count"] == 20


def test_an_instruction_seen_before_is_rejected_in_another_file(
    bank: Sandbox, ibans: list[str], tmp_path: Path
) -> None:
    rail = rail_to(bank, tmp_path)
    rows = instructions_for(ibans)
    for message_id in ("M1", "M2"):
        file = write_file(rail, tmp_path / f"{message_id}.xml", "HABB", message_id, rows)
        assert rail.send(bank_code="HABB", message_id=message_id, file_path=file) == "accepted"
    books = bank.get("/banks/HABB/books/summary")
    assert books["settled"]["count"] == 20
    assert books["rejected"]["count"] == 20
    (report,) = rail.fetch_status(bank_code="HABB", message_id="M2") or []
    payments = [line for line in rail.read_status(report) if line.level == "payment"]
    assert {(line.status, line.reason_code) for line in payments} == {("RJCT", "DU04")}


def test_a_file_whose_sum_is_a_paisa_off_is_rejected_whole(bank: Sandbox, ibans: list[str], tmp_path: Path) -> None:
    rail = rail_to(bank, tmp_path)
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    text = file.read_text().replace('<InstdAmt Ccy="PKR">12000.00', '<InstdAmt Ccy="PKR">11999.99', 1)
    file.write_text(text)
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
    (report,) = rail.fetch_status(bank_code="HABB", message_id="M1") or []
    (line,) = rail.read_status(report)
    assert (line.level, line.status, line.reason_code) == ("file", "RJCT", "AM10")
    books = bank.get("/banks/HABB/books/summary")
    assert books["payer_balance"] == books["funding"]
    assert books["held_by_creditors"] == 0
    assert rail.fetch_statements(bank_code="HABB") == []


def test_a_file_larger_than_the_funds_is_rejected_whole(tmp_path: Path) -> None:
    poor = Sandbox("bank", tmp_path / "poor", "--bank", "HABB", "--funding", str(10 * RS_12_000)).start()
    try:
        ibans = open_accounts(poor, "HABB", 11)
        rail = rail_to(poor, tmp_path)
        file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
        assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
        (report,) = rail.fetch_status(bank_code="HABB", message_id="M1") or []
        assert [line.reason_code for line in rail.read_status(report)] == ["AM04"]
        assert poor.get("/banks/HABB/books/summary")["payer_balance"] == 10 * RS_12_000
    finally:
        poor.stop()


def test_a_time_out_is_unknown_and_the_same_file_again_pays_once(
    bank: Sandbox, ibans: list[str], tmp_path: Path
) -> None:
    bank.fail(seed=1, hold_seconds=5, faults={"payment_file.time_out": {"rate": 1, "times": 1}})
    rail = rail_to(bank, tmp_path)
    hurried = rail_to(bank, tmp_path, Patience(tries=2, first_wait=0.01, seconds=1.0))
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    assert hurried.send(bank_code="HABB", message_id="M1", file_path=file) == "unknown"
    assert bank.get("/banks/HABB/books/summary")["settled"]["count"] == 20  # it was taken all the same
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
    assert bank.get("/banks/HABB/books/summary")["settled"]["count"] == 20


@pytest.mark.parametrize("fault", ["down", "http_500"])
def test_a_bank_that_is_down_took_nothing_and_says_so_later(
    bank: Sandbox, ibans: list[str], tmp_path: Path, fault: str
) -> None:
    bank.fail(seed=1, faults={f"payment_file.{fault}": {"rate": 1, "times": 1}})
    rail = rail_to(bank, tmp_path)
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "unknown"
    assert rail.fetch_status(bank_code="HABB", message_id="M1") is None
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"


def test_a_refused_file_is_refused_and_nothing_of_it_was_taken(bank: Sandbox, ibans: list[str], tmp_path: Path) -> None:
    bank.fail(faults={"payment_file.refuse": {"rate": 1}})
    rail = rail_to(bank, tmp_path)
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", instructions_for(ibans))
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "refused"
    assert rail.fetch_status(bank_code="HABB", message_id="M1") is None


def test_killed_while_taking_files_the_bank_has_each_whole_or_not_at_all(bank: Sandbox, tmp_path: Path) -> None:
    ibans = open_accounts(bank, "HABB", 3000)
    rail = rail_to(bank, tmp_path, Patience(tries=1, first_wait=0.01, seconds=20))
    files = {
        f"M{n}": write_file(rail, tmp_path / f"{n}.xml", "HABB", f"M{n}", instructions_for(ibans, prefix=f"M{n}"))
        for n in range(6)
    }
    answers: dict[str, str] = {}

    def send_all() -> None:
        for message_id, file in files.items():
            answers[message_id] = rail.send(bank_code="HABB", message_id=message_id, file_path=file)

    sender = threading.Thread(target=send_all)
    sender.start()
    while not answers and sender.is_alive():  # killed while the second is taken, on a quick machine and on a slow one
        time.sleep(0.005)
    bank.kill()
    sender.join()
    bank.start()
    rail = rail_to(bank, tmp_path)
    assert "unknown" in answers.values()
    for message_id, answer in answers.items():
        known = rail.fetch_status(bank_code="HABB", message_id=message_id) is not None
        assert known or answer != "accepted", "what was acknowledged is in the books"
    kept = bank.get("/banks/HABB/books/summary")["settled"]["count"]
    assert kept % 3000 == 0
    for message_id, file in files.items():
        assert rail.send(bank_code="HABB", message_id=message_id, file_path=file) == "accepted"
    books = bank.get("/banks/HABB/books/summary")
    assert books["settled"] == {"count": 18_000, "amount": 18_000 * RS_12_000}
    assert books["payer_balance"] == books["funding"] - 18_000 * RS_12_000


def test_a_misspelt_fault_is_refused(bank: Sandbox) -> None:
    answer = httpx.put(f"{bank.url}/admin/faults", json={"faults": {"payment_file.timeout": {"rate": 1}}})
    assert answer.status_code == 400
    assert bank.get("/admin/faults")["faults"] == {}


def test_days_tell_the_late_the_returned_the_repeated_and_the_unknown(bank: Sandbox, tmp_path: Path) -> None:
    ibans = open_accounts(bank, "HABB", 200)
    closed = ibans[7]
    bank.post("/banks/HABB/accounts/close", {"iban": closed})
    bank.fail(
        seed=3,
        faults={
            "transaction.reject": {"rate": 0.05},
            "transaction.return": {"rate": 0.1},
            "transaction.late": {"first": 1},
            "transaction.hold": {"rate": 0.02},
            "entry.late": {"first": 1},
            "entry.twice": {"first": 1},
            "statement.unknown_reference": {"first": 1},
            "report.twice": {"rate": 1},
        },
    )
    rail = rail_to(bank, tmp_path / "in")
    rows = instructions_for(ibans)
    rows[11] = rows[11]._replace(creditor_iban="PK36SCBL0000001123456702")
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", rows)
    assert rail.send(bank_code="HABB", message_id="M1", file_path=file) == "accepted"
    reports = rail.fetch_status(bank_code="HABB", message_id="M1") or []
    assert len(reports) == 2, "told twice"
    assert reports[0] != reports[1]
    assert [s.end_to_end_id for s in rail.read_status(reports[0])] == [
        s.end_to_end_id for s in rail.read_status(reports[1])
    ]

    lines, since, statements = [], 0, []
    while found := rail.fetch_statements(bank_code="HABB", since=since):
        for sequence, path in found:
            header = rail.read_statement_header(path)
            statements.append(header)
            lines.append((sequence, list(rail.read_statement(path))))
            since = sequence
    books = bank.get("/banks/HABB/books/summary")
    everything = [(sequence, line) for sequence, group in lines for line in group]
    references = [line.bank_reference for _, line in everything]
    assert len(references) - len(set(references)) == 1, "exactly one entry is told twice"
    once = {line.bank_reference: line for _, line in everything}.values()
    debited = sum(line.amount or 0 for line in once if not line.credit)
    returned = [line for line in once if line.credit and line.reason_code]
    strangers = [line for line in once if line.credit and not line.reason_code]
    assert debited == books["settled"]["amount"] + books["returned"]["amount"]
    assert sum(line.amount or 0 for line in returned) == books["returned"]["amount"] > 0
    assert [line.end_to_end_id[:8] for line in strangers] == ["STRANGER"]
    assert any(line.end_to_end_id == "PE7" and line.reason_code == "AC04" for line in returned)
    for before, after in itertools.pairwise(statements):
        assert before.closing_amount == after.opening_amount
    assert statements[-1].closing_amount == books["payer_balance"]
    reports = rail.fetch_status(bank_code="HABB", message_id="M1") or []
    final = {
        line.end_to_end_id: line.status
        for report in reports
        for line in rail.read_status(report)
        if line.status != "ACCP"
    }
    assert len(final) == 200
    assert sum(status == "RJCT" for status in final.values()) == books["rejected"]["count"] > 1
    assert sum(status == "ACSP" for status in final.values()) == books["held"]["count"] > 0
    assert len(reports) == 3, "and the late settlement has a report of its own"


def test_the_same_seed_fails_the_same_payments_in_another_bank_process(bank: Sandbox, tmp_path: Path) -> None:
    other = Sandbox("bank", tmp_path / "other", "--bank", "HABB").start()
    try:
        states = []
        for sandbox in (bank, other):
            sandbox.fail(seed=9, faults={"transaction.return": {"rate": 0.3}})
            rail = rail_to(sandbox, tmp_path / sandbox.home.name / "in")
            rows = instructions_for(open_accounts(sandbox, "HABB", 100))
            file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", rows)
            rail.send(bank_code="HABB", message_id="M1", file_path=file)
            sandbox.post("/banks/HABB/admin/close-day", {})
            states.append([p["state"] for p in sandbox.get("/banks/HABB/books/payments")["payments"]])
        assert states[0] == states[1]
        assert 10 < states[0].count("returned") < 50
    finally:
        other.stop()
