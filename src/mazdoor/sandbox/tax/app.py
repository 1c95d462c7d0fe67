"""The tax register's doors."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.answering import HAPPENINGS, answer_each
from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json

SCHEMA = """
CREATE TABLE IF NOT EXISTS taxpayers (
  number TEXT PRIMARY KEY, cnic TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS taxpayers_cnic ON taxpayers (cnic);
"""


class TaxRegister(Service):
    """The register of taxpayers."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            name="tax", books=Books(home / "tax.sqlite", SCHEMA), doors=("taxpayers",), happenings=HAPPENINGS
        )
        self.door("/taxpayers", self._taxpayers, methods=["POST"], name="taxpayers")
        self.door("/admin/taxpayers", self._add, methods=["POST"])

    def _taxpayers(self, request: Request) -> Response:
        return answer_each(self, request, _answer)

    def _add(self, request: Request) -> Response:
        try:
            rows = [
                (each["number"], each["cnic"], each["name"], each.get("status", "active"))
                for each in read_json(request).get("taxpayers", [])
            ]
        except KeyError as error:
            raise BadRequest(f"a taxpayer lacks {error}") from error
        with self.books.writing() as db:
            db.executemany("INSERT OR REPLACE INTO taxpayers VALUES (?, ?, ?, ?)", rows)
        return answer_json({"added": len(rows)}, 201)


def _answer(db: sqlite3.Connection, record: dict[str, Any]) -> dict[str, Any]:
    """By the number where one was given and is the owner's, else by the owner."""
    row = db.execute(
        "SELECT number, name, status FROM taxpayers WHERE cnic = ? ORDER BY number = ? DESC, status LIMIT 1",
        (str(record.get("owner_cnic") or ""), str(record.get("number") or "")),
    ).fetchone()
    return {"status": "none"} if row is None else {"number": row[0], "name": row[1], "status": row[2]}
