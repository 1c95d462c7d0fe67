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
    2: {"given_name": "Razia", "surname": "Bibi", "father_name": "Ghulam Rasool", "cnic": "01234-1234567-1"},
    3: {"sex": "female", "birth_date-year": "1987", "marital_status": "widowed", "mobile_shared": "yes"},
    4: {"area_code": "PK618", "address": "House 12, Street 4", "relationship": "head"},
    5: {"work": "sewing"},
    6: {"for_whom": "boss"},
    7: {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
    8: {"pay_period": "piece", "pay_amount": "45", "days_per_month": "24", "started_on": "2022"},
}


def walk(phone: Telephone, **changes: dict[str, Any]) -> Any:
    """Through all eight screens; ``s4={...}`` changes what is answered on the fourth."""
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


def test_every_question_that_must_be_answered_at_this_door_stands_on_a_screen() -> None:
    from mazdoor.delivery.registration.questionnaire import Door, get_questionnaire
    from mazdoor.web.worker.drafts import sections_of
    from mazdoor.web.worker.screens import SCREENS

    asked = {(sections_of(each.place)[-1].name, str(each.place[-1])) for screen in SCREENS for each in screen.asked}
    # Told by the plain screens, or by the telephone that was proved.
    told = {("employments", name) for name in ("occupation", "industry", "category", "status", "employer_kind")}
    # A section that may be left out whole (an account, schooling) asks nothing of whoever leaves it out.
    touched = {name for name, _question in asked | told}
    needed = {
        (path[-1].name, question.name)
        for path, question in get_questionnaire().walk()
        if question.required is True and Door.WORKER in question.doors and all(Door.WORKER in s.doors for s in path)
        if path[-1].name in touched or all(section.least > 0 for section in path)
    }
    assert needed - asked - told == set()


def test_there_are_eight_screens() -> None:
    from mazdoor.web.worker.screens import SCREENS

    assert len(SCREENS) == 8
    for shown in SCREENS:
        assert max(sum(each.language in ("", language) for each in shown.asked) for language in ("en", "ur")) <= 4


def test_the_works_and_their_codes_are_on_the_lists(telephone: Take) -> None:
    from mazdoor.reference import selectors as reference
    from mazdoor.web.worker.occupations import ELEMENTARY
    from mazdoor.web.worker.works import WORKS

    telephone()
    for work in WORKS:
        assert reference.find_occupation(work.occupation) and reference.find_industry(work.industry), work.key
    assert reference.find_occupation(ELEMENTARY[0]) and reference.find_industry(ELEMENTARY[1])


def test_a_screen_is_not_left_before_it_is_answered_and_says_what_is_missing(telephone: Take) -> None:
    phone = telephone()
    phone.prove()
    response = phone.get("/w/register/5/")
    assert response.redirect_chain[-1][0] == "/w/register/1/"
    response = phone.post("/w/register/1/", consents=["statistics"])
    assert response.status_code == 422
    page = response.content.decode()
    assert '<a href="#consents-registration">' in page and 'id="consents-registration"' in page
    assert "<title>Error:" in page
    phone.post("/w/register/1/", **ANSWERS[1])
    phone.post("/w/register/2/", **ANSWERS[2])
    response = phone.post("/w/register/3/", sex="female", **{"birth_date-day": "40", "birth_date-month": "2"})
    assert response.status_code == 422 and 'value="40"' in response.content.decode(), "what was written stays"


def test_back_shows_what_was_written_and_changing_it_changes_the_registration(telephone: Take) -> None:
    phone = telephone()
    phone.prove()
    walk(phone)
    assert 'value="Razia"' in phone.get("/w/register/2/").content.decode()
    response = phone.post("/w/register/2/", **{**ANSWERS[2], "given_name": "Rabia"})
    assert response.redirect_chain[-1][0] == "/w/register/check/", "a change leads back to the answers"
    assert "Rabia" in response.content.decode()
    # For whom somebody works decides what follows: those screens are asked anew.
    response = phone.post("/w/register/6/", for_whom="self")
    assert response.redirect_chain[-1][0] == "/w/register/7/" and "How many people" not in response.content.decode()


def test_whoever_is_not_the_head_writes_the_head_down(telephone: Take) -> None:
    phone = telephone()
    phone.prove()
    response = walk(phone, s4={"relationship": "spouse"})
    assert response.redirect_chain[-1][0] == "/w/register/people/"
    assert phone.post("/w/register/check/").status_code == 422
    response = phone.post("/w/register/people/", given_name="Aslam", sex="male", birth_date="1980", relationship="head")
    assert "Aslam" in response.content.decode()
    assert phone.post("/w/register/check/").redirect_chain[-1][0] == "/w/register/done/"
    assert "Aslam" in phone.get("/w/me/record/").content.decode()


def test_a_cnic_on_the_register_makes_no_second_person_and_tells_nothing_of_the_first(telephone: Take) -> None:
    from tests.cast.households import registered

    registered()
    phone = telephone(number="03009999999")
    phone.prove()
    walk(phone)
    response = phone.post("/w/register/check/")
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == "/w/register/already/"
    assert "Bushra" not in page and "Lahore" not in page and "Layyah" not in page
    assert len(registration.search(text="01234-1234567-1")) == 1
    for _ in range(8):
        page = phone.post("/w/register/check/").content.decode()
    assert "Too many tries" in page, "whether a CNIC is registered cannot be asked on and on"


def test_the_same_form_sent_twice_is_one_registration(telephone: Take) -> None:
    phone = telephone()
    phone.prove()
    walk(phone)
    phone.post("/w/register/check/")
    response = phone.post("/w/register/check/")
    assert response.redirect_chain[-1][0] == "/w/me/"
    assert len(registration.search(text="01234-1234567-1")) == 1


def test_a_work_written_by_hand_is_coded_by_whoever_wrote_it(telephone: Take) -> None:
    phone = telephone()
    phone.prove()
    for number in range(1, 5):
        phone.post(f"/w/register/{number}/", **ANSWERS[number])
    response = phone.post("/w/register/5/", work="other", occupation_text="welder")
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == "/w/register/which-work/"
    assert "Welders" in page and "None of these" in page
    assert phone.post("/w/register/which-work/", occupation="9999").status_code == 422
    response = phone.post("/w/register/which-work/", occupation="7212")
    assert response.redirect_chain[-1][0] == "/w/register/6/"
