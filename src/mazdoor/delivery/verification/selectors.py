"""Doors out of verification: what is known of a person, and what waits."""

from __future__ import annotations

from typing import Any

from django.db import connection


def verifications_of(*, person_id: int) -> list[dict[str, Any]]:
    """Every answer about a person, newest first."""
    return _rows(
        "SELECT kind, method, outcome, evidence, officer_id, verified_at, expires_on, superseded_at "
        "FROM verification_verification WHERE person_id = %s ORDER BY verified_at DESC, id DESC",
        [person_id],
    )


def find_identity(*, person_id: int) -> str | None:
    """The live answer on who a person is: match, no_match, deceased, contested; ``None`` where nobody answered yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome FROM verification.identity_now WHERE person_id = %s", [person_id])
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def open_discrepancies(*, limit: int = 50, after: int = 0) -> list[dict[str, Any]]:
    """Open discrepancies the caller may see, oldest first, after a number: with the person's name and area."""
    return _rows(
        "SELECT d.discrepancy_id, d.person_id, d.outcome, d.fields, d.opened_at, d.area_code, p.registry_number, "
        "p.given_name, p.surname FROM verification.discrepancy_open d JOIN registration.person_now p USING (person_id) "
        "WHERE d.discrepancy_id > %s ORDER BY d.discrepancy_id LIMIT %s",
        [after, limit],
    )


def counts() -> dict[str, int]:
    """How many identity requests wait, and how many people stand at each outcome, of those the caller may see."""
    rows = _rows(
        "SELECT outcome AS name, count(*) AS number FROM verification.identity_now GROUP BY 1 UNION ALL "
        "SELECT 'waiting', count(*) FROM verification_verificationrequest WHERE state = 'waiting' AND kind = 'identity' "
        "UNION ALL SELECT 'profiles', count(*) FROM verification.wealth_profile",
        [],
    )
    return {"match": 0, "no_match": 0, "deceased": 0, "contested": 0} | {row["name"]: row["number"] for row in rows}


def next_due_at(*, kind: str) -> Any:
    """When the next waiting request of a kind is due (aware), or ``None`` where none waits."""
    return _rows(
        "SELECT min(next_at) AS due FROM verification_verificationrequest WHERE state = 'waiting' AND kind = %s", [kind]
    )[0]["due"]


def _rows(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
