"""What we write is valid pain.001, to the paisa, in permitted letters, and refused where it could not be."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import resource
from pathlib import Path

import pytest
from lxml import etree
from tests.interfaces.schemas import check_against_schema

from mazdoor.interfaces.iso20022.charset import is_identifier, permitted_name, permitted_text
from mazdoor.interfaces.iso20022.pain001 import NAMESPACE, FileHeader, Instruction, write_payment_file
from mazdoor.kernel.refusals import Refusal

HEADER = FileHeader(
    message_id="EEC-2026-07-HABB-1",
    payment_information_id="EEC-2026-07-HABB-1-1",
    created_at=dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC),
    execution_date=dt.date(2026, 7, 2),
    initiating_party="Mazdoor <registry> & payments",
    debtor_name="Government of Pakistan",
    debtor_iban="PK36HABBSANDBOX000000000",
    bank_code="HABB",
    payment_count=3,
    control_sum=1_200_000 + 1_200_001 + 5,
)
ROWS = [
    Instruction(
        "I1", "E1", "6fa459ea-ee8a-4ca4-894e-db77e160355e", 1_200_000, "Bibi Ayesha", "PK36HABBSANDBOX000000001"
    ),
    Instruction("I2", "E2", "", 1_200_001, "محمد اسلم", "PK36HABBSANDBOX000000002", "Rs 12,000 <احساس>"),
    Instruction("I3", "E3", "", 5, "O'Brien & Søns; <Ltd>", "PK36HABBSANDBOX000000003"),
]


def written(header: FileHeader, rows: list[Instruction]) -> bytes:
    out = io.BytesIO()
    write_payment_file(out, header=header, instructions=rows)
    return out.getvalue()


def test_a_written_file_is_valid_pain_001(tmp_path: Path) -> None:
    path = tmp_path / "f.xml"
    with path.open("wb") as out:
        summary = write_payment_file(out, header=HEADER, instructions=ROWS)
    check_against_schema(path, "pain.001.001.09")
    content = path.read_bytes()
    assert summary == (3, 2_400_006, hashlib.sha256(content).hexdigest(), len(content))


def test_amounts_and_control_sum_are_exact() -> None:
    tree = etree.fromstring(written(HEADER, ROWS))
    names = {"p": NAMESPACE}
    amounts = tree.xpath("//p:InstdAmt/text()", namespaces=names)
    assert amounts == ["12000.00", "12000.01", "0.05"]
    assert tree.xpath("//p:CtrlSum/text()", namespaces=names) == ["24000.06", "24000.06"]
    assert tree.xpath("//p:NbOfTxs/text()", namespaces=names) == ["3", "3"]


def test_names_go_out_in_permitted_letters_only() -> None:
    tree = etree.fromstring(written(HEADER, ROWS))
    assert tree.xpath("//p:Cdtr/p:Nm/text()", namespaces={"p": NAMESPACE}) == [
        "Bibi Ayesha",
        "Mhmd Aslm",
        "O'Brien Sns Ltd",
    ]


@pytest.mark.parametrize(
    ("given", "goes_out"),
    [
        ("عائشہ بی بی", "Aayshh By By"),
        ("Gul  Zaré", "Gul Zare"),
        ("۱۲۳ ٹیسٹ", "123 Tyst"),
        ("👷", ""),
    ],
)
def test_a_name_is_written_over_letter_by_letter(given: str, goes_out: str) -> None:
    assert permitted_name(given) == goes_out


def test_text_is_cut_at_its_longest() -> None:
    assert permitted_text("a" * 200, 140) == "a" * 140


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [("A" * 35, True), ("A" * 36, False), ("", False), ("A B", False), ("A<B", False), ("/A", False), ("A//B", False)],
)
def test_an_identifier_has_1_to_35_permitted_characters(identifier: str, fits: bool) -> None:
    assert is_identifier(identifier) is fits


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"instruction_id": "I" * 36}, "InstrId"),
        ({"end_to_end_id": "E 1"}, "EndToEndId"),
        ({"uetr": "not-a-uuid"}, "UETR"),
        ({"amount": 0}, "InstdAmt"),
        ({"amount": -5}, "InstdAmt"),
        ({"amount": 12.0}, "InstdAmt"),
        ({"amount": True}, "InstdAmt"),
        ({"creditor_name": "👷"}, "Cdtr"),
        ({"creditor_iban": "12345"}, "CdtrAcct"),
    ],
)
def test_a_payment_that_does_not_fit_the_wire_is_refused_by_field(change: dict[str, object], field: str) -> None:
    rows = [ROWS[0]._replace(**change), *ROWS[1:]]  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        written(HEADER, rows)
    assert refused.value.code == "ISO-002"
    assert refused.value.details == {"row": 1, "field": field}


@pytest.mark.parametrize("rows", [ROWS[:2], [*ROWS, ROWS[0]], [ROWS[0]._replace(amount=1_199_999), *ROWS[1:]]])
def test_a_file_that_would_not_hold_what_was_released_is_refused(rows: list[Instruction]) -> None:
    with pytest.raises(Refusal, match="ISO-001"):
        written(HEADER, rows)


def test_a_hundred_thousand_payments_take_no_more_memory_than_ten(tmp_path: Path) -> None:
    count = 100_000
    header = HEADER._replace(payment_count=count, control_sum=count * 1_200_000)
    rows = (
        Instruction(f"I{i}", f"E{i}", "", 1_200_000, "Bibi Ayesha", "PK36HABBSANDBOX000000001") for i in range(count)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (tmp_path / "big.xml").open("wb") as out:
        summary = write_payment_file(out, header=header, instructions=rows)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert summary.size > 24_000_000
    assert grown < 12_000, f"{grown} KiB for a file of {summary.size // 1024} KiB"
