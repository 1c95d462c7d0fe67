"""The line of one caller to the site: HTTP/1.1 over a kept connection, written and read as it stands on the wire.

Callers share two cores with what they measure. Locust's own client takes 0.5 ms of processor for a request, an eighth of
what the site takes for a registration; this one takes a fifth of that. It speaks no more HTTP than the site's answers need,
each of which says how long it is.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole, and how long it took from the first byte sent to the last received."""

    status: int
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Line:
    """Asks one thing after the other. Raises ``OSError`` where the site hangs up, ``ValueError`` where an answer is no answer."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def post_form(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Send a form as a browser does."""
        typed = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, typed, urlencode(fields).encode())

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send a request and read all of its answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        began = time.perf_counter()
        self._socket.sendall(head.encode() + body)
        read = self._read(b"")
        while (end := read.find(b"\r\n\r\n")) < 0:
            read = self._read(read)
        told = read[:end].lower()
        place = told.find(b"\r\ncontent-length:")
        if not told.startswith(b"http/1.1 ") or place < 0:
            raise ValueError(f"no answer that says how long it is: {told[:80]!r}")
        length = int(told[place + 17 :].split(b"\r\n", 1)[0])
        while len(read) < end + 4 + length:
            read = self._read(read)
        return Answer(int(told[9:12]), read[end + 4 :], time.perf_counter() - began)

    def _read(self, before: bytes) -> bytes:
        more = self._socket.recv(1 << 18)
        if not more:
            raise ConnectionError("the site hung up")
        return before + more
