"""The frame every sandbox service stands in: routes, faults on the wire, the address file, and an orderly start.

The server is werkzeug's threaded one: one process (so ``kill -9`` is honest), a thread a request, and a connection that
can be dropped without an answer, which is what a time-out is. Nothing is logged: requests carry names and numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from mazdoor.sandbox.books import Books
from mazdoor.sandbox.faults import WIRE_FAULTS, FaultPlan, UnknownFaultError, count_attempt

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_JSON_BYTES = 64 * 1024 * 1024

Handler = Callable[..., Response]


class NeverAnswersError(ConnectionError):
    """Raised after the work is done, to drop the connection without a word: the caller sees a time-out."""


@dataclass(frozen=True, slots=True)
class Door:
    """One route: what it is called for faults, and the name of the path part that makes its key (or none)."""

    name: str
    handler: Handler
    key_part: str | None


def answer_json(document: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(document), status=status, content_type="application/json")


def read_json(request: Request) -> dict[str, Any]:
    """The request's JSON object. Answers 400 where it is none, 413 where it is larger than the limit."""
    if (request.content_length or 0) > LARGEST_JSON_BYTES:
        raise BadRequest("the body is larger than 64 MiB: send smaller batches")
    try:
        document = json.loads(request.get_data(cache=True))
    except ValueError as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(document, dict):
        raise BadRequest("the body is not a JSON object")
    return document


class Service:
    """A sandbox service: its books, its faults and its doors. Call :meth:`door` to add a route."""

    def __init__(self, *, name: str, books: Books, doors: Iterable[str], happenings: Iterable[str]) -> None:
        self.name = name
        self.books = books
        self.known = frozenset(f"{door}.{fault}" for door in doors for fault in WIRE_FAULTS) | frozenset(happenings)
        self.map = Map(strict_slashes=False)
        self._doors: dict[str, Door] = {}
        self.faults = self._load_faults()
        self.door("/admin/faults", self._admin_faults, methods=["GET", "PUT"])
        self.door("/admin/health", self._health)

    def door(
        self,
        path: str,
        handler: Handler,
        *,
        methods: list[str] | None = None,
        name: str = "",
        key_part: str | None = None,
    ) -> None:
        """Add a route. ``name`` is its name in fault plans; a door without one never fails on purpose."""
        endpoint = f"{path} {','.join(methods or ['GET'])}"
        self._doors[endpoint] = Door(name, handler, key_part)
        self.map.add(Rule(path, endpoint=endpoint, methods=methods or ["GET"]))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI. A request's thread ends with it, and so does its connection to the books."""
        response = self._respond(Request(environ))
        response.call_on_close(self.books.close)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            endpoint, parts = self.map.bind_to_environ(request.environ).match()
            door = self._doors[endpoint]
            return self._through_faults(door, request, parts)
        except HTTPException as refused:
            return answer_json({"error": refused.description}, refused.code or 500)

    def _through_faults(self, door: Door, request: Request, parts: Mapping[str, Any]) -> Response:
        if not door.name:
            return door.handler(request, **parts)
        plan = self.faults
        key = self._key(door, request, parts)
        struck: set[str] = set()
        if any(name.startswith(f"{door.name}.") for name in plan.plans):
            with self.books.writing() as db:
                attempt = count_attempt(db, door.name, key)
                struck = {f for f in WIRE_FAULTS if plan.strikes(db, f"{door.name}.{f}", key, attempt=attempt)}
        if plan.down or "down" in struck:
            return answer_json({"error": "the service is down"}, 503)
        if "http_500" in struck:
            return answer_json({"error": "something broke"}, 500)
        if "refused" in struck:
            return answer_json({"error": "not for you, not now"}, 403)
        response = door.handler(request, **parts)
        if "late" in struck:
            time.sleep(plan.late_seconds)
        if "time_out" in struck:
            time.sleep(plan.hold_seconds)
            raise NeverAnswersError
        return response

    def _key(self, door: Door, request: Request, parts: Mapping[str, Any]) -> str:
        """What makes two requests the same to a fault plan: the caller's key, the named path part, or the content."""
        given = request.headers.get("Idempotency-Key")
        if given:
            return given
        if door.key_part:
            return str(parts[door.key_part])
        content = request.get_data(cache=True) if request.method == "POST" else request.full_path.encode()
        return blake2b(content, digest_size=12).hexdigest()

    def _load_faults(self) -> FaultPlan:
        row = self.books.reading().execute("SELECT value FROM settings WHERE name = 'faults'").fetchone()
        return FaultPlan.read(json.loads(row[0]) if row else {}, known=self.known)

    def set_faults(self, document: Mapping[str, Any]) -> None:
        """Take a new fault plan and keep it in the books. Raises :class:`UnknownFaultError`."""
        plan = FaultPlan.read(document, known=self.known)
        with self.books.writing() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES ('faults', ?)", (json.dumps(dict(document)),))
        self.faults = plan

    def _admin_faults(self, request: Request) -> Response:
        if request.method == "PUT":
            try:
                self.set_faults(read_json(request))
            except UnknownFaultError as error:
                raise BadRequest(str(error)) from error
        row = self.books.reading().execute("SELECT value FROM settings WHERE name = 'faults'").fetchone()
        return answer_json({"faults": json.loads(row[0]) if row else {}, "known": sorted(self.known)})

    def _health(self, request: Request) -> Response:
        return answer_json({"service": self.name, "pid": os.getpid()})


class _QuietHandler(WSGIRequestHandler):
    """Says nothing: a path may carry an account's key."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Drop werkzeug's request line; a crash in a handler still reaches stderr by its traceback."""
        if type == "error":
            sys.stderr.write("sandbox: " + (message % args if args else message) + "\n")


def common_arguments(what: str) -> argparse.ArgumentParser:
    """The options all sandboxes share."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--home", type=Path, required=True, help="folder for its books; made where it is missing")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 lets the system choose (default)")
    parser.add_argument("--address-file", type=Path, help="where to write its address (default: HOME/address.json)")
    parser.add_argument("--faults", type=Path, help="a JSON file of faults; without it those last set, or none")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started it ends")
    return parser


def serve(service: Service, options: argparse.Namespace, *, more: Mapping[str, Any] | None = None) -> None:
    """Serve on loopback until SIGTERM or SIGINT. The address file appears, whole, once requests are answered.

    ``more`` is written into it too: the port of a second door.
    """
    address_file: Path = options.address_file or options.home / "address.json"
    address_file.unlink(missing_ok=True)
    if options.faults:
        service.set_faults(json.loads(options.faults.read_text()))
    server = make_server("127.0.0.1", options.port, service, threaded=True, request_handler=_QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]  # a held request must not keep the process alive
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    if options.with_parent:
        threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    waiting = address_file.with_name(f"{address_file.name}.{os.getpid()}")
    address = {"service": service.name, "url": url, "port": server.server_port, "pid": os.getpid()}
    waiting.write_text(json.dumps({**address, **(more or {})}))
    waiting.replace(address_file)
    sys.stdout.write(f"{service.name} at {url}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.2)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
