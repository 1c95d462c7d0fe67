"""Doors into the books: open an account, post an act, block nothing that is not there.

Every door joins the caller's transaction, so money moves in the books exactly when the act that moved it is committed.
The caller's act is what the journal records; the books are its other half.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from mazdoor.kernel.money import format_rupees
from mazdoor.ledger import refusals
from mazdoor.ledger.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """Move ``amount`` paisa (> 0) by debiting one account and crediting another (codes of accounts).

    ``subject_id`` is whose money it is, ``reference_id`` the paper that moves it.
    """

    debit: str
    credit: str
    amount: int
    subject_id: int | None = None
    reference_id: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting came to. ``fresh`` is false when the key was already in the books with the same content."""

    posting_id: int
    entry_count: int
    total_amount: int
    fresh: bool


def open_account(*, code: str, kind: str, role: str, programme_code: str = "", bank_code: str = "") -> int:
    """The number of the account ``code``, opened if it is not there yet. Refuses (LED-006) a code open for else."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_account (code, kind, role, programme_code, bank_code) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT DO NOTHING""",
            [code, kind, role, programme_code, bank_code],
        )
    found = Account.objects.filter(code=code).first()
    if found is None or (found.kind, found.role, found.programme_code, found.bank_code) != (
        kind,
        role,
        programme_code,
        bank_code,
    ):
        raise refusals.ACCOUNT_DIFFERS.because(code=code)
    return found.pk


@transaction.atomic
def post(*, key: str, kind: str, source: str, occurred_on: dt.date, lines: Iterable[Line]) -> Posted:
    """Write one act of a few lines. The same key with the same lines changes nothing and says so.

    Refuses: LED-001 (the key belongs to another act), LED-002 (nothing moves), LED-003 (no such account).
    """
    lines = list(lines)
    if not lines or any(line.amount <= 0 or line.debit == line.credit for line in lines):
        raise refusals.NOTHING_TO_POST.because(key=key)
    codes = {line.debit for line in lines} | {line.credit for line in lines}
    numbers: Mapping[str, int] = dict(Account.objects.filter(code__in=codes).values_list("code", "id"))
    if missing := sorted(codes - numbers.keys()):
        raise refusals.ACCOUNT_UNKNOWN.because(code=missing[0])
    said = sorted(
        (line.debit, line.credit, line.amount, line.subject_id or 0, line.reference_id or 0) for line in lines
    )
    fingerprint = hashlib.sha256(repr((kind, source, occurred_on.isoformat(), said)).encode()).digest()
    columns = list(
        zip(
            *(
                (numbers[line.debit], numbers[line.credit], line.amount, line.subject_id, line.reference_id)
                for line in lines
            ),
            strict=True,
        )
    )
    return _write(
        key=key,
        kind=kind,
        source=source,
        occurred_on=occurred_on,
        fingerprint=fingerprint,
        rows_sql="SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])",
        params=[list(column) for column in columns],
    )


@transaction.atomic
def post_bulk(
    *, key: str, kind: str, source: str, occurred_on: dt.date, rows_sql: str, params: Iterable[Any] = (), root: bytes
) -> Posted:
    """Write one act of very many entries in one statement.

    ``rows_sql`` is a query of the caller's own (a constant of its code, values as ``params``) that gives, in this
    order: debit account number, credit account number, paisa, subject, reference; best ordered by subject, which keeps
    the block-range index sharp. ``root`` is 32 bytes over its rows (:func:`root_of_rows`, or the hash of the file they
    came in): a repeat under the same key with the same root changes nothing, with another root it is refused (LED-001).
    """
    fingerprint = hashlib.sha256(repr((kind, source, occurred_on.isoformat())).encode() + root).digest()
    return _write(
        key=key,
        kind=kind,
        source=source,
        occurred_on=occurred_on,
        fingerprint=fingerprint,
        rows_sql=rows_sql,
        params=list(params),
    )


