"""Moving a bank's lines into a temporary table by COPY, so that everything after is set-based.

A line goes in as a row of text; what the bank wrote as reference is kept only where it is not ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import connection

from mazdoor.delivery.reconciliation import refusals
from mazdoor.delivery.reconciliation.ports import Source
from mazdoor.kernel.refusals import Refusal

_ROWS_AT_ONCE: Final = 5_000
T = TypeVar("T")


def sha256_of(source: Source) -> str:
    """The hash a file is known by, in hex."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(source).hexdigest()


def read_whole(lines: Iterable[T], *, bank_code: str) -> Iterator[T]:
    """What a reader reads. What it refuses of the whole file (also in the middle of it) becomes REC-006."""
    try:
        yield from lines
    except Refusal as no:
        raise refusals.UNREADABLE.because(bank=bank_code, code=no.code) from no


def text_of(value: str) -> str:
    """A text as COPY wants it; what is no letter a person could have meant is dropped, length 80 at most."""
    kept = "".join(char for char in value[:80] if char.isprintable())
    return kept.replace("\\", "\\\\")


def copy_into(table: str, columns: str, rows: Iterable[str]) -> int:
    """COPY tab-separated rows (without line ends) into a table; returns how many."""
    connection.ensure_connection()
    count = 0
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for chunk in _chunks(rows):
            count += len(chunk)
            copy.write("\n".join(chunk) + "\n")
    return count


def _chunks(rows: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _ROWS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
