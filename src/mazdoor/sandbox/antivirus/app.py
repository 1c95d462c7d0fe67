"""The scanner's two doors."""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from hashlib import blake2b
from pathlib import Path
from typing import Final

from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.books import Books
from mazdoor.sandbox.faults import count_attempt
from mazdoor.sandbox.frame import Service, answer_json

EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"
"""The test string of the European Institute for Computer Antivirus Research, put together here so that this source
is not taken for an infected file itself."""

SCHEMA = "CREATE TABLE IF NOT EXISTS scans (number INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, answer TEXT NOT NULL);"
FAULTS: Final = ("down", "late", "time_out", "cut_off", "error")


class Antivirus(Service):
    """The scanner: HTTP for its faults and counts, TCP for the work."""

    def __init__(self, home: Path, *, most_bytes: int) -> None:
        super().__init__(
            name="antivirus",
            books=Books(home / "antivirus.sqlite", SCHEMA),
            doors=(),
            happenings=tuple(f"scan.{fault}" for fault in FAULTS),
        )
        self.most_bytes = most_bytes
        self.door("/admin/summary", self._summary)

    def listen(self, port: int) -> int:
        """Open clamd's door on loopback, in threads of its own; returns its port."""
        scanner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    scanner.converse(self)
                finally:
                    scanner.books.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return int(server.server_address[1])

    def converse(self, line: socketserver.StreamRequestHandler) -> None:
        """One command and its answer, as clamd does it outside a session."""
        command = b""
        while not command.endswith((b"\0", b"\n")) and len(command) < 64:
            char = line.rfile.read(1)
            if not char:
                return
            command += char
        match command.strip(b"zn\0\n"):
            case b"PING":
                line.wfile.write(b"PONG\0")
            case b"VERSION":
                line.wfile.write(b"ClamAV 1.4.0-sandbox\0")
            case b"INSTREAM":
                self._scan(line)
            case _:
                line.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self, line: socketserver.StreamRequestHandler) -> None:
        content = bytearray()
        while True:
            head = line.rfile.read(4)
            if len(head) < 4:
                return
            (length,) = struct.unpack("!I", head)
            if length == 0:
                break
            if len(content) + length > self.most_bytes:
                line.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += line.rfile.read(length)
        answer = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
        key = blake2b(content, digest_size=12).hexdigest()
        plan = self.faults
        with self.books.writing() as db:
            attempt = count_attempt(db, "scan", key)
            struck = {fault for fault in FAULTS if plan.strikes(db, f"scan.{fault}", key, attempt=attempt)}
            db.execute("INSERT INTO scans (bytes, answer) VALUES (?, ?)", (len(content), answer[:-1].decode()))
        if plan.down or "down" in struck:
            return
        if "late" in struck:
            time.sleep(plan.late_seconds)
        if "time_out" in struck:
            time.sleep(plan.hold_seconds)
            return
        if "error" in struck:
            answer = b"stream: Can't allocate memory ERROR\0"
        line.wfile.write(answer[: len("stream: OK")] if "cut_off" in struck else answer)

    def _summary(self, request: Request) -> Response:
        (scans, found) = (
            self.books.reading()
            .execute("SELECT count(*), count(*) FILTER (WHERE answer LIKE '%FOUND') FROM scans")
            .fetchone()
        )
        return answer_json({"scans": scans, "found": found})
