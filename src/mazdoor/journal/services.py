"""Doors in: recording an act, publishing news, running long jobs, sealing.

:func:`record` is here; the other doors live in modules of their own and are gathered here for callers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mazdoor.database.acting import current
from mazdoor.database.prepared import ask
from mazdoor.journal.behind import AGAIN, Busy, put_behind, run_behind
from mazdoor.journal.jobs import Job, job_run
from mazdoor.journal.outbox import PUBLISH, deliver, news, publish, subscribe
from mazdoor.journal.refusals import NOBODY_ACTS
from mazdoor.journal.sealing import seal, verify

__all__ = [
    "AGAIN",
    "Busy",
    "Job",
    "deliver",
    "job_run",
    "publish",
    "put_behind",
    "record",
    "record_and_publish",
    "run_behind",
    "seal",
    "subscribe",
    "verify",
]

# Words that look like a CNIC, a mobile number or an IBAN have no place in the journal.
_PERSONAL: Final = re.compile(
    r"(?<![0-9A-Za-z])(\d{13}|\d{5}-\d{7}-\d|(\+92|0092|0)3\d{9}|PK\d{2}[A-Z]{4}[A-Z0-9]{16})(?![0-9A-Za-z])"
)


def record(
    *,
    act: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    count: int | None = None,
    root: str | None = None,
) -> int:
    """Write one act into the journal, in the caller's transaction; returns the entry's number.

    ``act`` is ``room.thing.done``, ``subject`` is ``thing:number``. A bulk step is one entry: ``count`` rows, and
    ``root``, a hash over them. Who acts is what the transaction says (``access.services.acting_as``).
    Refuses JRN-001 when nobody acts; raises ``ValueError`` for details that look like personal values.
    """
    ((number,),) = ask(f"{_RECORD} RETURNING id", _entry(act, subject, details, count, root))
    return int(number)


def record_and_publish(
    *,
    act: str,
    subject: str,
    topic: str,
    payload: Mapping[str, Any],
    details: Mapping[str, Any] | None = None,
    count: int | None = None,
) -> None:
    """`record` and `publish` in one statement, for an act that is told at once and comes often. Refuses as `record` does."""
    ask(_RECORD_AND_PUBLISH, [*_entry(act, subject, details, count, None), *news(topic, payload)])


_RECORD: Final = (
    "INSERT INTO journal_entry (officer_id, reason, act, subject, details, count, root)"
    " VALUES (%s::bigint, %s, %s, %s, %s::jsonb, %s::bigint, %s)"
)
_RECORD_AND_PUBLISH: Final = f"WITH entry AS ({_RECORD}), {PUBLISH}"


def _entry(
    act: str, subject: str, details: Mapping[str, Any] | None, count: int | None, root: str | None
) -> list[str | None]:
    """The values of an entry by whoever acts now. Refuses as `record` does."""
    officer, _, reason = current()
    if not officer and not reason:
        raise NOBODY_ACTS.because(act=act)
    body = json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True, default=str)
    if any(_PERSONAL.search(word) for word in (subject, *_words(details or {}))):
        raise ValueError(f"the journal takes no personal values (act {act})")
    return [officer or None, reason, act, subject, body, None if count is None else str(count), root]


def _words(value: Any) -> Iterator[str]:
    """Every text within ``value``, keys too. Numbers are not texts: an amount may well have thirteen digits."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _words(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _words(inner)
