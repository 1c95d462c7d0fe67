"""Reading camt.053 (any version) as a stream: what moved on our account, line by line.

A line is one transaction detail, or the entry itself where it has none. A line that cannot be understood carries its
``problem`` and no amount: it never stops the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from mazdoor.interfaces.iso20022.refusals import NOT_READABLE
from mazdoor.interfaces.iso20022.streams import Source, forget, local_name, opened, paisa_of, text_at, walk


class StatementHeader(NamedTuple):
    """One statement: its id and number, our account, and its balances in paisa (negative when overdrawn).

    The balances are ``None`` where the bank does not give them (or gives them as something we cannot read).
    """

    statement_id: str
    sequence: int | None
    account_iban: str
    opening_amount: int | None
    closing_amount: int | None


class StatementLine(NamedTuple):
    """One movement. ``amount`` in paisa, ``credit`` when it came to us; ``reason_code`` says why a payment came back.

    ``entry_reference`` and ``bank_reference`` are the bank's own: the same line told twice has the same ones. ``status`` is
    BOOK for money that has moved, PDNG for money that has not. ``problem`` names the field that could not be read.
    """

    statement_id: str
    entry_reference: str
    bank_reference: str
    message_id: str
    payment_information_id: str
    instruction_id: str
    end_to_end_id: str
    uetr: str
    credit: bool
    reversal: bool
    amount: int | None
    currency: str
    status: str
    booking_date: dt.date | None
    value_date: dt.date | None
    reason_code: str
    reason_text: str
    text: str
    problem: str


class _Entry(NamedTuple):
    """What an entry says for all its details."""

    reference: str
    bank_reference: str
    amount: int | None
    currency: str
    credit: bool
    sign_known: bool
    reversal: bool
    status: str
    booking_date: dt.date | None
    value_date: dt.date | None


_NAMES = ("Id", "Ntry", "TxDtls")
_SIGNS = frozenset({"CRDT", "DBIT"})


def read_statement(source: Source) -> Iterator[StatementLine]:
    """Every movement in the order of the file, memory flat in its length (also for one entry of a million details).

    Refuses ISO-003 (also in the middle, when the file breaks off: forget what came) and ISO-004.
    """
    statement_id = ""
    entry: _Entry | None = None
    held: StatementLine | None = None  # one line back: whether an entry has one detail is known at the next
    details = 0
    with opened(source) as file:
        for name, element in walk(file, _NAMES, kind="camt.053"):
            if name == "Id":
                parent = element.getparent()
                if parent is not None and str(parent.tag).endswith("}Stmt"):
                    statement_id = (element.text or "").strip()
            elif name == "TxDtls":
                if entry is None:
                    entry = _entry(_ancestor(element, "Ntry"))
                if held is not None:
                    yield held
                held = _line(statement_id, entry, element)
                details += 1
                forget(element)
            elif name == "Ntry":
                entry = entry or _entry(element)
                if held is not None:
                    yield _alone(held, entry) if details == 1 else held
                else:
                    yield _line(statement_id, entry, None)
                entry, held, details = None, None, 0
                forget(element)


def read_statement_header(source: Source) -> StatementHeader:
    """The statement's id, account and balances: read from its beginning, the movements are not looked at."""
    with opened(source) as file:
        for name, element in walk(file, ("Ntry", "Stmt"), kind="camt.053"):
            statement = element if name == "Stmt" else _ancestor(element, "Stmt")
            sequence = text_at(statement, "ElctrncSeqNb")
            return StatementHeader(
                statement_id=text_at(statement, "Id"),
                sequence=int(sequence) if sequence.isdigit() else None,
                account_iban=text_at(statement, "Acct/Id/IBAN"),
                opening_amount=_balance(statement, "OPBD"),
                closing_amount=_balance(statement, "CLBD"),
            )
    raise NOT_READABLE.because(kind="camt.053")


def _ancestor(element: etree._Element, name: str) -> etree._Element:
    for above in element.iterancestors(f"{{*}}{name}"):
        return above
    raise NOT_READABLE.because(kind="camt.053")


