"""What a person may hold in later rooms, for tests of what a merge does to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

DAY = dt.date(2026, 7, 1)


def enrol(person_id: int, *, programme: str = "emergency_cash", amount: int = 12_000_00) -> int:
    """A live enrolment under a decision of its own; whoever acts may write to the person's area."""
    from mazdoor.delivery.assessment.models import AssessmentRun, Snapshot
    from mazdoor.delivery.deduplication import selectors as deduplication
    from mazdoor.delivery.enrolment.models import EligibilityDecision, Enrolment
    from mazdoor.delivery.registration import selectors as registration

    area = registration.get_person(person_id=person_id)["area_code"]
    snapshot = Snapshot.objects.create(as_of=DAY, state="frozen", rows_hash="0" * 64)
    run = AssessmentRun.objects.create(
        snapshot=snapshot, programme_code=programme, rule_hash="1" * 64, at_date=DAY,
        known_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC), engine="duckdb", state="finished",
    )  # fmt: skip
    decision = EligibilityDecision.objects.create(
        programme_code=programme, person_id=person_id, unit_kind="person", unit_id=person_id, assessment_run=run,
        assessment_id=run.pk, decision="eligible", cycle_amount=amount, area_code=area,
    )  # fmt: skip
    made = Enrolment.objects.create(
        programme_code=programme, benefit_code=programme, person_id=person_id,
        canonical_person_id=deduplication.canonical_of(person_id), unit_kind="person", unit_id=person_id,
        decision=decision, from_date=DAY, cycle_amount=amount, area_code=area,
    )  # fmt: skip
    return int(made.pk)


def link_account(person_id: int) -> int:
    """An account for benefits, opened for this record."""
    from mazdoor.delivery.accounts.models import Account
    from mazdoor.delivery.deduplication import selectors as deduplication
    from mazdoor.delivery.registration import selectors as registration

    made = Account.objects.create(
        person_id=person_id,
        canonical_person_id=deduplication.canonical_of(person_id),
        purpose="benefits",
        bank_code="HABB",
        iban_encrypted=b"sealed",
        iban_index=f"iban of {person_id}".encode().ljust(16)[:16],
        iban_last4=f"{person_id % 10_000:04d}",
        origin="linked",
        area_code=registration.get_person(person_id=person_id)["area_code"],
    )
    return int(made.pk)


def pay_in(person_id: int, year: int, *, months: int = 12) -> int:
    """A year's months of pension contributions."""
    from mazdoor.delivery.contributions.models import Contribution
    from mazdoor.delivery.registration import selectors as registration

    made = Contribution.objects.create(
        person_id=person_id, from_month=dt.date(year, 1, 1), to_month=dt.date(year, 12, 1), months_paid=months,
        monthly_wage_amount=40_000_00, source="test", source_key=person_id * 10_000 + year,
        area_code=registration.get_person(person_id=person_id)["area_code"],
    )  # fmt: skip
    return int(made.pk)


def owe(person_id: int, amount: int) -> int:
    """Arrears that wait for the next entitlement."""
    from mazdoor.delivery.payments.models import Adjustment
    from mazdoor.delivery.registration import selectors as registration

    made = Adjustment.objects.create(
        programme_code="emergency_cash", canonical_person_id=person_id, kind="arrears", amount=amount, reason="late",
        due_from=DAY, area_code=registration.get_person(person_id=person_id)["area_code"],
    )  # fmt: skip
    return int(made.pk)


#: What other rooms see of people, and nothing of the history of merges: their views, and the tables they stand on.
VIEWS: dict[str, str] = {
    "map": "SELECT * FROM deduplication.canonical_person ORDER BY 1",
    "queue": "SELECT pair_id, person_a_id, person_b_id, weight, state FROM deduplication.queue ORDER BY 1",
    "clusters": "SELECT id, weight, records, pairs, chain, area_code, areas FROM deduplication_cluster ORDER BY 1",
    "held": "SELECT person_id, pair_id FROM deduplication.open_pair ORDER BY 1, 2",
    "two homes": "SELECT * FROM deduplication.in_two_households ORDER BY 1, 3",
    "people": "SELECT * FROM registration.person_now ORDER BY person_id",
    "households": "SELECT * FROM registration.household_now ORDER BY household_id",
    "work": "SELECT * FROM registration.employment_now ORDER BY employment_id",
    "enrolments": "SELECT * FROM enrolment.enrolment_now ORDER BY enrolment_id",
    "decisions": "SELECT * FROM enrolment.decision ORDER BY decision_id",
    "accounts": "SELECT * FROM accounts.live_account ORDER BY account_id",
    "contributions": "SELECT person_id, from_month, to_month, months_paid, monthly_wage_amount, area_code "
    "FROM contributions.contribution_now ORDER BY 1, 2",
    "statements": "SELECT * FROM contributions.statement ORDER BY person_id",
    "entitlements": "SELECT * FROM payments.entitlement_now ORDER BY entitlement_id",
    "instructions": "SELECT * FROM payments.instruction_now ORDER BY instruction_id",
    "adjustments": "SELECT canonical_person_id, programme_code, kind, amount, due_from, withdrawn_at, area_code "
    "FROM payments_adjustment ORDER BY 1, 2, 3, 4",
    "cases": "SELECT person_id, kind, subject, state FROM casework_case WHERE state = 'opened' ORDER BY id",
}


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Everything in :data:`VIEWS` at this moment, as whoever acts sees it."""
    from django.db import connection

    out = {}
    with connection.cursor() as cursor:
        for name, sql in VIEWS.items():
            cursor.execute(sql)
            out[name] = cursor.fetchall()
    return out
