"""Doors out of enrolment: what was decided of whom, and who is a beneficiary of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Sum

from mazdoor.database.prepared import ask_named
from mazdoor.delivery.enrolment.models import EligibilityDecision, Enrolment, EnrolmentEvent


def enrolments_of(*, person_id: int) -> Sequence[Mapping[str, Any]]:
    """A person's enrolments, live ones first (amounts: paisa a cycle)."""
    return ask_named(
        "SELECT id, programme_code, benefit_code, state, from_date, to_date, cycle_amount, decision_id "
        "FROM enrolment_enrolment WHERE canonical_person_id = %s::bigint ORDER BY state DESC, programme_code",
        [str(person_id)],
    )


def decisions_of(*, person_id: int) -> Sequence[Mapping[str, Any]]:
    """Every decision on units this person answers for, newest first."""
    return ask_named(
        "SELECT id, programme_code, decision, clause, cycle_amount, decided_at, assessment_run_id, assessment_id, unit_id, "
        "place, places FROM enrolment_eligibilitydecision WHERE person_id = %s::bigint ORDER BY decided_at DESC, id DESC",
        [str(person_id)],
    )


def events_of(*, enrolment_id: int) -> Sequence[Mapping[str, Any]]:
    """What happened to an enrolment, oldest first."""
    return list(
        EnrolmentEvent.objects.filter(enrolment_id=enrolment_id)
        .order_by("happened_at", "id")
        .values("from_state", "to_state", "reason", "officer_id", "happened_at")
    )


def counts_by_programme() -> Sequence[Mapping[str, Any]]:
    """Enrolled, by programme and state, with what a cycle costs (paisa)."""
    return list(
        Enrolment.objects.values("programme_code", "state")
        .annotate(count=Count("id"), cycle_amount=Sum("cycle_amount"))
        .order_by("programme_code", "state")
    )


def decision_counts(*, programme_code: str) -> dict[str, int]:
    """How many units of the newest run were found eligible, refused, held, or wait for a place."""
    newest = (
        EligibilityDecision.objects.filter(programme_code=programme_code)
        .order_by("-assessment_run_id")
        .values_list("assessment_run_id", flat=True)
        .first()
    )
    rows = (
        EligibilityDecision.objects.filter(programme_code=programme_code, assessment_run_id=newest)
        .values("decision")
        .annotate(count=Count("id"))
    )
    return {row["decision"]: row["count"] for row in rows}


def clause_counts(*, programme_code: str) -> Sequence[Mapping[str, Any]]:
    """Which clauses decided against how many units in the newest run, most first."""
    newest = (
        EligibilityDecision.objects.filter(programme_code=programme_code)
        .order_by("-assessment_run_id")
        .values_list("assessment_run_id", flat=True)
        .first()
    )
    return list(
        EligibilityDecision.objects.filter(programme_code=programme_code, assessment_run_id=newest)
        .exclude(decision="eligible")
        .values("decision", "clause")
        .annotate(count=Count("id"))
        .order_by("-count", "clause")
    )
