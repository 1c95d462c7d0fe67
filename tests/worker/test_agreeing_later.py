"""A worker who did not agree to something, or took it back, agrees to it later on the own pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from tests.worker.conftest import Telephone
from tests.worker.test_registering_oneself import walk

from mazdoor.delivery.registration import selectors as registration

pytestmark = pytest.mark.django_db


def test_a_purpose_is_agreed_to_later_and_again_after_it_was_taken_back(telephone: Callable[..., Telephone]) -> None:
    phone = telephone()
    phone.prove()
    phone.post("/w/who/", registered="no")
    walk(phone)
    number = re.search(r'<bdi dir="ltr">(\d{12})</bdi>', phone.post("/w/register/check/").content.decode())
    assert number is not None
    (found,) = registration.search(text=number[1])

    def receipts() -> list[tuple[set[str], bool]]:
        rows = registration.consents_of(person_id=found.person_id)
        return [(set(row["purposes"]), row["withdrawn_at"] is None) for row in rows]

    page = phone.get("/w/me/consents/").content.decode()
    assert 'href="/w/me/consents/agree/?purpose=statistics"' in page
    assert "agree/?purpose=programmes" not in page, "it is agreed to already"
    asked = phone.get("/w/me/consents/agree/?purpose=statistics").content.decode()
    assert "Use my data without my name for statistics" in asked and "take back your consent" in asked
    page = phone.post("/w/me/consents/agree/", purpose="statistics").content.decode()
    assert "You agreed. A new receipt is below" in page
    whole = {"registration", "verification", "programmes", "statistics"}
    assert receipts() == [(whole, True), (whole - {"statistics"}, False)]
    phone.post("/w/me/consents/withdraw/", purpose="programmes")
    phone.post("/w/me/consents/agree/", purpose="programmes")
    assert receipts()[0] == (whole, True) and sum(live for _, live in receipts()) == 1
    before = receipts()
    phone.post("/w/me/consents/agree/", purpose="programmes")
    phone.post("/w/me/consents/agree/", purpose="sale")
    assert receipts() == before
