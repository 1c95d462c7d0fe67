"""A bank on paper: it takes files, and says what a test lets it say, in any order, twice, or wrongly.

It keeps honest books of its own, so that what the system believes can be held against them. Its reports and statements
are JSON lines behind the same ports the ISO 20022 readers implement; the real wire is used in the tests of the sandbox.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from mazdoor.delivery.payments.ports import SendAnswer
from mazdoor.delivery.reconciliation.ports import Source, StatementHead, StatementLine, StatusLine

DAY = dt.date(2026, 7, 2)


@dataclass
class Order:
    """One payment the bank was told to make."""

    reference: str
    amount: int
    message_id: str
    state: str = "taken"  # taken, rejected, paid, returned


@dataclass
class PaperBank:
    """One bank. ``answers`` are given to the next sends, in order; afterwards it accepts."""

    code: str
    opening: int
    answers: list[SendAnswer] = field(default_factory=list)
    hears_unknown: bool = True
    files: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    sends: list[str] = field(default_factory=list)
    entries: int = 0
    statements: int = 0
    balance: int = 0
    reports: dict[str, list[bytes]] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.balance = self.opening

    # --- taking files -----------------------------------------------------------------------------------------------

    def take(self, message_id: str, content: str) -> SendAnswer:
        """Take a file once; a message id with other content is an error of the sender and fails the test."""
        self.sends.append(message_id)
        answer: SendAnswer = self.answers.pop(0) if self.answers else "accepted"
        if answer == "refused" or (answer == "unknown" and not self.hears_unknown):
            return answer
        known = self.files.get(message_id)
        assert known in (None, content), "one message id, two contents"
        if known is None:
            self.files[message_id] = content
            for order in _orders(content, message_id):
                assert order.reference not in self.orders, "a reference was used twice"
                self.orders[order.reference] = order
        return answer

    # --- what it says -----------------------------------------------------------------------------------------------

    def say(self, reference: str, status: str, reason: str = "") -> dict[str, Any]:
        """A line of a status report."""
        return {"level": "payment", "ref": reference, "status": status, "reason": reason}

    def report(self, message_id: str, lines: Sequence[dict[str, Any]], group: str = "") -> bytes:
        """A status report, kept for whoever asks for it."""
        head = [{"level": "file", "message": message_id, "status": group, "reason": "AM10"}] if group else []
        content = _lines([{"message": message_id, **line} for line in [*head, *lines]])
        self.reports.setdefault(message_id, []).append(content)
        return content

    def pay(self, reference: str) -> dict[str, Any]:
        """Pay an order: the movement its statement shows."""
        order = self.orders[reference]
        assert order.state == "taken"
        order.state = "paid"
        self.balance -= order.amount
        return self.entry(reference, credit=False, amount=order.amount)

    def give_back(self, reference: str, reason: str = "AC04") -> dict[str, Any]:
        """A payment comes back."""
        order = self.orders[reference]
        assert order.state == "paid"
        order.state = "returned"
        self.balance += order.amount
        return self.entry(reference, credit=True, amount=order.amount, reason=reason)

    def stranger(self, amount: int) -> dict[str, Any]:
        """Somebody pays into our account by mistake."""
        self.balance += amount
        return self.entry("SCHOOL-FEES", credit=True, amount=amount)

    def entry(self, reference: str, *, credit: bool, amount: int, reason: str = "") -> dict[str, Any]:
        """A movement with a number of its own."""
        self.entries += 1
        return {
            "no": f"{self.code}-{self.entries}",
            "ref": reference,
            "credit": credit,
            "amount": amount,
            "reason": reason,
        }

    def statement(self, movements: Sequence[dict[str, Any]], *, closing: int | None = None) -> bytes:
        """The next statement, kept for whoever asks for it."""
        self.statements += 1
        head = {"statement": f"{self.code}-{self.statements}", "seq": self.statements,
                "closing": self.balance if closing is None else closing}  # fmt: skip
        content = _lines([head, *movements])
        self.kept.append(content)
        return content

    def paid(self) -> int:
        """What its customers hold of us, by its own books."""
        return sum(order.amount for order in self.orders.values() if order.state == "paid")


class PaperRail:
    """The way to several paper banks."""

    def __init__(self, *banks: PaperBank) -> None:
        self.banks = {bank.code: bank for bank in banks}
        self.silent: set[str] = set()

    def send(self, *, bank_code: str, message_id: str, file: Path) -> SendAnswer:
        """Hand the file over."""
        return self.banks[bank_code].take(message_id, file.read_text())

    def fetch_status(self, *, bank_code: str, message_id: str) -> list[bytes | Path]:
        """Its reports on a message."""
        if bank_code in self.silent:
            raise ConnectionError
        return list(self.banks[bank_code].reports.get(message_id, []))

    def fetch_statement(self, *, bank_code: str, since: int) -> list[bytes | Path]:
        """Its statements from a number on."""
        if bank_code in self.silent:
            raise ConnectionError
        return list(self.banks[bank_code].kept[since:])


class PaperReader:
    """Reads the reports and statements above."""

    def read(self, source: Source) -> Iterator[StatusLine]:
        """A status report."""
        for line in _read(source):
            yield StatusLine(
                line["level"], line["message"], line.get("ref", ""), line["status"], line.get("reason", ""), ""
            )


class PaperStatementReader:
    """Reads the statements above."""

    def head(self, source: Source) -> StatementHead:
        """The first line."""
        head = _read(source)[0]
        return StatementHead(head["statement"], head["seq"], "", None, head["closing"])

    def read(self, source: Source) -> Iterator[StatementLine]:
        """The movements."""
        for line in _read(source)[1:]:
            yield StatementLine(
                bank_reference=line["no"],
                end_to_end_id=line["ref"],
                credit=line["credit"],
                amount=line["amount"],
                booked=line.get("booked", True),
                booked_on=DAY,
                reason_code=line.get("reason", ""),
                problem=line.get("problem", ""),
            )


def _lines(documents: Sequence[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(document) for document in documents).encode()


def _read(source: Source) -> list[dict[str, Any]]:
    content = source.read_bytes() if isinstance(source, Path) else source
    return [json.loads(line) for line in content.splitlines()]


def _orders(content: str, message_id: str) -> Iterator[Order]:
    for element in ElementTree.fromstring(content).iterfind(".//{*}CdtTrfTxInf"):
        amount = element.findtext(".//{*}InstdAmt") or ""
        rupees, _, paisa = amount.partition(".")
        yield Order(element.findtext(".//{*}EndToEndId") or "", int(rupees) * 100 + int(paisa), message_id)
