"""Doors out of accounts: where money for somebody goes, and how requests stand. IBANs come out masked, but for one door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named
from mazdoor.delivery.accounts.models import Account


def accounts_of(*, person_id: int) -> list[dict[str, Any]]:
    """A person's accounts, live ones first, with the last four letters of the IBAN."""
    return ask_named(
        "SELECT id AS account_id, purpose, bank_code, iban_last4, origin, state, opened_at, closed_at, closed_reason "
        "FROM accounts_account WHERE person_id = %s::bigint ORDER BY (state = 'opened') DESC, id DESC",
        [str(person_id)],
    )


def requests_of(*, person_id: int) -> list[dict[str, Any]]:
    """How a person's requests for accounts stand, newest first."""
    return ask_named(
        "SELECT * FROM accounts.request WHERE person_id = %s::bigint ORDER BY request_id DESC", [str(person_id)]
    )


def get_ibans(*, account_ids: Sequence[int]) -> dict[int, str]:
    """The full IBANs of accounts the caller may see: for a payment file, never for a screen or a log."""
    ring = keyring()
    return {
        account.pk: ring.open(account.iban_encrypted, purpose="iban")
        for account in Account.objects.filter(pk__in=account_ids).only("iban_encrypted")
    }


def counts(*, purpose: str = "benefits") -> dict[str, int]:
    """How many requests stand where, and how many accounts are live, of those the caller may see."""
    rows = _rows(
        "SELECT state AS name, count(*) AS number FROM accounts.request WHERE purpose = %s GROUP BY 1 "
        "UNION ALL SELECT 'live', count(*) FROM accounts.live_account WHERE purpose = %s",
        [purpose, purpose],
    )
    known = {"waiting": 0, "unknown": 0, "pending": 0, "opened": 0, "refused": 0, "withdrawn": 0, "live": 0}
    return known | {row["name"]: row["number"] for row in rows}


def refusal_reasons(*, purpose: str = "benefits") -> list[dict[str, Any]]:
    """Why banks refused, by bank and reason, most frequent first."""
    return _rows(
        "SELECT bank_code, reason, count(*) AS number FROM accounts.request "
        "WHERE purpose = %s AND state = 'refused' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        [purpose],
    )


def next_due_at() -> Any:
    """When the next request under way is due (aware), or ``None`` where none is."""
    return _rows(
        "SELECT min(next_at) AS due FROM accounts_accountrequest WHERE state IN ('waiting', 'unknown', 'pending')", []
    )[0]["due"]


def _rows(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
