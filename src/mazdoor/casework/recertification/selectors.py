"""Doors out of recertification: what is due where, and how one household stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from mazdoor.casework.models_recertification import Renewal

_OPEN = ("scheduled", "told", "held", "review")


def waiting(*, state: str = "", area_code: str = "", limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """Households that were told and have not confirmed yet, the longest overdue first, with their head's name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (r.due_on, r.id) r.id AS renewal_id, r.household_id, r.due_on, r.state, r.step, r.told_on,
                   r.held_on, r.area_code, p.person_id, p.registry_number, p.given_name, p.surname, p.given_name_ur,
                   p.surname_ur
            FROM casework_renewal r JOIN registration.person_now p ON p.household_id = r.household_id
            WHERE r.state = ANY (%(states)s) AND starts_with(r.area_code, %(area)s)
            ORDER BY r.due_on, r.id, (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id
            LIMIT %(limit)s
            """,
            {"states": [state] if state else ["told", "held", "review"], "area": area_code, "limit": limit},
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counts() -> dict[str, int]:
    """How many households stand at each state of the calendar, of those the caller may see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM casework_renewal GROUP BY 1")
        found = {str(state): int(count) for state, count in cursor.fetchall()}
    return dict.fromkeys((*_OPEN, "renewed", "ended"), 0) | found


def due_by_month(*, months: int = 12, today: dt.date | None = None) -> Sequence[Mapping[str, Any]]:
    """How many households are due in each of the coming months (and before: the first row), and how many are held."""
    first = (today or timezone.localdate()).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT greatest(date_trunc('month', r.due_on)::date, (%(first)s::date - interval '1 month')::date) AS month,
                   count(*) AS due, count(*) FILTER (WHERE r.state IN ('held', 'review')) AS held
            FROM casework_renewal r
            WHERE r.state IN ('scheduled', 'told', 'held', 'review')
              AND r.due_on < %(first)s::date + make_interval(months => %(months)s)
            GROUP BY 1 ORDER BY 1
            """,
            {"first": first, "months": months},
        )
        return [
            {"month": month, "due": int(due), "held": int(held), "before": month < first}
            for month, due, held in cursor.fetchall()
        ]


def renewals_of(*, household_id: int) -> Sequence[Mapping[str, Any]]:
    """Every cycle of a household, newest first."""
    return list(
        Renewal.objects.filter(household_id=household_id)
        .order_by("-id")
        .values(
            "id", "opened_on", "due_on", "state", "step", "told_on", "held_on", "renewed_on", "renewed_by", "officer_id"
        )
    )
