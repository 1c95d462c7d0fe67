"""The registry's pages: search first, look before you add, one person whole."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast.households import BAGH, LAHORE
from tests.web.conftest import SignIn

from mazdoor.delivery.registration import selectors

FORM: dict[str, Any] = {
    "person-given_name": "Nasreen",
    "person-surname": "Akhtar",
    "person-father_name": "Muhammad Din",
    "person-sex": "female",
    "person-birth_year": "1984",
    "person-cnic": "02345-1234567-2",
    "person-mobile": "0301 7654321",
    "person-relationship": "head",
    "household-area_code": LAHORE,
    "household-urban": "yes",
    "works": "yes",
    "work-status": "employee",
    "work-category": "home_based",
    "work-occupation": "7531 Tailors",
    "work-industry": "1410",
    "work-employer_kind": "business",
    "work-business_name": "Noor Looms",
    "work-premises": "home",
    "work-pay_period": "piece",
    "work-pay": "45.50",
    "work-since_year": "2019",
    "member1-given_name": "Ali",
    "member1-sex": "male",
    "member1-relationship": "child",
    "member1-birth_year": "2015",
    "consent-registration": "on",
    "consent-verification": "on",
    "consent-key": "web-test-1",
}


def _register(client: Client, **changes: Any) -> Any:
    return client.post("/registry/register/", {**FORM, **changes})


@pytest.mark.django_db
def test_a_worker_is_found_by_name_in_either_script_by_card_and_by_number(household: Any, at_desk: SignIn) -> None:
    client = at_desk("registrar")
    for text in ("Bushra Bibi", "Boshra", "بشریٰ", "0300 1234567"):
        assert "Bushra Bibi" in client.post("/registry/", {"q": text}).content.decode(), text
    for text in ("01234-1234567-1", household.registry_numbers[0]):
        response = client.post("/registry/", {"q": text})
        assert response["Location"] == f"/registry/person/{household.person_ids[0]}/"


@pytest.mark.django_db
def test_what_is_searched_for_never_stands_in_an_address(household: Any, at_desk: SignIn) -> None:
    client = at_desk("registrar")
    assert "Bushra Bibi" not in client.get("/registry/?q=Bushra").content.decode()
    page = client.get("/").content.decode()
    for form in re.findall(r"<form[^>]*role=\"search\"[^>]*>", page):
        assert 'method="post"' in form


@pytest.mark.django_db
def test_htmx_gets_the_results_alone_and_a_browser_without_script_the_page(household: Any, at_desk: SignIn) -> None:
    client = at_desk("registrar")
    whole = client.post("/registry/", {"q": "Bushra"}).content.decode()
    part = client.post("/registry/", {"q": "Bushra"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole and "<html" not in part
    assert "Bushra Bibi" in part


@pytest.mark.django_db
def test_a_search_can_be_downloaded_as_it_was_shown(household: Any, at_desk: SignIn) -> None:
    response = at_desk("registrar").post("/registry/", {"q": "Bushra", "file": "registry-search"})
    assert response["Content-Type"].startswith("text/csv")
    assert household.registry_numbers[0] in response.content.decode("utf-8-sig")


@pytest.mark.django_db
def test_nobody_found_teaches_what_to_do(at_desk: SignIn) -> None:
    page = at_desk("registrar").post("/registry/", {"q": "Zulqarnain Haider"}).content.decode()
    assert "Nobody found" in page and "/registry/register/" in page


@pytest.mark.django_db
def test_an_officer_sees_only_people_of_their_own_area(household: Any, at_desk: SignIn) -> None:
    address = f"/registry/person/{household.person_ids[0]}/"
    here = at_desk("registrar", areas=[LAHORE[:3]])
    elsewhere = at_desk("registrar", areas=[BAGH])
    assert here.get(address).status_code == 200
    response = elsewhere.get(address)
    assert response.status_code == 404
    assert "Bushra" not in response.content.decode()
    assert "Bushra Bibi" not in elsewhere.post("/registry/", {"q": "Bushra"}).content.decode()


@pytest.mark.django_db
def test_the_counts_of_the_chain_are_those_of_the_officers_area(household: Any, at_desk: SignIn) -> None:
    def registered(client: Client) -> str:
        found = re.search(
            r'<nav class="chain".*?<bdi dir="ltr">([\d,]+)</bdi>', client.get("/").content.decode(), re.DOTALL
        )
        assert found is not None
        return found[1]

    assert registered(at_desk("registrar", areas=[LAHORE])) == "2"
    assert registered(at_desk("registrar", areas=[BAGH])) == "0"


@pytest.mark.django_db
def test_a_persons_page_hides_numbers_and_shows_household_and_work(household: Any, at_desk: SignIn) -> None:
    page = at_desk("registrar").get(f"/registry/person/{household.person_ids[0]}/").content.decode()
    assert "0123412345671" not in page and "01234-1234567-1" not in page and "03001234567" not in page
    assert '<bdi dir="ltr">*****-*****67-1</bdi>' in page
    assert "Ali Raza" in page
    assert "Noor Looms" in page and "45.00" in page
    assert "Keep my record in the registry" in page


@pytest.mark.django_db
def test_a_persons_page_shows_each_desk_only_its_part(household: Any, at_desk: SignIn) -> None:
    address = f"/registry/person/{household.person_ids[0]}/"
    registrar = at_desk("registrar").get(address).content.decode()
    finance = at_desk("finance").get(address).content.decode()
    assert 'id="wages"' in registrar and 'id="payments"' not in registrar
    assert 'id="payments"' in finance and 'id="wages"' not in finance


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
def test_a_worker_is_registered_with_household_and_work_on_one_form(at_desk: SignIn) -> None:
    client = at_desk("registrar", areas=[LAHORE])
    response = _register(client)
    assert response.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', response.content.decode())
    page = client.get(response["Location"]).content.decode()
    (number,) = re.findall(r'<p class="big"><bdi dir="ltr">(\d{12})</bdi>', page)
    (found,) = selectors.search(text=number)
    assert found.name == "Nasreen Akhtar"
    (work,) = selectors.employments_of(person_id=found.person_id)
    assert (work["pay_amount"], work["pay_period"], work["isco_code"], work["sector"]) == (
        45_50,
        "piece",
        "7531",
        "industry",
    )
    assert len(selectors.household_members(household_id=selectors.household_of(person_id=found.person_id))) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
def test_the_same_form_sent_twice_registers_once(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    _register(client)
    _register(client, **{"consent-looked": "yes"})
    assert len(selectors.search(text="02345-1234567-2")) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
def test_who_may_already_be_here_is_shown_before_anybody_is_added(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    response = _register(client, **{"person-cnic": "01234-1234567-1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "This person may already be here" in page and "Bushra Bibi" in page
    assert selectors.search(text="Nasreen Akhtar") == []
    assert _register(client, **{"consent-looked": "yes"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
@pytest.mark.parametrize(
    ("changes", "anchor", "sentence"),
    [
        ({"person-given_name": ""}, "id_person-given_name", "Write the given name"),
        ({"person-sex": ""}, "id_person-sex", "Say whether the person is"),
        ({"person-cnic": "12345"}, "id_person-cnic", "A CNIC has thirteen digits; 5 were given"),
        ({"person-mobile": "042-111"}, "id_person-mobile", "begins with 03"),
        ({"person-birth_year": "84"}, "id_person-birth_year", "has four digits"),
        ({"person-birth_month": "2", "person-birth_day": "30"}, "id_person-birth_day", "not in the calendar"),
        ({"household-area_code": ""}, "id_household-area_code", "Choose the district"),
        ({"work-occupation": "wizard"}, "id_work-occupation", "not on the list"),
        ({"work-business_name": ""}, "id_work-business_name", "name people know the business by"),
        ({"work-pay": ""}, "id_work-pay", "Write the pay in rupees"),
        ({"member1-sex": ""}, "id_member1-sex", "this member is a woman"),
        ({"consent-registration": ""}, "id_consent-registration", "without agreeing"),
    ],
)
def test_what_is_wrong_is_listed_on_top_and_leads_to_its_field(
    at_desk: SignIn, changes: dict[str, str], anchor: str, sentence: str
) -> None:
    response = _register(at_desk("registrar"), **changes)
    page = response.content.decode()
    assert response.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', page, re.DOTALL)
    assert summary is not None
    assert f'href="#{anchor}"' in summary[0] and sentence in summary[0]
    assert f'id="{anchor}"' in page
    assert 'value="Akhtar"' in page  # nothing that was written is lost
    assert selectors.search(text="Nasreen Akhtar") == []


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
def test_nobody_is_registered_outside_the_officers_area(at_desk: SignIn) -> None:
    response = _register(at_desk("registrar", areas=[BAGH]))
    assert response.status_code == 422
    assert selectors.search(text="Nasreen Akhtar") == []


@pytest.mark.django_db
@pytest.mark.usefixtures("household")
def test_the_form_speaks_urdu(at_desk: SignIn) -> None:
    page = at_desk("registrar", language="ur").get("/registry/register/").content.decode()
    assert "گھر میں کام کرنے والا" in page and "لاہور" in page
    page = _register(at_desk("registrar", language="ur"), **{"person-cnic": "12"}).content.decode()
    assert "شناختی کارڈ نمبر کے تیرہ ہندسے" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("desk", "offered"), [("registrar", True), ("auditor", False)])
def test_registering_is_offered_only_to_desks_that_may(at_desk: SignIn, desk: str, offered: bool) -> None:
    client = at_desk(desk)
    assert ("/registry/register/" in client.get("/registry/").content.decode()) is offered
    assert ("/registry/register/" in client.post("/registry/", {"q": "Nobody"}).content.decode()) is offered


@pytest.mark.django_db
def test_an_employing_household_is_named_by_number_and_never_guessed_from_a_name(
    household: Any, at_desk: SignIn
) -> None:
    client = at_desk("registrar")
    domestic = {"work-category": "domestic", "work-employer_kind": "household", "work-industry": "9700"}
    response = _register(client, **domestic, **{"work-employer_number": "Bushra Bibi", "consent-looked": "on"})
    assert response.status_code == 422 and selectors.search(text="02345-1234567-2") == []