def _balance(statement: etree._Element, code: str) -> int | None:
    for balance in statement.iterfind("{*}Bal"):
        if text_at(balance, "Tp/CdOrPrtry/Cd") == code:
            paisa = paisa_of(balance.findtext("{*}Amt"))
            return -paisa if paisa is not None and text_at(balance, "CdtDbtInd") == "DBIT" else paisa
    return None


def _entry(element: etree._Element) -> _Entry:
    """What stands before an entry's details. One pass over the children: a statement may have millions of entries."""
    reference = bank_reference = currency = sign = reversal = status = ""
    amount: int | None = None
    booking_date = value_date = None
    for child in element:
        name = local_name(child)
        if name == "Amt":
            amount, currency = paisa_of(child.text), child.get("Ccy") or ""
        elif name == "CdtDbtInd":
            sign = _text(child)
        elif name == "NtryRef":
            reference = _text(child)
        elif name == "AcctSvcrRef":
            bank_reference = _text(child)
        elif name == "Sts":
            status = text_at(child, "Cd") or _text(child)
        elif name == "BookgDt":
            booking_date = _date(child)
        elif name == "ValDt":
            value_date = _date(child)
        elif name == "RvslInd":
            reversal = _text(child)
        elif name == "NtryDtls":
            break
    return _Entry(
        reference=reference,
        bank_reference=bank_reference,
        amount=amount,
        currency=currency,
        credit=sign == "CRDT",
        sign_known=sign in _SIGNS,
        reversal=reversal == "true",
        status=status,
        booking_date=booking_date,
        value_date=value_date,
    )


def _line(statement_id: str, entry: _Entry, details: etree._Element | None) -> StatementLine:
    amount, currency, credit, sign_known = entry.amount, entry.currency, entry.credit, entry.sign_known
    refs: dict[str, str] = {}
    reason_code = reason_text = text = ""
    missing = "Amt"
    if details is not None:
        amount = None
        for child in details:
            name = local_name(child)
            if name == "Refs":
                refs = {local_name(ref): _text(ref) for ref in child}
            elif name == "Amt":
                amount, currency, missing = paisa_of(child.text), child.get("Ccy") or "", "TxDtls/Amt"
            elif name == "AmtDtls" and missing == "Amt":
                own = child.find("{*}TxAmt/{*}Amt")
                if own is not None:
                    amount, currency, missing = paisa_of(own.text), own.get("Ccy") or "", "TxDtls/Amt"
            elif name == "CdtDbtInd":
                credit, sign_known = _text(child) == "CRDT", _text(child) in _SIGNS
            elif name == "RtrInf":
                reason_code = text_at(child, "Rsn/Cd") or text_at(child, "Rsn/Prtry")
                reason_text = text_at(child, "AddtlInf")
            elif name == "RmtInf":
                text = text_at(child, "Ustrd")
    problem = "" if sign_known else "CdtDbtInd"
    if amount is None:
        problem = missing
    elif currency != "PKR":
        problem = "Ccy"
    return StatementLine(
        statement_id=statement_id,
        entry_reference=entry.reference,
        bank_reference=refs.get("AcctSvcrRef") or entry.bank_reference,
        message_id=refs.get("MsgId", ""),
        payment_information_id=refs.get("PmtInfId", ""),
        instruction_id=refs.get("InstrId", ""),
        end_to_end_id=refs.get("EndToEndId", ""),
        uetr=refs.get("UETR", ""),
        credit=credit,
        reversal=entry.reversal,
        amount=None if problem else amount,
        currency=currency,
        status=entry.status,
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        reason_code=reason_code,
        reason_text=reason_text,
        text=text,
        problem=problem,
    )


def _alone(line: StatementLine, entry: _Entry) -> StatementLine:
    """The only detail of an entry may leave its amount to the entry."""
    if line.problem == "Amt" and entry.amount is not None and entry.currency == "PKR":
        return line._replace(amount=entry.amount, problem="")
    return line


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _date(element: etree._Element) -> dt.date | None:
    """The day of a date or of a date with time, each in its own child."""
    for child in element:
        return _parsed_date(_text(child)[:10])
    return None


@lru_cache(maxsize=1024)
def _parsed_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
