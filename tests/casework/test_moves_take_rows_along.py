"""Who moves takes along what is theirs in later rooms; what is dated and done stays with the office it was done at."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.cast.households import BAGH, LAHORE, registered
from tests.enrolment.test_merges_and_pauses import assessed, confirm, decide

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.accounts.models import Account
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.delivery.registration import events
from mazdoor.delivery.verification import selectors as verification

pytestmark = pytest.mark.django_db


def test_account_enrolment_and_verification_follow_a_person_and_decisions_stay(officer: Any) -> None:
    with acting_as_system(reason="test"):
        home = registered(head={"cnic": ""})
        person = home.person_ids[0]
        confirm(person)
        decide(assessed(person))
        Account.objects.create(
            person_id=person, canonical_person_id=person, purpose="benefits", bank_code="HABB", iban_encrypted=b"x",
            iban_index=b"y" * 16, iban_last4="0001", origin="linked", area_code=LAHORE,
        )  # fmt: skip
        today = dt.date.today()  # noqa: DTZ011 the day of the registration itself
        events.move_household(household_id=home.household_id, area_code=BAGH, on=today)
    there, here = officer(desk="auditor", areas=[BAGH]), officer(desk="auditor", areas=[LAHORE])

    def seen() -> tuple[int, int, str | None, int]:
        return (
            len(accounts.accounts_of(person_id=person)),
            len(enrolment.enrolments_of(person_id=person)),
            verification.find_identity(person_id=person),
            len(enrolment.decisions_of(person_id=person)),
        )

    with acting_as(officer_id=there.pk):
        assert seen() == (1, 1, "match", 0)
        (row,) = enrolment.enrolments_of(person_id=person)
        assert enrolment.events_of(enrolment_id=row["id"])
    with acting_as(officer_id=here.pk):
        assert seen() == (0, 0, None, 1)
