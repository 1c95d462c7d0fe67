"""The body of a submission: multipart, of known or unknown length, held in memory and never larger than ``MOST``."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from mazdoor.interfaces.openrosa.refusals import FORM_MISSING, TOO_LARGE

MOST: Final = 16 * 1024 * 1024
"""Bytes of one request: told to devices, which then spread photographs over several."""
DRAINED: Final = 256 * 1024 * 1024
"""How much of a body that is too large is read and thrown away, so that the answer reaches the device."""
XML_PART: Final = "xml_submission_file"


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came with a form."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What one request held."""

    xml: bytes
    files: tuple[Part, ...]


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def body_of(request: HttpRequest) -> bytes:
    """The whole body, also where it came in chunks of a length nobody told. Raises ``ODK-003`` beyond ``MOST``."""
    told = request.META.get("CONTENT_LENGTH") or ""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").casefold()
    stream: _Readable = request.META["wsgi.input"] if chunked and request.META.get("wsgi.input_terminated") else request
    if told.isdigit() and int(told) > MOST:
        _drain(stream)
        raise TOO_LARGE.because(limit=MOST // 1_048_576)
    kept = bytearray()
    while piece := stream.read(min(65_536, MOST + 1 - len(kept))):
        kept += piece
        if len(kept) > MOST:
            _drain(stream)
            raise TOO_LARGE.because(limit=MOST // 1_048_576)
    return bytes(kept)


def drain(request: HttpRequest) -> None:
    """Read a body that nobody wants: a client that is still sending would not hear the answer."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").casefold()
    _drain(request.META["wsgi.input"] if chunked and request.META.get("wsgi.input_terminated") else request)


def read_submission(request: HttpRequest) -> Sent:
    """The form and files of a request. Raises ``ODK-003`` where it is too large, ``ODK-004`` where it holds no form."""
    body = body_of(request)
    meta = {**request.META, "CONTENT_LENGTH": str(len(body))}
    collected = _Collect()
    try:
        fields, _ = MultiPartParser(meta, io.BytesIO(body), [collected], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as broken:
        raise FORM_MISSING.because() from broken
    xml = next((part.content for field, part in collected.parts if field == XML_PART), b"")
    xml = xml or str(fields.get(XML_PART, "")).encode()
    if not xml:
        raise FORM_MISSING.because()
    files = tuple(part for field, part in collected.parts if field != XML_PART)
    return Sent(xml, files)


def _drain(stream: _Readable) -> None:
    thrown = 0
    while thrown < DRAINED and (piece := stream.read(65_536)):
        thrown += len(piece)


class _Collect(FileUploadHandler):
    """Keeps files in memory under the name they were sent by; nothing is written to a folder on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[str, Part]] = []
        self._pieces: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._pieces = []
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        self._pieces.append(raw_data)

    def file_complete(self, file_size: int) -> None:
        """It is whole."""
        part = Part(self.file_name or "", b"".join(self._pieces), self.content_type or "")
        self.parts.append((self.field_name or "", part))
