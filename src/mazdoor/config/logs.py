"""What the log says of an exception: its kind and where it came from, never its words.

A message of the database or of Python may quote what somebody typed ("invalid input syntax for type date: …"). Kinds,
places in the code, refusal codes and SQLSTATEs are enough to find a fault by.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator


class Wordless(logging.Formatter):
    """Log lines whose tracebacks hold code and no values."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a text of the exception that another handler has left on the record is not taken over."""
        own = logging.makeLogRecord(record.__dict__)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: object) -> str:  # noqa: N802 the name is Python's
        """The exception and those it came from, the first of them first."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_told(error)) if isinstance(error, BaseException) else ""


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "then:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}: {frame.line}"
    code = getattr(error, "code", None) or getattr(error, "sqlstate", None)
    yield type(error).__name__ + (f" {code}" if isinstance(code, str) else "")
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield "of which:"
            yield from _told(each)
