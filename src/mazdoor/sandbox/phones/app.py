"""The doors of the register of SIM cards."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.answering import HAPPENINGS, answer_each
from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json

SCHEMA = "CREATE TABLE IF NOT EXISTS sims (mobile TEXT PRIMARY KEY, cnic TEXT NOT NULL) WITHOUT ROWID;"


class SimRegister(Service):
    """The register of SIM cards."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            name="phones", books=Books(home / "phones.sqlite", SCHEMA), doors=("owners",), happenings=HAPPENINGS
        )
        self.door("/owners", self._owners, methods=["POST"], name="owners")
        self.door("/admin/sims", self._add, methods=["POST"])

    def _owners(self, request: Request) -> Response:
        return answer_each(self, request, _answer)

    def _add(self, request: Request) -> Response:
        try:
            rows = [(each["mobile"], each["cnic"]) for each in read_json(request).get("sims", [])]
        except KeyError as error:
            raise BadRequest(f"a SIM card lacks {error}") from error
        with self.books.writing() as db:
            db.executemany("INSERT OR REPLACE INTO sims VALUES (?, ?)", rows)
        return answer_json({"added": len(rows)}, 201)


def _answer(db: sqlite3.Connection, record: dict[str, Any]) -> dict[str, Any]:
    row = db.execute("SELECT cnic FROM sims WHERE mobile = ?", (str(record.get("mobile") or ""),)).fetchone()
    if row is None:
        return {"registered": "not_in_use"}
    return {"registered": "yes" if row[0] == str(record.get("cnic") or "") else "no"}
