"""The registry's pages: search first, look before you add, one person whole."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast.households import BAGH, LAHORE, registered
from tests.web.conftest import SignIn

from mazdoor.reference import selectors as reference


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
@pytest.mark.parametrize(("desk", "offered"), [("registrar", True), ("auditor", False)])
def test_registering_is_offered_only_to_desks_that_may(at_desk: SignIn, desk: str, offered: bool) -> None:
    client = at_desk(desk)
    assert ("/registry/register/" in client.get("/registry/").content.decode()) is offered
    assert ("/registry/register/" in client.post("/registry/", {"q": "Nobody"}).content.decode()) is offered


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("language", "shown", "other"), [("en", "Ghulam Rasool", "غلام رسول"), ("ur", "غلام رسول", "Ghulam Rasool")]
)
def test_a_fathers_name_is_shown_in_the_readers_script_as_names_are(
    language: str, shown: str, other: str, at_desk: SignIn
) -> None:
    reference.forget()
    person_id = registered(head={"father_name_ur": "غلام رسول"}).person_ids[0]
    client = at_desk("registrar", language=language)
    address = f"/registry/person/{person_id}/"
    for page in (client.get(address), client.get(f"{address}history/"), client.post("/registry/", {"q": "Bushra"})):
        content = page.content.decode()
        assert shown in content and other not in content, page.request["PATH_INFO"]
