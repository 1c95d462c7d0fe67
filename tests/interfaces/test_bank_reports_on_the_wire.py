"""What banks send is read line by line: none stops the others, nothing is guessed, nothing outside the file is touched."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from tests.interfaces.schemas import check_against_schema
from tests.sandbox.orders import instructions_for, open_accounts, rail_to, write_file
from tests.sandbox.running import Sandbox

from mazdoor.interfaces.iso20022.camt053 import read_statement, read_statement_header
from mazdoor.interfaces.iso20022.pain002 import read_status_report
from mazdoor.kernel.refusals import Refusal

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"


def statement(entries: str, version: str = "08", more: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{more}<Document xmlns="{CAMT.format(version=version)}"><BkToCstmrStmt><GrpHdr><MsgId>M'
        "</MsgId></GrpHdr><Stmt><Id>S-1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><IBAN>PK36HABBSANDBOX000000000</IBAN>"
        '</Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="PKR">100.05</Amt><CdtDbtInd>DBIT'
        f"</CdtDbtInd></Bal>{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str = '<Amt Ccy="PKR">12.50</Amt>', sign: str = "CRDT", details: str = "") -> str:
    return (
        f"<Ntry><NtryRef>N1</NtryRef>{amount}<CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>2026-07-02</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(end_to_end_id: str, amount: str = "") -> str:
    return f"<TxDtls><Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>{amount}</TxDtls>"


def report(body: str, version: str = "12") -> bytes:
    return (
        f'<Document xmlns="{PAIN.format(version=version)}"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId></GrpHdr>{body}'
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def test_what_the_sandbox_bank_sends_is_valid_against_the_schemas(bank: Sandbox, tmp_path: Path) -> None:
    rail = rail_to(bank, tmp_path / "in")
    bank.fail(
        seed=2,
        faults={
            "transaction.return": {"rate": 0.2},
            "transaction.reject": {"rate": 0.2},
            "transaction.late": {"rate": 0.2},
            "statement.unknown_reference": {"rate": 1},
        },
    )
    rows = instructions_for(open_accounts(bank, "HABB", 30))
    file = write_file(rail, tmp_path / "f.xml", "HABB", "M1", rows)
    check_against_schema(file, "pain.001.001.09")
    rail.send(bank_code="HABB", message_id="M1", file_path=file)
    since = 0
    while since < 5 and (found := rail.fetch_statements(bank_code="HABB", since=since)):
        for _, path in found:
            check_against_schema(path, "camt.053.001.08")
        since = found[-1].sequence
    reports = rail.fetch_status(bank_code="HABB", message_id="M1") or []
    assert len(reports) == 2
    assert since >= 2
    for path in reports:
        check_against_schema(path, "pain.002.001.12")


def test_any_version_of_a_status_report_is_read() -> None:
    body = (
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId>"
        "<TxInfAndSts><OrgnlInstrId>I1</OrgnlInstrId><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>"
    )
    for version in ("03", "10", "12", "15"):
        whole, line = read_status_report(report(body, version))
        assert (whole.level, whole.message_id, whole.status) == ("file", "M1", "PART")
        assert (line.level, line.instruction_id, line.end_to_end_id) == ("payment", "I1", "E1")
        assert (line.payment_information_id, line.status, line.reason_code, line.reason_text) == (
            "B1", "RJCT", "AC04", "closed",
        )  # fmt: skip


def test_a_batch_rejected_without_lines_speaks_for_all_of_it() -> None:
    body = (
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B2</OrgnlPmtInfId><TxInfAndSts><TxSts>ACSC</TxSts></TxInfAndSts>"
        "</OrgnlPmtInfAndSts>"
    )
    lines = list(read_status_report(report(body)))
    assert [(line.level, line.payment_information_id, line.status, line.reason_code) for line in lines] == [
        ("batch", "B1", "RJCT", "AM04"),
        ("payment", "B2", "ACSC", ""),
    ]


def test_an_entry_of_many_details_gives_a_line_for_each() -> None:
    content = statement(
        entry(
            '<Amt Ccy="PKR">30.00</Amt>',
            "DBIT",
            detail("E1", '<Amt Ccy="PKR">10.00</Amt>') + detail("E2", '<Amt Ccy="PKR">20.00</Amt>'),
        )
    )
    lines = list(read_statement(content))
    assert [(line.end_to_end_id, line.amount, line.credit) for line in lines] == [
        ("E1", 1000, False),
        ("E2", 2000, False),
    ]


def test_the_only_detail_of_an_entry_may_leave_the_amount_to_it() -> None:
    (line,) = read_statement(statement(entry(details=detail("E1"))))
    assert (line.end_to_end_id, line.amount, line.problem) == ("E1", 1250, "")
    first, second = read_statement(statement(entry(details=detail("E1") + detail("E2"))))
    assert (first.amount, first.problem, second.amount, second.problem) == (None, "Amt", None, "Amt")


def test_an_entry_without_details_is_a_line_itself() -> None:
    (line,) = read_statement(statement(entry()))
    assert (line.entry_reference, line.end_to_end_id, line.amount, line.credit) == ("N1", "", 1250, True)


@pytest.mark.parametrize(
    ("rotten", "problem"),
    [
        (entry('<Amt Ccy="PKR">twelve</Amt>'), "Amt"),
        (entry('<Amt Ccy="PKR">12.505</Amt>'), "Amt"),
        (entry('<Amt Ccy="USD">12.50</Amt>'), "Ccy"),
        (entry(sign="DEBIT"), "CdtDbtInd"),
        (entry(details=detail("E9", '<Amt Ccy="PKR">-1</Amt>')), "TxDtls/Amt"),
    ],
)
def test_a_rotten_line_says_so_and_does_not_stop_the_others(rotten: str, problem: str) -> None:
    lines = list(read_statement(statement(entry() + rotten + entry())))
    assert [line.amount for line in lines] == [1250, None, 1250]
    assert lines[1].problem == problem


def test_balances_carry_their_sign_and_are_read_without_the_entries() -> None:
    header = read_statement_header(statement(entry()))
    assert header == ("S-1", 1, "PK36HABBSANDBOX000000000", -10_005, None)


@pytest.mark.parametrize("version", ["02", "06", "08", "13"])
def test_any_version_of_a_statement_is_read(version: str) -> None:
    assert [line.amount for line in read_statement(statement(entry(), version))] == [1250]


def test_a_file_cut_off_is_refused() -> None:
    content = statement(entry() * 50)
    with pytest.raises(Refusal, match="ISO-003"):
        list(read_statement(content[: len(content) * 2 // 3]))


@pytest.mark.parametrize("content", [b"", b"Dear customer,", b"<html><Stmt/></html>", report("<OrgnlPmtInfId/>")])
def test_a_file_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="ISO-003"):
        list(read_statement(content))


def test_a_file_with_a_document_type_is_refused_and_its_entities_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("PKR 1000000")
    declared = f'<!DOCTYPE Document [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(Refusal, match="ISO-004"):
        list(read_statement(statement(entry(details=detail("&x;")), more=declared)))


def test_reading_a_hundred_thousand_lines_takes_no_more_memory_than_ten(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    one = detail("E1", '<Amt Ccy="PKR">10.00</Amt>')
    with path.open("wb") as file:
        head, tail = statement("|").split(b"|")
        file.write(head + b'<Ntry><Amt Ccy="PKR">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls>')
        for _ in range(1000):
            file.write(one.encode() * 100)
        file.write(b"</NtryDtls></Ntry>" + tail)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for line in read_statement(path) if line.amount == 1000) == 100_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 12_000, f"{grown} KiB for a file of {path.stat().st_size // 1024} KiB"
