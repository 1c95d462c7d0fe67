"""Reading a pain.001 file as a stream, the bank's own way (nothing of the product's reader or writer is used)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from lxml import etree

_NAMES = ("{*}GrpHdr", "{*}PmtInfId", "{*}DbtrAcct", "{*}CdtTrfTxInf")
_AMOUNT = re.compile(r"(\d{1,16})(?:\.(\d{1,2}))?")


class UnreadableFileError(ValueError):
    """The file is no pain.001 the bank can read: it is turned away at the door and nothing is kept of it."""


@dataclass(frozen=True, slots=True)
class Header:
    """The group header's promises: message id, number of transactions, control sum in paisa."""

    message_id: str
    transactions: int
    control_sum: int


@dataclass(frozen=True, slots=True)
class Order:
    """One credit transfer of the file. ``amount`` is in paisa; ``in_rupees`` is false for any other currency."""

    batch_id: str
    debtor_iban: str
    instruction_id: str
    end_to_end_id: str
    uetr: str | None
    amount: int
    in_rupees: bool
    creditor_iban: str


def read_payment_file(file: IO[bytes]) -> Iterator[Header | Order]:
    """The header, then every order. Raises :class:`UnreadableFileError` for what is not well-formed pain.001."""
    batch_id, debtor_iban = "", ""
    try:
        for _, element in etree.iterparse(
            file, events=("end",), tag=_NAMES, resolve_entities=False, no_network=True, load_dtd=False
        ):
            name = etree.QName(element).localname
            if name == "GrpHdr":
                yield Header(
                    message_id=_text(element, "MsgId"),
                    transactions=int(_text(element, "NbOfTxs")),
                    control_sum=_paisa(_text(element, "CtrlSum")),
                )
                element.clear()
            elif name == "PmtInfId":
                batch_id = element.text or ""
            elif name == "DbtrAcct":
                debtor_iban = _text(element, "Id/IBAN")
            elif name == "CdtTrfTxInf":
                yield _order(element, batch_id, debtor_iban)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError, IndexError) as error:
        raise UnreadableFileError("the file is not a readable pain.001") from error


def _order(element: etree._Element, batch_id: str, debtor_iban: str) -> Order:
    """One pass over the children: a file may have millions of orders."""
    ids: dict[str, str] = {}
    amount, currency, creditor_iban = 0, "", ""
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if name == "PmtId":
            ids = {str(each.tag).rpartition("}")[2]: each.text or "" for each in child}
        elif name == "Amt":
            amount, currency = _paisa(child[0].text or ""), child[0].get("Ccy") or ""
        elif name == "CdtrAcct":
            creditor_iban = child[0][0].text or ""
    if not ids.get("InstrId") or not ids.get("EndToEndId") or not currency or not creditor_iban:
        raise ValueError("an order lacks its ids, its amount or its account")
    return Order(
        batch_id=batch_id,
        debtor_iban=debtor_iban,
        instruction_id=ids["InstrId"],
        end_to_end_id=ids["EndToEndId"],
        uetr=ids.get("UETR"),
        amount=amount,
        in_rupees=currency == "PKR",
        creditor_iban=creditor_iban,
    )


def _text(element: etree._Element, path: str) -> str:
    found = element.findtext("/".join(f"{{*}}{part}" for part in path.split("/")))
    if not found:
        raise ValueError(f"no {path}")
    return found


def _paisa(text: str) -> int:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError("an amount is not rupees and paisa")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
