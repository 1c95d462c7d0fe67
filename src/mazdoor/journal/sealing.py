"""Sealing: entries are closed in batches, each batch under a Merkle root, each root chained to the one before.

Writers never wait for it. Entries become visible in another order than they were numbered (a long transaction ends
late), so a seal says which entries it covers, and a later seal takes up what came late. The seal keeps the leaf of
each entry: when something was altered, :func:`verify` can say which entry, not only which batch. Somebody who owns
the database could rewrite entries *and* all seals after them; that is why the newest seal is worth printing and
keeping elsewhere (``verify(anchor=…)`` holds the chain against it).

Hashes are SHA-256 with a first byte that says what is hashed: 0 an entry, 1 a pair, 2 a seal (as in RFC 6962).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

_FIRST: Final = bytes(32)
_SEAL_LOCK: Final = 7_262_001
BATCH: Final = 10_000

# What is hashed of an entry. Times are microseconds since 1970, so the session's time zone does not matter.
_LEAF: Final = """
    sha256('\\x00'::bytea || convert_to(jsonb_build_array(
        e.id, (extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.officer_id, e.reason, e.act, e.subject,
        e.details, e.count, e.root)::text, 'UTF8'))
"""


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that does not fit: a seal, and the entry where it can be named."""

    seal: int
    entry: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What :func:`verify` found. ``broken`` is None when the chain is whole."""

    seals: int
    entries: int
    unsealed: int
    newest: bytes
    broken: Break | None


def merkle_root(leaves: list[bytes]) -> bytes:
    """The root over ``leaves``; one left over at a level goes up unpaired. No leaves: the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = leaves
    while len(level) > 1:
        pairs = itertools.zip_longest(level[::2], level[1::2])
        level = [left if right is None else hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
    return level[0]


def seal(*, batch: int = BATCH) -> int:
    """Seal every entry that is committed and not sealed; returns how many. One process seals at a time."""
    total = 0
    while sealed := _seal_batch(batch):
        total += sealed
    return total


def verify(*, anchor: tuple[int, bytes] | None = None) -> Verification:
    """Compute the whole chain again from the entries and name the first thing that does not fit.

    ``anchor`` is the number and hash of a seal kept outside the database.
    """
    entries = seals = 0
    previous = _FIRST
    with transaction.atomic(), connection.cursor() as cursor:
        broken: Break | None = None
        anchored = anchor is None
        for number, row in enumerate(_seals(cursor), start=1):
            broken = _check_seal(cursor, number, previous, *row)
            previous = row[3]
            if anchor and row[0] == anchor[0]:
                anchored = True
                if broken is None and previous != anchor[1]:
                    broken = Break(number, None, "the seal is not the one kept elsewhere")
            if broken:
                break
            entries += len(row[4])
            seals = number
        if broken is None and not anchored and anchor:
            broken = Break(anchor[0], None, "the seal kept elsewhere is missing here")
        cursor.execute("SELECT count(*) FROM journal_entry")
        unsealed = cursor.fetchone()[0] - entries
    return Verification(seals, entries, unsealed, previous, broken)


def _seal_batch(batch: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEAL_LOCK])
        cursor.execute("SELECT number, seal, horizon, cluster FROM journal_seal ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, system_identifier::text FROM pg_control_system()"
        )
        horizon, cluster = cursor.fetchone()
        # Everything written by transactions that had ended before the last horizon is sealed: no need to look there.
        # On another server (a restored copy) transaction numbers begin anew, so there everything is looked at.
        since = last[2] if last and last[3] == cluster else "0"
        cursor.execute(
            f"""
            SELECT e.id, {_LEAF} FROM journal_entry e
            WHERE e.written_in >= %s::xid8
              AND NOT EXISTS (SELECT 1 FROM journal_sealedentry s WHERE s.entry_id = e.id)
            ORDER BY e.id LIMIT %s
            """,
            [since, batch],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        if len(rows) == batch:
            horizon = since  # more may be waiting: the next batch begins where this one did
        leaves = [bytes(row[1]) for row in rows]
        root = merkle_root(leaves)
        number = (last[0] if last else 0) + 1
        previous = bytes(last[1]) if last else _FIRST
        cursor.execute(
            "INSERT INTO journal_seal (number, previous, root, seal, entry_ids, leaves, horizon, cluster, sealed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())",
            [
                number,
                previous,
                root,
                _seal_of(number, previous, root, len(rows)),
                [row[0] for row in rows],
                b"".join(leaves),
                horizon,
                cluster,
            ],
        )
        cursor.execute(
            "INSERT INTO journal_sealedentry (entry_id, seal_id) SELECT unnest(%s::bigint[]), %s",
            [[row[0] for row in rows], number],
        )
        return len(rows)


def _seal_of(number: int, previous: bytes, root: bytes, count: int) -> bytes:
    return hashlib.sha256(b"\2" + number.to_bytes(8) + previous + root + count.to_bytes(8)).digest()


def _seals(cursor: Any) -> Iterator[tuple[int, bytes, bytes, bytes, list[int], bytes]]:
    """Every seal by number, one at a time."""
    after = -1
    while True:
        cursor.execute(
            "SELECT number, previous, root, seal, entry_ids, leaves FROM journal_seal"
            " WHERE number > %s ORDER BY number LIMIT 1",
            [after],
        )
        row = cursor.fetchone()
        if row is None:
            return
        after = row[0]
        yield row[0], bytes(row[1]), bytes(row[2]), bytes(row[3]), list(row[4]), bytes(row[5])


def _check_seal(
    cursor: Any,
    expected: int,
    before: bytes,
    number: int,
    previous: bytes,
    root: bytes,
    seal_: bytes,
    entry_ids: list[int],
    leaves: bytes,
) -> Break | None:
    if number != expected:
        return Break(expected, None, "the seal is missing")
    if previous != before:
        return Break(number, None, "the seal does not follow the one before")
    cursor.execute(f"SELECT e.id, {_LEAF} FROM journal_entry e WHERE e.id = ANY (%s) ORDER BY e.id", [entry_ids])
    found = {row[0]: bytes(row[1]) for row in cursor.fetchall()}
    for position, entry in enumerate(entry_ids):
        if entry not in found:
            return Break(number, entry, "the entry is missing")
        if found[entry] != leaves[position * 32 : position * 32 + 32]:
            return Break(number, entry, "the entry was altered")
    if merkle_root([found[entry] for entry in entry_ids]) != root or len(leaves) != 32 * len(entry_ids):
        return Break(number, None, "the root does not fit its entries")
    if _seal_of(number, previous, root, len(entry_ids)) != seal_:
        return Break(number, None, "the seal does not fit its root")
    return None