def _write(
    *,
    key: str,
    kind: str,
    source: str,
    occurred_on: dt.date,
    fingerprint: bytes,
    rows_sql: str,
    params: list[Any],
) -> Posted:
    """One posting: 1. its key, or the posting that has it already; 2. its entries; 3. its totals, from what was
    written. The database adds the entries up once more at commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_posting (key, kind, source, occurred_on, fingerprint) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT (key) DO NOTHING RETURNING id""",
            [key, kind, source, occurred_on, fingerprint],
        )
        made = cursor.fetchone()
        if made is None:
            return _already(key=key, fingerprint=fingerprint)
        cursor.execute("SELECT database_month_partition('ledger_entry', %s)", [occurred_on])
        month = occurred_on.replace(day=1)
        cursor.execute(
            f"""WITH written AS (
                    INSERT INTO ledger_entry
                        (posting_id, month, debit_account_id, credit_account_id, amount, subject_id, reference_id)
                    SELECT %s, %s, row.* FROM ({rows_sql}) AS row
                    RETURNING debit_account_id, credit_account_id, amount
                )
                INSERT INTO ledger_postingtotal
                    (posting_id, debit_account_id, credit_account_id, entry_count, total_amount)
                SELECT %s, debit_account_id, credit_account_id, count(*), sum(amount) FROM written GROUP BY 2, 3
                RETURNING entry_count, total_amount""",
            [made[0], month, *params, made[0]],
        )
        totals = cursor.fetchall()
    if not totals:
        raise refusals.NOTHING_TO_POST.because(key=key)
    return Posted(made[0], sum(int(count) for count, _ in totals), sum(int(amount) for _, amount in totals), True)


def _already(*, key: str, fingerprint: bytes) -> Posted:
    """The posting that holds ``key``. Refuses (LED-001) when it is another act."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT posting.id, posting.fingerprint, sum(total.entry_count), sum(total.total_amount)
               FROM ledger_posting AS posting JOIN ledger_postingtotal AS total ON total.posting_id = posting.id
               WHERE posting.key = %s GROUP BY posting.id""",
            [key],
        )
        posting_id, held, count, amount = cursor.fetchone()
    if bytes(held) != fingerprint:
        raise refusals.KEY_REUSED.because(key=key)
    return Posted(posting_id, int(count), int(amount), False)


# Hashed in chunks of 65,536 subjects, then over the chunks' hashes, so rows of any number need little memory. No row has
# the number 0, so it can stand for "none"; every column takes eight bytes, so no two different rows read alike.
_ROOT = """
SELECT sha256(coalesce(string_agg(hash, ''::bytea ORDER BY chunk), ''::bytea)) FROM (
    SELECT coalesce(subject, reference, 0) / 65536 AS chunk,
           sha256(string_agg(
               int8send(debit) || int8send(credit) || int8send(amount)
                   || int8send(coalesce(subject, 0)) || int8send(coalesce(reference, 0)),
               ''::bytea ORDER BY subject, reference, debit, credit, amount
           )) AS hash
    FROM ({rows}) AS row (debit, credit, amount, subject, reference)
    GROUP BY 1
) AS hashed
"""


def root_of_rows(*, rows_sql: str, params: Iterable[Any] = ()) -> bytes:
    """32 bytes over every row of a query as :func:`post_bulk` takes it: another account, paisa, subject or reference
    in any row gives another root, another order of the same rows does not. Computed in the database."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT.format(rows=rows_sql), list(params))
        return bytes(cursor.fetchone()[0])


def is_posted(*, key: str) -> bool:
    """Whether the books hold an act under this key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_posting WHERE key = %s)", [key])
        return bool(cursor.fetchone()[0])


def check_cover(*, code: str, amount: int) -> None:
    """Refuse (LED-004) unless the account holds at least ``amount`` paisa.

    Holds the account until the caller's transaction ends, so two acts cannot both be covered by the same money.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ledger cover {code}"])
        cursor.execute("SELECT balance_amount FROM ledger.balance WHERE code = %s", [code])
        found = cursor.fetchone()
    if found is None:
        raise refusals.ACCOUNT_UNKNOWN.because(code=code)
    if int(found[0]) < amount:
        raise refusals.NOT_COVERED.because(code=code, missing=format_rupees(amount - int(found[0]), symbol=""))


def check_books() -> int:
    """Add up every entry of every posting and compare with the totals. Returns how many postings there are.

    Refuses (LED-005) when any posting does not hold what it says; this is what notices a paisa altered by somebody who
    could switch the database's own guards off.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(DISTINCT posting_id) FROM (
                   SELECT posting_id, debit_account_id, credit_account_id, count(*) AS n, sum(amount) AS paisa
                   FROM ledger_entry GROUP BY 1, 2, 3
               ) AS written
               FULL JOIN ledger_postingtotal AS stated USING (posting_id, debit_account_id, credit_account_id)
               WHERE written.n IS DISTINCT FROM stated.entry_count
                  OR written.paisa IS DISTINCT FROM stated.total_amount"""
        )
        wrong = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM ledger_posting")
        postings = int(cursor.fetchone()[0])
    if wrong:
        raise refusals.BOOKS_DISAGREE.because(postings=wrong)
    return postings
