"""Programmes for one person: enrolled or not, and the clauses that say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.delivery.enrolment.words import waits
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.programmes import words


@dataclass(frozen=True)
class Verdict:
    """What one programme says of a person.

    ``state`` is that of the enrolment where there is one, else of the newest decision or assessment. ``failed`` are the
    sentences of the clauses not met; ``deciding`` the one that settled it. ``amount`` is paisa a cycle. ``decided_on`` is
    the assessment the decision was made on, where that is not the newest one.
    """

    programme: str
    title: str
    state: str
    amount: int | None
    deciding: str
    failed: tuple[str, ...]
    at: object
    since: object
    assessment_id: int | None
    decided_on: int | None
    appeal: str


def of(*, person_id: int, canonical_id: int) -> list[Verdict]:
    """One verdict for each programme that has looked at the person, by title; ``canonical_id`` is who stands for them."""
    assessed = {row["run__programme_code"]: row for row in assessment.assessments_of(person_id=person_id)}
    enrolled = {row["programme_code"]: row for row in reversed(enrolment.enrolments_of(person_id=canonical_id))}
    decided: dict[str, Mapping[str, Any]] = {}
    for row in enrolment.decisions_of(person_id=person_id):
        decided.setdefault(row["programme_code"], row)
    found = [
        _verdict(code, assessed.get(code), decided.get(code), enrolled.get(code))
        for code in assessed.keys() | decided.keys() | enrolled.keys()
    ]
    return sorted(found, key=lambda verdict: verdict.title)


def _verdict(
    code: str, said: Mapping[str, Any] | None, decision: Mapping[str, Any] | None, held: Mapping[str, Any] | None
) -> Verdict:
    programme = words.find(code)
    if held:
        state = held["state"]
    elif decision:
        state = f"decision_{decision['decision']}"
    else:
        state = {True: "decision_eligible", False: "decision_refused", None: "decision_held"}[
            said["eligible"] if said else None
        ]
    clause = (decision or {}).get("clause") or (said or {}).get("deciding_clause") or ""
    decided_on = (decision or {}).get("assessment_id")
    failed = [name for name in (said or {}).get("failed_clauses", ()) if name != clause]
    return Verdict(
        programme=code,
        title=words.title(code),
        state=state,
        amount=held["cycle_amount"] if held else (said or {}).get("amount"),
        deciding=_why_waiting(code, decision) or (words.clause_title(code, clause) if clause else ""),
        failed=tuple(words.clause_title(code, name) for name in failed),
        at=(said or {}).get("run__at_date"),
        since=(held or {}).get("from_date"),
        assessment_id=(said or {}).get("id"),
        decided_on=decided_on if decided_on != (said or {}).get("id") else None,
        appeal=programme.appeal.in_language(formats.language()) if programme else "",
    )


def _why_waiting(code: str, decision: Mapping[str, Any] | None) -> str:
    """Why the newest decision waits for a place, with the number in the order; empty where it does not."""
    programme = words.find(code)
    if decision is None or decision["decision"] != "waiting" or programme is None:
        return ""
    made_on = assessment.find_assessment(assessment_id=decision["assessment_id"]) or {}
    category, area = made_on.get("category", ""), made_on.get("quota_area", "")
    return waits(
        place=decision["place"],
        places=decision["places"],
        category=programme.categories.get(category) or Words(category, category),
        area=Words(reference.area_name(area, "en"), reference.area_name(area, "ur")),
    ).in_language(formats.language())
