"""The partner's doors."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
import uuid
from pathlib import Path
from typing import Any

import httpx
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.books import Books
from mazdoor.sandbox.frame import Service, answer_json, read_json
from mazdoor.sandbox.partner.signatures import Key, is_signed

SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
    number INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, action TEXT NOT NULL, times INTEGER NOT NULL,
    signed INTEGER NOT NULL, envelope TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY) WITHOUT ROWID;
"""
CALLBACKS = {
    "/registry/on-search": "on-search",
    "/registry/on-subscribe": "on-subscribe",
    "/registry/on-unsubscribe": "on-unsubscribe",
    "/registry/txn/on-status": "txn-on-status",
    "/registry/notify": "notify",
}
TOKEN_SECONDS = 300
PATIENCE_SECONDS = 30


class Partner(Service):
    """The welfare system."""

    def __init__(self, home: Path, *, registry: str, secret: str) -> None:
        super().__init__(
            name="partner",
            books=Books(home / "partner.sqlite", SCHEMA),
            doors=("callback", "token"),
            happenings=("message.not_understood",),
        )
        self._registry = registry.rstrip("/")
        self._secret = secret
        self._signing = Key(home / "signing.key", kid="partner-1")
        self.door("/oauth2/client/token", self._token, methods=["POST"], name="token")
        self.door("/.well-known/jwks.json", self._keys)
        for path in CALLBACKS:
            self.door(path, self._take, methods=["POST"], name="callback")
        self.door("/admin/received", self._received)
        self.door("/admin/ask", self._ask, methods=["POST"])

    def _token(self, request: Request) -> Response:
        given = request.authorization.password if request.authorization else ""
        if not hmac.compare_digest((given or "").encode(), self._secret.encode()):
            return answer_json({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(16)
        with self.books.writing() as db:
            db.execute("INSERT INTO tokens VALUES (?)", (token,))
        return answer_json({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})

    def _keys(self, request: Request) -> Response:
        return answer_json({"keys": [self._signing.public]})

    def _take(self, request: Request) -> Response:
        token = request.authorization.token if request.authorization else None
        if not self.books.reading().execute("SELECT 1 FROM tokens WHERE token = ?", (token,)).fetchone():
            raise Unauthorized("a token of ours is needed")
        envelope = read_json(request)
        header = envelope.get("header")
        if not isinstance(header, dict) or header.get("action") != CALLBACKS[request.path]:
            raise BadRequest("this is no message for this address")
        key = str(header.get("message_id"))
        if self.faults.chosen(self.books.reading(), "message.not_understood", key):
            return _acknowledged("ERR")
        signed = self._is_signed(envelope)
        with self.books.writing() as db:
            db.execute(
                "INSERT INTO received (message_id, action, times, signed, envelope) VALUES (?, ?, 1, ?, ?) "
                "ON CONFLICT (message_id) DO UPDATE SET times = times + 1",
                (key, header["action"], signed, json.dumps(envelope, ensure_ascii=False)),
            )
        return _acknowledged("ACK")

    def _is_signed(self, envelope: dict[str, Any]) -> bool:
        if not self._registry:
            return False
        with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as http:
            keys = http.get(f"{self._registry}/.well-known/jwks.json").raise_for_status().json()["keys"]
        content: dict[str, Any] = {name: envelope[name] for name in ("header", "message") if name in envelope}
        return is_signed(str(envelope.get("signature", "")), content, keys)

    def _received(self, request: Request) -> Response:
        rows = self.books.reading().execute(
            "SELECT action, times, signed, envelope FROM received ORDER BY number LIMIT 1000"
        )
        return answer_json(
            {
                "received": [
                    {"action": action, "times": times, "signed": bool(signed), "envelope": json.loads(envelope)}
                    for action, times, signed, envelope in rows
                ]
            }
        )

    def _ask(self, request: Request) -> Response:
        asked = read_json(request)
        registry = str(asked.get("registry") or self._registry).rstrip("/")
        if not registry:
            raise BadRequest("which registry?")
        credentials = (str(asked.get("client_id", "")), str(asked.get("client_secret", "")))
        header = {
            "version": "1.0.0",
            "message_id": str(uuid.uuid4()),
            "message_ts": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "action": asked.get("action"),
            "sender_id": credentials[0],
            "sender_uri": asked.get("sender_uri"),
            "total_count": asked.get("total_count", 1),
        }
        content: dict[str, Any] = {
            "header": {name: value for name, value in header.items() if value is not None},
            "message": asked.get("message"),
        }
        with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False, base_url=registry) as http:
            token = http.post("/oauth2/client/token", data={"grant_type": "client_credentials"}, auth=credentials)
            if token.status_code != 200:
                return answer_json({"status": token.status_code, "answer": token.json()})
            answer = http.post(
                f"/dci/v1.0.0/{asked.get('path')}",
                json={"signature": self._signing.sign(content), **content},
                headers={"Authorization": f"Bearer {token.json()['access_token']}"},
            )
        return answer_json({"status": answer.status_code, "answer": answer.json()})


def _acknowledged(status: str) -> Response:
    message = {
        "ack_status": status,
        "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "correlation_id": str(uuid.uuid4()),
    }
    return answer_json({"message": message})
