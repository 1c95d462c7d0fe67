"""Doors out of wages: what was paid, what was due, by whom it is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Count, Sum
from django.db.models.functions import Left

from mazdoor.database.prepared import ask_named
from mazdoor.delivery.wages.models import Check, Shortfall

_SHORT: Final = ("due_amount", "shortfall_amount", "rate__provision", "rate__mark", "rate__monthly_amount")


def wages_of(*, person_id: int, limit: int = 24) -> list[dict[str, Any]]:
    """A person's newest wage records, each with what was due where it was short (amounts in paisa)."""
    records = ask_named(
        "SELECT w.id, w.month, w.pay_period, w.units, w.paid_amount, w.method, w.jurisdiction, "
        "s.due_amount, s.shortfall_amount, r.provision AS rate__provision, r.mark AS rate__mark, "
        "r.monthly_amount AS rate__monthly_amount FROM wages_wagerecord w "
        "LEFT JOIN wages_shortfall s ON s.wage_record_id = w.id LEFT JOIN wages_rate r ON r.id = s.rate_id "
        "WHERE w.person_id = %s::bigint ORDER BY w.month DESC, w.id DESC LIMIT %s::integer",
        [str(person_id), str(limit)],
    )
    for record in records:
        short = {name: record.pop(name) for name in _SHORT}
        record["short"] = None if short["due_amount"] is None else short
    return records


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
