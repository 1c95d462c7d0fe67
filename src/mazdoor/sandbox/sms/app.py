"""The gateway's doors."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS received (id TEXT PRIMARY KEY, sender TEXT NOT NULL, text TEXT NOT NULL, handed INTEGER NOT NULL)
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (number INTEGER PRIMARY KEY, id TEXT NOT NULL, status TEXT NOT NULL);
"""
LARGEST_BATCH = 20_000
LONGEST_TEXT = 1530
"""Ten parts of 153 characters."""


class Gateway(Service):
    """The SMS gateway."""

    def __init__(self, home: Path, *, callback: str = "") -> None:
        super().__init__(
            name="sms",
            books=Books(home / "sms.sqlite", SCHEMA),
            doors=("messages", "reports"),
            happenings=("message.undelivered", "report.twice", "incoming.twice", "incoming.late"),
        )
        self._callback = callback
        self._client = httpx.Client(timeout=10.0, trust_env=False)
        threading.Thread(target=self._hand_on, daemon=True).start()
        self.door("/phones/<number>/send", self._send, methods=["POST"])
        self.door("/received", self._received)
        self.door("/messages", self._take, methods=["POST"], name="messages")
        self.door("/messages/<message_id>", self._read)
        self.door("/phones/<number>", self._phone)
        self.door("/reports", self._reports, name="reports")

    def _take(self, request: Request) -> Response:
        messages = read_json(request).get("messages")
        if not isinstance(messages, list) or len(messages) > LARGEST_BATCH:
            raise BadRequest(f"messages is a list of at most {LARGEST_BATCH}")
        with self.books.writing() as db:
            return answer_json({"answers": [self._take_one(db, message) for message in messages]}, 202)

    def _take_one(self, db: sqlite3.Connection, message: dict[str, Any]) -> dict[str, Any]:
        key, to, text = (str(message.get(part) or "") for part in ("id", "to", "text"))
        if not key or not to.isdigit() or not 1 <= len(text) <= LONGEST_TEXT:
            return {"id": key, "status": "refused", "reason": "incomplete_or_too_long"}
        new = db.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?)", (key, to, text)).rowcount == 1
        if new:
            status = "undelivered" if self.faults.chosen(db, "message.undelivered", key) else "delivered"
            for _ in range(2 if self.faults.chosen(db, "report.twice", key) else 1):
                db.execute("INSERT INTO reports (id, status) VALUES (?, ?)", (key, status))
        return {"id": key, "status": "accepted"}

    def _read(self, request: Request, message_id: str) -> Response:
        row = (
            self.books.reading().execute("SELECT recipient, text FROM messages WHERE id = ?", (message_id,)).fetchone()
        )
        if row is None:
            raise NotFound("no such message came")
        return answer_json({"id": message_id, "to": row[0], "text": row[1]})

    def _phone(self, request: Request, number: str) -> Response:
        """What lies on one telephone, in the order it came: what its holder would read."""
        rows = self.books.reading().execute(
            "SELECT m.text FROM messages m JOIN (SELECT id, min(number) AS first FROM reports GROUP BY id) r USING (id) "
            "WHERE m.recipient = ? ORDER BY r.first",
            (number,),
        )
        return answer_json({"messages": [text for (text,) in rows]})

    def _send(self, request: Request, number: str) -> Response:
        """The holder of a telephone sends a message: it is kept, and handed on to whoever is configured."""
        text = str(read_json(request).get("text") or "")
        if not number.isdigit() or len(text) > LONGEST_TEXT:
            raise BadRequest("a telephone has a number and sends a text")
        message_id = secrets.token_hex(8)
        with self.books.writing() as db:
            db.execute("INSERT INTO received VALUES (?, ?, ?, 0)", (message_id, number, text))
        return answer_json({"id": message_id}, 202)

    def _received(self, request: Request) -> Response:
        (came, handed) = (
            self.books.reading().execute("SELECT count(*), count(*) FILTER (WHERE handed = 1) FROM received").fetchone()
        )
        return answer_json({"came": came, "handed": handed})

    def _hand_on(self) -> None:
        """Hand messages on as Kannel's post-url does, until each is answered with 200; again and again if need be."""
        while True:
            rows = (
                self.books.reading()
                .execute("SELECT id, sender, text FROM received WHERE handed = 0 LIMIT 50")
                .fetchall()
            )
            for message_id, sender, text in rows if self._callback else ():
                with self.books.writing() as db:
                    late = self.faults.chosen(db, "incoming.late", message_id)
                    twice = self.faults.chosen(db, "incoming.twice", message_id)
                if late:
                    time.sleep(self.faults.late_seconds)
                taken = [self._hand_one(message_id, sender, text) for _ in range(2 if twice else 1)]
                if all(taken):
                    with self.books.writing() as db:
                        db.execute("UPDATE received SET handed = 1 WHERE id = ?", (message_id,))
            time.sleep(0.05)

    def _hand_one(self, message_id: str, sender: str, text: str) -> bool:
        wide = not text.isascii()
        headers = {
            "X-Kannel-From": f"+92{sender[1:]}" if sender.startswith("0") else sender,
            "X-Kannel-To": "8171",
            "X-Kannel-Coding": "2" if wide else "0",
            "Content-Type": 'text/plain; charset="UTF-16BE"' if wide else 'text/plain; charset="UTF-8"',
        }
        try:
            answer = self._client.post(
                self._callback.replace("%I", message_id),
                content=text.encode("utf-16-be" if wide else "utf-8"),
                headers=headers,
            )
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    def _reports(self, request: Request) -> Response:
        rows = self.books.reading().execute(
            "SELECT number, id, status FROM reports WHERE number > ? ORDER BY number LIMIT 10000",
            (request.args.get("after", 0, type=int),),
        )
        return answer_json({"reports": [{"number": n, "id": key, "status": status} for n, key, status in rows]})
