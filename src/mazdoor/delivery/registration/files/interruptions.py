"""What may stop a file that is no fault of the file: the database goes, the disk is full, the folder cannot be written.

Each is told as a refusal that says how to go on. Whatever was being done is undone by the database or made anew by the next
run (see `importing` and `staging`), so nothing has to be tidied here.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import psycopg
from django.db.utils import InterfaceError, OperationalError

from mazdoor.database.home import home_folder
from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.kernel.refusals import Refusal, RefusalKind, Words

INTERRUPTIONS: Final = (refusals.DATABASE_LOST, refusals.DISK_FULL, refusals.FOLDER_CLOSED)
"""What is refused now and may be done in a while, as it is."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_SERVER_FULL: Final = "53100"
_GONE: Final = ("08", "53", "57P", "58")
"""Beginnings of PostgreSQL's codes for a server that is lost, has no room, is shut down, or cannot read its own files."""
_WORDS: Final = {
    refusals.DISK_FULL: Words("the disk is full", "ڈسک بھر گئی ہے"),
    refusals.FOLDER_CLOSED: Words("its folder cannot be written", "اس کے فولڈر میں لکھا نہیں جا سکتا"),
    refusals.DATABASE_LOST: Words("the database was lost", "ڈیٹابیس سے رابطہ ٹوٹ گیا"),
}


@contextmanager
def told_plainly(import_id: int) -> Iterator[None]:
    """Around the work on a file. Raises REG-055, REG-056 or REG-057 for what is no fault of the file or of ours."""
    try:
        yield
    except Exception as error:
        kind = interruption_of(error)
        if kind is None:
            raise
        raise kind.because(number=import_id, folder=str(home_folder())) from error


def not_kept(error: Exception) -> Refusal | None:
    """The refusal of a file that could not even be kept (REG-058); ``None`` for what should not have happened."""
    kind = interruption_of(error)
    if kind is None:
        return None
    words = _WORDS[kind]
    return refusals.FILE_NOT_KEPT.because(problem=words.en, problem_ur=words.ur)


def interruption_of(error: BaseException) -> RefusalKind | None:
    """Which of `INTERRUPTIONS` an error is, or ``None``."""
    if isinstance(error, OSError):
        return _by_number(error.errno)
    if isinstance(error, duckdb.Error):
        return _by_words(str(error))
    if isinstance(error, (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)):
        return _by_state(error)
    return None


def _by_number(number: int | None) -> RefusalKind | None:
    if number in _FULL:
        return refusals.DISK_FULL
    return refusals.FOLDER_CLOSED if number in _CLOSED else None


def _by_words(told: str) -> RefusalKind | None:
    """DuckDB tells what the system said, in its words, and of its own bound for a disk nearly full."""
    if "available disk space" in told or any(os.strerror(number) in told for number in _FULL):
        return refusals.DISK_FULL
    return refusals.FOLDER_CLOSED if any(os.strerror(number) in told for number in _CLOSED) else None


def _by_state(error: BaseException) -> RefusalKind | None:
    told = error if isinstance(error, psycopg.Error) else error.__cause__
    state = told.sqlstate if isinstance(told, psycopg.Error) else None
    if state == _SERVER_FULL:
        return refusals.DISK_FULL
    return refusals.DATABASE_LOST if state is None or state.startswith(_GONE) else None
