"""What an enrolment is paid in a cycle, computed anew by the slow engine: payments ask before a payroll is approved.

It has the shape of payments' port ``AmountChecker``; payments, a later room, is not imported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Max, Min

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.enrolment.models import Enrolment


class ReferenceAmounts:
    """Amounts of enrolments by the reference engine, from the facts their decision was made on."""

    def edge_cases(self, *, programme_code: str, on_date: dt.date, limit: int) -> Sequence[int]:
        """Enrolments at the ends of what the programme pays: for every distinct amount its first and last enrolment,
        smallest and largest amounts first, at most ``limit``."""
        live = Enrolment.objects.filter(programme_code=programme_code, state="enrolled", from_date__lte=on_date)
        by_amount = live.values("cycle_amount").annotate(first=Min("pk"), last=Max("pk"))
        half = max(limit // 4, 1)
        rows = [*by_amount.order_by("cycle_amount")[:half], *by_amount.order_by("-cycle_amount")[:half]]
        return sorted({row[end] for row in rows for end in ("first", "last")})[:limit]

    def recompute(self, *, programme_code: str, on_date: dt.date, enrolment_ids: Sequence[int]) -> Mapping[int, int]:
        """Paisa of one cycle for each enrolment; one that the reference engine does not find eligible is left out."""
        behind = dict(
            Enrolment.objects.filter(pk__in=enrolment_ids, programme_code=programme_code).values_list(
                "pk", "decision__assessment_id"
            )
        )
        amounts = assessment.amounts_by_reference(assessment_ids=list(behind.values()))
        return {pk: amounts[assessment_id] for pk, assessment_id in behind.items() if assessment_id in amounts}
