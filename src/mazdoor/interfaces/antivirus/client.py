"""Having a stream scanned by clamd.

One connection a file: ``zINSTREAM\\0``, then chunks, each with its length before it (four bytes, network order), a chunk of
length nought at the end; the answer ends with a zero byte too. What is not ``stream: OK`` or ``… FOUND`` is no verdict:
a scanner that is down, slow, cut off or refuses the size leaves a file *unknown*, never clean.
"""

from __future__ import annotations

import logging
import re
import socket
import struct
import time
from dataclasses import dataclass
from typing import Final

from mazdoor.delivery.registration.ports import Readable, Verdict

CHUNK_BYTES: Final = 64 * 1024
LONGEST_ANSWER: Final = 4096
_FOUND: Final = re.compile(rb"^stream: .+ FOUND$")
_log: Final = logging.getLogger(__name__)


class _NoVerdict(Exception):
    """The scanner did not say. The words are ours and name no file."""


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """A clamd at ``host``:``port``. ``seconds`` bounds connecting and each wait; ``most_seconds`` the whole scan."""

    host: str
    port: int
    seconds: float = 15.0
    most_seconds: float = 60.0

    def scan(self, stream: Readable) -> Verdict:
        """What clamd says of the stream; ``UNKNOWN`` where it says nothing that can be relied on."""
        try:
            answer = self._ask(stream)
        except (OSError, _NoVerdict) as problem:
            _log.warning("the virus scanner gave no verdict (%s)", type(problem).__name__)
            return Verdict.UNKNOWN
        if answer == b"stream: OK":
            return Verdict.CLEAN
        if _FOUND.match(answer):
            return Verdict.INFECTED
        _log.warning("the virus scanner gave no verdict (%s)", "too large" if b"size limit" in answer else "error")
        return Verdict.UNKNOWN

    def is_there(self) -> bool:
        """Whether the scanner answers a PING."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zPING\0")
                return self._answer(connection, time.monotonic() + self.seconds) == b"PONG"
        except (OSError, _NoVerdict):
            return False

    def _ask(self, stream: Readable) -> bytes:
        deadline = time.monotonic() + self.most_seconds
        with self._connect() as connection:
            try:
                connection.sendall(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK_BYTES):
                    if time.monotonic() > deadline:
                        raise _NoVerdict("sending took too long")
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
                connection.sendall(struct.pack("!I", 0))
            except (BrokenPipeError, ConnectionResetError):
                # clamd answers and hangs up in the middle of a stream that is too large: what it said may still be read.
                pass
            return self._answer(connection, deadline)

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self.host, self.port), timeout=self.seconds)
        connection.settimeout(self.seconds)
        return connection

    def _answer(self, connection: socket.socket, deadline: float) -> bytes:
        """The answer without its end mark. An answer cut off before the mark is none: "OK" may be half of something."""
        answer = b""
        while not answer.endswith(b"\0"):
            if len(answer) > LONGEST_ANSWER or time.monotonic() > deadline:
                raise _NoVerdict("no end of the answer")
            part = connection.recv(1024)
            if not part:
                raise _NoVerdict("the answer was cut off")
            answer += part
        return answer[:-1].strip()
