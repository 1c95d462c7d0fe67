"""What becomes of accounts when two records become one person, and when that is undone.

Accounts of the merged record are from then on the canonical person's. One live account for a purpose is the rule, so
where both had one, the merged record's is closed; undoing opens it again. Requests under way are left alone: what a bank
then opens is given to whoever the person is by that time.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from mazdoor.delivery.deduplication.participants import Merged, register_participant

MERGED = "merged"
"""Why such an account was closed."""

_CLOSE = """
UPDATE accounts_account a SET state = 'closed', closed_at = clock_timestamp(), closed_reason = %(why)s
WHERE a.canonical_person_id = %(gone)s AND a.state = 'opened'
  AND EXISTS (SELECT 1 FROM accounts_account k
              WHERE k.canonical_person_id = %(kept)s AND k.purpose = a.purpose AND k.state = 'opened')
RETURNING a.id
"""
_MOVE = "UPDATE accounts_account SET canonical_person_id = %(to)s WHERE id = ANY (%(ids)s)"
# Opened again unless somebody else has linked the same account meanwhile.
_REOPEN = """
UPDATE accounts_account a SET state = 'opened', closed_at = NULL, closed_reason = ''
WHERE a.id = ANY (%(ids)s) AND a.state = 'closed' AND a.closed_reason = %(why)s
  AND NOT EXISTS (SELECT 1 FROM accounts_account k
                  WHERE k.state = 'opened' AND k.purpose = a.purpose
                    AND (k.iban_index = a.iban_index OR k.canonical_person_id = a.canonical_person_id))
"""


def take_part() -> None:
    """Register this room's part in merges; called at start-up."""
    register_participant("accounts", on_merge, on_undo)


def on_merge(news: Merged) -> dict[str, Any]:
    """Close what would be a second live account, and give the rest to the canonical person."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"gone": news.merged_person_id, "kept": news.canonical_person_id, "why": MERGED})
        closed = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT id FROM accounts_account WHERE canonical_person_id = %s ORDER BY id", [news.merged_person_id]
        )
        moved = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(_MOVE, {"ids": moved, "to": news.canonical_person_id})
    return {"closed": closed, "moved": moved}


def on_undo(news: Merged, record: dict[str, Any]) -> None:
    """Give back what was moved, with what came to the merged records since, and open again what was closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_account WHERE canonical_person_id = %s AND person_id = ANY (%s)",
            [news.canonical_person_id, list(news.person_ids)],
        )
        since = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(_MOVE, {"ids": sorted({*record["moved"], *since}), "to": news.merged_person_id})
        cursor.execute(_REOPEN, {"ids": record["closed"], "why": MERGED})
