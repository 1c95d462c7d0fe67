"""Doors out of wages: what was paid, what was due, by whom it is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Left

from mazdoor.delivery.wages.models import Check, Shortfall, WageRecord


def wages_of(*, person_id: int, limit: int = 24) -> list[dict[str, Any]]:
    """A person's newest wage records, each with what was due where it was short (amounts in paisa)."""
    records = list(
        WageRecord.objects.filter(person_id=person_id)
        .order_by("-month", "-id")[:limit]
        .values("id", "month", "pay_period", "units", "paid_amount", "method", "jurisdiction")
    )
    short = {
        row["wage_record_id"]: row
        for row in Shortfall.objects.filter(wage_record_id__in=[record["id"] for record in records]).values(
            "wage_record_id", "due_amount", "shortfall_amount", "rate__provision", "rate__mark", "rate__monthly_amount"
        )
    }
    return [{**record, "short": short.get(record["id"])} for record in records]


def last_check() -> Check | None:
    """The newest comparison of all records with the rates."""
    return Check.objects.order_by("-id").first()


def shortfalls_by_area(*, length: int = 3) -> Sequence[Mapping[str, Any]]:
    """Workers paid under the minimum and what is missing, by P-code prefix (3: province, 5: district)."""
    return list(
        Shortfall.objects.annotate(area=Left("area_code", length))
        .values("area")
        .annotate(workers=Count("person_id", distinct=True), missing=Sum("shortfall_amount"))
        .order_by("area")
    )
