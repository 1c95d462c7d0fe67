"""Writing pain.002.001.12 and camt.053.001.08 as streams of bytes, row by row from the books."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from itertools import chain
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"
_CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_TRANSACTION_CODE = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
)
_CODES = {
    "debit": _TRANSACTION_CODE.format(family="ICDT", sub="DMCT"),
    "return": _TRANSACTION_CODE.format(family="ICDT", sub="RRTN"),
    "unknown": _TRANSACTION_CODE.format(family="RCDT", sub="DMCT"),
}


def rupees(paisa: int) -> str:
    """``1234567`` as ``12345.67``."""
    return f"{paisa // 100}.{paisa % 100:02d}"


def status_report(db: sqlite3.Connection, bank_code: str, message_id: str, number: int) -> Iterator[bytes] | None:
    """One pain.002 on a file, or ``None`` where there is no such report."""
    report = db.execute(
        "SELECT covers_day, created_at FROM reports WHERE bank_code = ? AND message_id = ? AND number = ?",
        (bank_code, message_id, number),
    ).fetchone()
    if report is None:
        return None
    state, reason, count, control_sum = db.execute(
        "SELECT state, reason, transactions, control_sum FROM files WHERE bank_code = ? AND message_id = ?",
        (bank_code, message_id),
    ).fetchone()
    covers_day, created_at = report
    values: tuple[str | int, ...]
    if covers_day is None:
        column, where, values = "first_status", "", (bank_code, message_id)
    else:
        column, where, values = "later_status", "AND later_day = ?", (bank_code, message_id, covers_day)
    rows = db.execute(
        f"SELECT batch_id, instruction_id, end_to_end_id, uetr, {column}, reason, id FROM payments "
        f"WHERE bank_code = ? AND message_id = ? {where} ORDER BY id",
        values,
    )
    head = (
        f'{_XML}<Document xmlns="{_PAIN_002}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{bank_code}-{escape(message_id)[:20]}-{number}</MsgId><CreDtTm>{created_at}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(message_id)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><OrgnlNbOfTxs>{count}</OrgnlNbOfTxs>"
        f"<OrgnlCtrlSum>{rupees(control_sum)}</OrgnlCtrlSum>"
    )
    if state == "rejected":
        head += f"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>"
    elif covers_day is None:
        head += "<GrpSts>ACCP</GrpSts>"
    return chain(
        [(head + "</OrgnlGrpInfAndSts>").encode()],
        _status_lines(rows),
        [b"</CstmrPmtStsRpt></Document>\n"],
    )


def _status_lines(rows: Iterator[tuple[str, str, str, str | None, str, str | None, int]]) -> Iterator[bytes]:
    open_batch: str | None = None
    lines: list[str] = []
    for batch_id, instruction_id, end_to_end_id, uetr, status, reason, payment in rows:
        if batch_id != open_batch:
            if open_batch is not None:
                lines.append("</OrgnlPmtInfAndSts>")
            lines.append(f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(batch_id)}</OrgnlPmtInfId>")
            open_batch = batch_id
        why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if status == "RJCT" else ""
        lines.append(
            f"<TxInfAndSts><StsId>{payment}</StsId><OrgnlInstrId>{escape(instruction_id)}</OrgnlInstrId>"
            f"<OrgnlEndToEndId>{escape(end_to_end_id)}</OrgnlEndToEndId>"
            f"{f'<OrgnlUETR>{escape(uetr)}</OrgnlUETR>' if uetr else ''}"
            f"<TxSts>{status}</TxSts>{why}<AcctSvcrRef>{payment}</AcctSvcrRef></TxInfAndSts>\n"
        )
        if len(lines) >= 2000:
            yield "".join(lines).encode()
            lines.clear()
    if open_batch is not None:
        lines.append("</OrgnlPmtInfAndSts>")
    yield "".join(lines).encode()


def statement(db: sqlite3.Connection, bank_code: str, number: int) -> Iterator[bytes] | None:
    """One camt.053 of the payer's account, or ``None`` where there is no such statement."""
    found = db.execute(
        "SELECT statements.day, opening, closing, created_at, payer_iban, first_date FROM statements JOIN banks USING (bank_code) "
        "WHERE bank_code = ? AND number = ?",
        (bank_code, number),
    ).fetchone()
    if found is None:
        return None
    day, opening, closing, created_at, iban, first_date = found
    date = (dt.date.fromisoformat(first_date) + dt.timedelta(days=day)).isoformat()
    rows = db.execute(
        "SELECT e.id, e.kind, e.amount, p.message_id, p.batch_id, p.instruction_id, p.end_to_end_id, p.uetr, p.reason "
        "FROM entries AS e LEFT JOIN payments AS p ON p.id = e.payment WHERE e.bank_code = ?1 AND e.statement = ?2 "
        "UNION ALL "
        "SELECT e.id, e.kind, e.amount, p.message_id, p.batch_id, p.instruction_id, p.end_to_end_id, p.uetr, p.reason "
        "FROM entries AS e LEFT JOIN payments AS p ON p.id = e.payment WHERE e.bank_code = ?1 AND e.repeated_in = ?2",
        (bank_code, number),
    )
    head = (
        f'{_XML}<Document xmlns="{_CAMT_053}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{bank_code}-STATEMENT-{number}</MsgId><CreDtTm>{created_at}</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{bank_code}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{created_at}</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>PKR</Ccy></Acct>"
        f"{_balance('OPBD', opening, date)}{_balance('CLBD', closing, date)}"
    )
    return chain([head.encode()], _entries(rows, date), [b"</Stmt></BkToCstmrStmt></Document>\n"])


def _balance(code: str, paisa: int, date: str) -> str:
    sign = "CRDT" if paisa >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="PKR">{rupees(abs(paisa))}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>"
    )


def _entries(
    rows: Iterator[tuple[int, str, int, str, str, str, str, str | None, str | None]], date: str
) -> Iterator[bytes]:
    lines: list[str] = []
    for entry, kind, paisa, message_id, batch_id, instruction_id, end_to_end_id, uetr, reason in rows:
        sign = "DBIT" if kind == "debit" else "CRDT"
        amount = f'<Amt Ccy="PKR">{rupees(paisa)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        if kind == "unknown":
            refs, more = f"<EndToEndId>STRANGER-{entry}</EndToEndId>", "<RmtInf><Ustrd>school fees</Ustrd></RmtInf>"
        else:
            refs = (
                f"<MsgId>{escape(message_id)}</MsgId><PmtInfId>{escape(batch_id)}</PmtInfId>"
                f"<InstrId>{escape(instruction_id)}</InstrId><EndToEndId>{escape(end_to_end_id)}</EndToEndId>"
                f"{f'<UETR>{escape(uetr)}</UETR>' if uetr else ''}"
            )
            more = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if kind == "return" else ""
        lines.append(
            f"<Ntry><NtryRef>{entry}</NtryRef>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{date}</Dt></BookgDt>"
            f"<ValDt><Dt>{date}</Dt></ValDt><AcctSvcrRef>{entry}</AcctSvcrRef>{_CODES[kind]}"
            f"<NtryDtls><TxDtls><Refs>{refs}</Refs>{amount}{more}</TxDtls></NtryDtls></Ntry>\n"
        )
        if len(lines) >= 2000:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()
