"""The eight screens, from a telephone number to a registry number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.worker.conftest import Telephone

from mazdoor.delivery.registration import selectors as registration

pytestmark = pytest.mark.django_db
Take = Callable[..., Telephone]

ANSWERS: dict[int, dict[str, Any]] = {
    1: {"consents": ["registration", "verification", "programmes"]},
    2: {"given_name": "Razia", "surname": "Bibi", "father_name": "Ghulam Rasool"},
    3: {"sex": "female", "birth_date-year": "1987", "marital_status": "widowed"},
    4: {"cnic": "01234-1234567-1", "mobile_shared": "yes"},
    5: {"area_code": "PK618", "address": "House 12, Street 4", "relationship": "head"},
    6: {"work": "sewing"},
    7: {"for_whom": "boss"},
    8: {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
    9: {
        "pay_period": "piece",
        "pay_amount": "45",
        "days_per_month": "24",
        "started_on-year": "2022",
    },
}


def walk(phone: Telephone, **changes: dict[str, Any]) -> Any:
    """Through all eight screens; ``s5={...}`` changes what is answered on the fifth."""
    response = None
    for number, answers in ANSWERS.items():
        response = phone.post(f"/w/register/{number}/", **{**answers, **changes.get(f"s{number}", {})})
        assert response.status_code == 200, re.findall(r'class="problem"[^>]*>([^<]+)', response.content.decode())
    return response


def test_a_worker_registers_alone_and_sees_the_record(telephone: Take, sms: Callable[[str], list[str]]) -> None:
    phone = telephone()
    response = phone.prove()
    assert "Are you on the register?" in response.content.decode()
    phone.post("/w/who/", registered="no")
    response = walk(phone)
    page = response.content.decode()
    assert "Please look" not in page, re.findall(r"<li><a href=.#part[^<]+<", page)
    assert "Are your answers right?" in page and "Noor Looms" in page and "Sewing or embroidery" in page
    response = phone.post("/w/register/check/")
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == "/w/register/done/", page
    number = re.search(r'<bdi dir="ltr">(\d{12})</bdi>', page)
    assert number is not None
    (found,) = registration.search(text=number[1])
    person = registration.get_person(person_id=found.person_id)
    assert person["given_name"] == "Razia" and person["mobile_masked"].endswith("4567")
    (job,) = registration.employments_of(person_id=found.person_id)
    assert (job["isco_code"], job["category"], job["pay_amount"], job["business_name"]) == (
        "7533", "home_based", 4500, "Noor Looms",
    )  # fmt: skip
    (receipt,) = registration.consents_of(person_id=found.person_id)
    assert receipt["channel"] == "worker" and set(receipt["purposes"]) == {"registration", "verification", "programmes"}
    page = phone.get("/w/me/record/").content.decode()
    assert "Razia" in page and "Noor Looms" in page and "01234" not in page
