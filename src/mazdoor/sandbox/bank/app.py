"""The bank's doors."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, Conflict, NotFound, UnprocessableEntity
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.bank import accounts, days, payments, schema, writing
from mazdoor.sandbox.bank.reading import UnreadableFileError
from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json

DOORS = ("accounts", "account_lookup", "payment_file", "status", "statements")
HAPPENINGS = (
    "account.refuse", "account.pending", "payment_file.refuse", "transaction.reject", "transaction.return",
    "transaction.late", "transaction.hold", "report.twice", "entry.late", "entry.twice", "statement.unknown_reference",
)  # fmt: skip
LARGEST_BATCH = 20_000


class Bank(Service):
    """One process that plays one or several banks."""

    def __init__(
        self, home: Path, bank_codes: list[str], *, funding: int = accounts.DEFAULT_FUNDING, first_date: dt.date
    ) -> None:
        super().__init__(
            name="bank", books=Books(home / "bank.sqlite", schema.SCHEMA), doors=DOORS, happenings=HAPPENINGS
        )
        self._spool = home / "spool"
        self._spool.mkdir(exist_ok=True)
        for left_over in self._spool.iterdir():  # files cut off by a crash: never accepted, so never needed
            left_over.unlink()
        with self.books.writing() as db:
            for bank_code in bank_codes:
                accounts.found_bank(db, bank_code, funding=funding, first_date=first_date)
        self._add_doors()

    def _add_doors(self) -> None:
        at = "/banks/<bank_code>"
        self.door(f"{at}/accounts", self._open_account, methods=["POST"], name="accounts")
        self.door(f"{at}/accounts/batch", self._open_accounts, methods=["POST"], name="accounts")
        self.door(f"{at}/accounts/lookup", self._look_up, methods=["POST"], name="account_lookup")
        self.door(f"{at}/accounts/close", self._close_account, methods=["POST"])
        file = f"{at}/payments/files/<message_id>"
        self.door(file, self._take_file, methods=["POST"], name="payment_file", key_part="message_id")
        self.door(f"{file}/status", self._status_list, name="status", key_part="message_id")
        self.door(f"{file}/status/<int:number>", self._status, name="status")
        self.door(f"{at}/statements", self._statement_list, name="statements")
        self.door(f"{at}/statements/<int:number>", self._statement, name="statements")
        self.door(f"{at}/payer", self._payer)
        self.door(f"{at}/books/summary", self._summary)
        self.door(f"{at}/books/payments", self._payments)
        self.door(f"{at}/admin/close-day", self._close_day, methods=["POST"])
        self.door(f"{at}/admin/release-held", self._release_held, methods=["POST"])
        self.door("/banks", self._banks)

    def _known(self, bank_code: str) -> sqlite3.Connection:
        db = self.books.reading()
        if db.execute("SELECT 1 FROM banks WHERE bank_code = ?", (bank_code,)).fetchone() is None:
            raise NotFound("no such bank here")
        return db

    # -- accounts ------------------------------------------------------------------------------------------------

    def _open_account(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        document = read_json(request)
        key = request.headers.get("Idempotency-Key")
        with self.books.writing() as db:
            (answer,) = accounts.open_accounts(db, bank_code, [{"key": key, **document}], self.faults)
        return answer_json(answer)

    def _open_accounts(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        requests = _rows(read_json(request), "requests")
        with self.books.writing() as db:
            return answer_json({"answers": accounts.open_accounts(db, bank_code, requests, self.faults)})

    def _look_up(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        keys = _rows(read_json(request), "keys")
        with self.books.writing() as db:
            return answer_json({"answers": accounts.look_up(db, bank_code, [str(key) for key in keys])})

    def _close_account(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        with self.books.writing() as db:
            closed = accounts.close_account(db, bank_code, str(read_json(request).get("iban", "")))
        return answer_json({"closed": closed}, 200 if closed else 404)

    # -- payments ------------------------------------------------------------------------------------------------

    def _take_file(self, request: Request, bank_code: str, message_id: str) -> Response:
        self._known(bank_code)
        if not 1 <= len(message_id) <= 35:
            raise BadRequest("a message id has 1 to 35 characters")
        with self.books.writing() as db:
            if self.faults.chosen(db, "payment_file.refuse", message_id):
                raise UnprocessableEntity("the bank refuses this file; nothing of it was taken")
        spooled = self._spool_body(request)
        try:
            with self.books.writing() as db:
                state, new = payments.take_file(db, bank_code, message_id, spooled, self.faults)
        except UnreadableFileError as error:
            raise BadRequest(str(error)) from error
        except payments.ConflictError as error:
            raise Conflict(str(error)) from error
        finally:
            spooled.unlink()
        return answer_json({"message_id": message_id, "state": state, "new": new}, 202)

    def _spool_body(self, request: Request) -> Path:
        """The body as a file, a mebibyte at a time: a payment file may have hundreds."""
        descriptor, name = tempfile.mkstemp(dir=self._spool)
        with os.fdopen(descriptor, "wb") as spooled:
            while chunk := request.stream.read(1 << 20):
                spooled.write(chunk)
        return Path(name)

    def _status_list(self, request: Request, bank_code: str, message_id: str) -> Response:
        db = self._known(bank_code)
        numbers = db.execute(
            "SELECT number FROM reports WHERE bank_code = ? AND message_id = ? ORDER BY number", (bank_code, message_id)
        ).fetchall()
        if not numbers:
            raise NotFound("no such file came")
        return answer_json({"reports": [number for (number,) in numbers]})

    def _status(self, request: Request, bank_code: str, message_id: str, number: int) -> Response:
        return _xml(writing.status_report(self._known(bank_code), bank_code, message_id, number))

    def _statement_list(self, request: Request, bank_code: str) -> Response:
        """Later statements. The day is closed only when the caller has all there are, so none is ever skipped."""
        self._known(bank_code)
        after = request.args.get("after", 0, type=int)
        query = "SELECT number FROM statements WHERE bank_code = ? AND number > ? ORDER BY number"
        with self.books.writing() as db:
            found = db.execute(query, (bank_code, after)).fetchall()
            if not found:
                days.close_while_news(db, bank_code, self.faults)
                found = db.execute(query, (bank_code, after)).fetchall()
        return answer_json({"statements": [number for (number,) in found]})

    def _statement(self, request: Request, bank_code: str, number: int) -> Response:
        return _xml(writing.statement(self._known(bank_code), bank_code, number))

    # -- the books, and the hand that turns them -----------------------------------------------------------------

    def _payer(self, request: Request, bank_code: str) -> Response:
        row = (
            self._known(bank_code)
            .execute("SELECT payer_iban, balance FROM banks WHERE bank_code = ?", (bank_code,))
            .fetchone()
        )
        return answer_json({"iban": row[0], "balance": row[1]})

    def _banks(self, request: Request) -> Response:
        rows = self.books.reading().execute("SELECT bank_code, payer_iban FROM banks ORDER BY 1")
        return answer_json({"banks": [{"bank_code": code, "payer_iban": iban} for code, iban in rows]})

    def _summary(self, request: Request, bank_code: str) -> Response:
        """Counts and paisa by what became of the payments, and the payer's balance: each summed from the books."""
        db = self._known(bank_code)
        funding, balance, day = db.execute(
            "SELECT funding, balance, day FROM banks WHERE bank_code = ?", (bank_code,)
        ).fetchone()
        summary: dict[str, Any] = {"bank_code": bank_code, "day": day, "funding": funding, "payer_balance": balance}
        for name, states in (
            ("settled", "('settled')"),
            ("returned", "('returned')"),
            ("held", "('held', 'late')"),
            ("rejected", "('rejected')"),
        ):
            count, amount = db.execute(
                f"SELECT count(*), coalesce(sum(amount), 0) FROM payments WHERE bank_code = ? AND state IN {states}",
                (bank_code,),
            ).fetchone()
            summary[name] = {"count": count, "amount": amount}
        count, amount = db.execute(
            "SELECT count(*), coalesce(sum(amount), 0) FROM entries WHERE bank_code = ? AND kind = 'unknown'",
            (bank_code,),
        ).fetchone()
        summary["unknown_credits"] = {"count": count, "amount": amount}
        (summary["accounts_opened"],) = db.execute(
            "SELECT count(*) FROM accounts WHERE bank_code = ? AND iban IS NOT NULL", (bank_code,)
        ).fetchone()
        (summary["held_by_creditors"],) = db.execute(
            "SELECT coalesce(sum(balance), 0) FROM accounts WHERE bank_code = ?", (bank_code,)
        ).fetchone()
        return answer_json(summary)

    def _payments(self, request: Request, bank_code: str) -> Response:
        """Payments one by one, a page of up to 10,000 after an id."""
        rows = self._known(bank_code).execute(
            "SELECT id, end_to_end_id, instruction_id, message_id, amount, state, reason, duplicate FROM payments "
            "WHERE bank_code = ? AND id > ? ORDER BY id LIMIT 10000",
            (bank_code, request.args.get("after", 0, type=int)),
        )
        names = ("id", "end_to_end_id", "instruction_id", "message_id", "amount", "state", "reason", "duplicate")
        return answer_json({"payments": [dict(zip(names, row, strict=True)) for row in rows]})

    def _close_day(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        with self.books.writing() as db:
            return answer_json({"statement": days.close_day(db, bank_code, self.faults)})

    def _release_held(self, request: Request, bank_code: str) -> Response:
        self._known(bank_code)
        with self.books.writing() as db:
            return answer_json({"released": days.release_held(db, bank_code)})


def _rows(document: dict[str, Any], name: str) -> list[Any]:
    rows = document.get(name)
    if not isinstance(rows, list) or len(rows) > LARGEST_BATCH:
        raise BadRequest(f"{name} is a list of at most {LARGEST_BATCH}")
    return rows


def _xml(content: Iterator[bytes] | None) -> Response:
    if content is None:
        raise NotFound("no such document")
    return Response(content, content_type="application/xml")
