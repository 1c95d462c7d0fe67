"""Changes on screen: asked for on the person's page, previewed, decided by somebody else; history and recertification."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.cast.households import BAGH, LAHORE
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.casework.changes import kinds, open_change
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.recertification import run_calendar
from mazdoor.delivery.registration import events, history, selectors, services

pytestmark = pytest.mark.django_db

START = dt.date(2026, 1, 10)
NAME = {"change-surname": "Begum", "change-evidence": ["cnic"]}


@pytest.fixture
def home(household: Any) -> Any:
    """Bushra's household, on the register since 10 January 2026."""
    from tests.cast.households import household as answers

    return services.register(
        answers=answers(head={"cnic": "01999-1234567-8"}), channel="web", idempotency_key="home", on=START
    )


@pytest.fixture
def person_id(home: Any) -> int:
    return int(home.person_ids[0])


def ask(client: Client, person_id: int, kind: str = "name", **fields: Any) -> Any:
    """Send the form of a kind of change."""
    return client.post(f"/registry/person/{person_id}/changes/{kind}/", {**(NAME if kind == "name" else {}), **fields})


def test_a_change_is_asked_for_at_one_desk_and_approved_at_another(person_id: int, at_desk: SignIn) -> None:
    registrar, verifier = at_desk("registrar"), at_desk("verifier")
    page = registrar.get(f"/registry/person/{person_id}/changes/").content.decode()
    assert f'href="/registry/person/{person_id}/changes/name/"' in page
    response = ask(registrar, person_id)
    assert response.status_code == 302
    address = response["Location"]
    own = registrar.get(address).content.decode()
    assert "Begum" in own and "Bibi" in own and "/approve/" not in own and "/withdraw/" in own
    page = verifier.get(address).content.decode()
    assert f'action="{address}approve/"' in page
    assert verifier.post(f"{address}approve/", {"words": ""}).status_code == 302
    assert "in the record" in verifier.get(address).content.decode()
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=person_id)["surname"] == "Begum"


def test_whoever_asked_is_refused_on_the_page_too(person_id: int, at_desk: SignIn) -> None:
    verifier = at_desk("verifier")
    address = ask(verifier, person_id)["Location"]
    response = verifier.post(f"{address}approve/", {"words": ""})
    assert response.status_code == 409 and "CSW-017" in response.content.decode()


def test_a_refusal_needs_its_reason_and_an_applied_change_is_taken_back_by_a_third(
    person_id: int, at_desk: SignIn
) -> None:
    registrar, verifier, third = at_desk("registrar"), at_desk("verifier"), at_desk("verifier")
    address = ask(registrar, person_id)["Location"]
    response = verifier.post(f"{address}refuse/", {"words": ""})
    assert response.status_code == 409 and "CSW-021" in response.content.decode()
    verifier.post(f"{address}approve/", {"words": ""})
    assert "/take-back/" not in verifier.get(address).content.decode()
    assert "/take-back/" in third.get(address).content.decode()
    assert third.post(f"{address}take-back/", {"words": "wrong card"}).status_code == 302
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=person_id)["surname"] == "Bibi"


@pytest.mark.parametrize("kind", sorted(kinds()))
@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_kind_has_its_form_in_both_languages(person_id: int, at_desk: SignIn, kind: str, language: str) -> None:
    client = at_desk("registrar", language=language)
    response = client.get(f"/registry/person/{person_id}/changes/{kind}/")
    assert response.status_code == 200
    assert kinds()[kind].title.in_language(language) in response.content.decode()
    empty = client.post(f"/registry/person/{person_id}/changes/{kind}/", {})
    assert empty.status_code == 422 and 'class="error-summary"' in empty.content.decode()


def test_a_wrong_answer_leads_to_its_field_and_nothing_is_lost(person_id: int, at_desk: SignIn) -> None:
    response = ask(at_desk("registrar"), person_id, "birth_date", **{"change-birth_date": "yesterday"})
    page = response.content.decode()
    assert response.status_code == 422 and 'href="#id_change-birth_date"' in page
    response = ask(at_desk("registrar"), person_id, "cnic", **{"change-cnic": "123", "change-evidence": ["cnic"]})
    page = response.content.decode()
    assert response.status_code == 422 and "REG-001" in page and 'href="#id_change-cnic"' in page


def test_two_changes_of_one_field_are_told_apart(person_id: int, at_desk: SignIn) -> None:
    first = ask(at_desk("registrar"), person_id)["Location"]
    assert ask(at_desk("registrar"), person_id)["Location"] == first
    response = ask(at_desk("registrar"), person_id, **{"change-surname": "Khatoon"})
    assert response.status_code == 422 and "CSW-011" in response.content.decode()


def test_a_mobile_number_needs_nobody_else(person_id: int, at_desk: SignIn) -> None:
    client = at_desk("registrar")
    response = ask(
        client, person_id, "mobile", **{"change-mobile": "0301 1112223", "change-effective_on": "2026-05-01"}
    )
    assert "It is in the record now." in client.get(response["Location"]).content.decode()
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=person_id)["mobile_masked"] == "03*****2223"


def test_a_household_that_moves_is_received_by_the_other_office(home: Any, at_desk: SignIn) -> None:
    person = home.person_ids[0]
    lahore, bagh = at_desk("registrar", areas=[LAHORE]), at_desk("registrar", areas=[BAGH])
    response = ask(
        lahore, person, "move",
        **{"change-area_code": BAGH, "change-evidence": ["visit"], "change-effective_on": "2026-05-01"},
    )  # fmt: skip
    assert response.status_code == 302
    assert lahore.get(f"/registry/person/{person}/").status_code == 404
    page = bagh.get("/changes/").content.decode()
    (received,) = re.findall(r'action="(/changes/handed-over/\d+/)"', page)
    assert bagh.get(f"/registry/person/{person}/").status_code == 200
    bagh.post(received)
    assert "/changes/handed-over/" not in bagh.get("/changes/").content.decode()


def test_a_marriage_a_death_a_split_and_the_end_of_a_job_go_by_their_forms(
    home: Any, household: Any, at_desk: SignIn
) -> None:
    mother, son = home.person_ids
    bride, her_son = household.person_ids
    client = at_desk("registrar")
    day = {"change-effective_on": "2026-05-01"}
    response = ask(
        client, mother, "split",
        **{"change-leaving": [son], "change-new_head": son, "change-evidence": ["visit"], **day},
    )  # fmt: skip
    at_desk("verifier").post(f"{response['Location']}approve/", {"words": ""})
    with acting_as_system(reason="test"):
        apart = history.household_of_at(person_id=son, on=dt.date(2026, 6, 1))
        assert apart not in (None, home.household_id)
        number = selectors.get_person(person_id=bride)["registry_number"]
    assert ask(client, mother, "end_of_job", **{"change-employment": _job(mother), "change-ended_on": "2026-05-03"})[
        "Location"
    ]
    with acting_as_system(reason="test"):
        assert history.employments_at(person_id=mother, on=dt.date(2026, 6, 1)) == []
    response = ask(
        client, son, "marriage",
        **{"change-other_number": number, "change-lives": "there", "change-evidence": ["cnic"]},
        **{"change-effective_on": timezone.localdate().isoformat()},
    )  # fmt: skip
    assert response.status_code == 302, _told(response)
    at_desk("verifier").post(f"{response['Location']}approve/", {"words": ""})
    with acting_as_system(reason="test"):
        members = selectors.household_members(household_id=household.household_id)
        assert {row["person_id"] for row in members} == {bride, her_son, son}
    response = ask(client, mother, "death", **{"change-died_on": "2026-06-01", "change-evidence": ["union_council"]})
    assert response.status_code == 302, _told(response)
    at_desk("verifier").post(f"{response['Location']}approve/", {"words": ""})
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=mother)["died_on"] == dt.date(2026, 6, 1)


def test_a_job_begins_its_business_changes_and_what_was_a_mistake_is_taken_back(home: Any, at_desk: SignIn) -> None:
    registrar, person = at_desk("registrar"), home.person_ids[1]
    job = {
        "change-started_on": "2026-05-01", "change-status": "employee", "change-category": "daily_wage",
        "change-employer_kind": "business", "change-business_name": "Noor Hotel", "change-premises": "shop",
        "change-persons_engaged": "3", "change-isco_code": "5131 Waiters", "change-isic_code": "5610 Restaurants",
        "change-pay_period": "day", "change-pay_amount": "900", "change-social_security": "no", "change-paid_leave": "no",
        "change-paid_sick_leave": "no",
    }  # fmt: skip
    wrong = ask(registrar, person, "start_of_job", **{**job, "change-isco_code": "waiter of sorts"})
    assert wrong.status_code == 422 and "CSW-013" in wrong.content.decode()
    begun = ask(registrar, person, "start_of_job", **job)
    assert begun.status_code == 302, _told(begun)
    with acting_as_system(reason="test"):
        (work,) = selectors.employments_of(person_id=person)
    assert (work["business_name"], work["pay_amount"], work["sector"]) == ("Noor Hotel", 900_00, "services")
    assert work["informal"] is True
    changed = ask(
        registrar, person, "business",
        **{"change-employment": work["employment_id"], "change-effective_on": "2026-06-01",
           "change-persons_engaged": "5", "change-evidence": ["visit"]},
    )  # fmt: skip
    assert changed.status_code == 302, _told(changed)
    with acting_as_system(reason="test"):
        was, there = (
            history.business_at(business_id=work["business_id"], on=dt.date(2026, month, 15)) for month in (5, 6)
        )
        assert was is not None and there is not None
        assert (was["persons_engaged"], there["persons_engaged"]) == (3, 5)
        assert (was["name"], there["name"]) == ("Noor Hotel", "Noor Hotel")
    page = registrar.get(changed["Location"]).content.decode()
    assert ">5<" in page.replace("<strong>", "").replace("</strong>", "") or "5</strong>" in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_event_recorded_by_mistake_is_taken_back_on_the_history_page_with_its_reason(
    home: Any, at_desk: SignIn, language: str
) -> None:
    person, registrar = home.person_ids[0], at_desk("registrar", language=language)
    with acting_as_system(reason="test"):
        event = events.change_person(person_id=person, on=dt.date(2026, 5, 1), fields={"surname": "Begum"})
    address = f"/registry/events/{event}/take-back/"
    assert f'href="{address}"' in registrar.get(f"/registry/person/{person}/history/").content.decode()
    assert registrar.get(address).status_code == 200
    assert registrar.post(address, {}).status_code == 422
    assert registrar.post(address, {"reason": "for fun"}).status_code == 422
    done = registrar.post(address, {"reason": "another_person"})
    assert done.status_code == 302 and done["Location"] == f"/registry/person/{person}/history/"
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=person)["surname"] == "Bibi"
        with connection.cursor() as cursor:
            cursor.execute("SELECT details FROM journal_entry WHERE act = 'registration.event.reversal'")
            ((details,),) = cursor.fetchall()
    details = json.loads(details) if isinstance(details, str) else details
    assert (details["reason"], details["reverses"]) == ("another_person", event)
    again = registrar.post(address, {"reason": "another_person"})
    assert again.status_code == 422 and "REG-083" in again.content.decode()
    assert f'href="{address}"' not in registrar.get(f"/registry/person/{person}/history/").content.decode()
    assert registrar.get("/registry/events/999999/take-back/").status_code == 404
    assert at_desk("finance").get(address).status_code == 403


def test_an_event_that_carried_out_a_change_request_is_taken_back_with_it(person_id: int, at_desk: SignIn) -> None:
    registrar, verifier = at_desk("registrar"), at_desk("verifier")
    address = ask(registrar, person_id)["Location"]
    verifier.post(f"{address}approve/", {"words": ""})
    with acting_as_system(reason="test"):
        event = changes.changes_of(person_id=person_id)[0]["event_id"]
    assert registrar.get(f"/registry/events/{event}/take-back/")["Location"] == address


def _told(response: Any) -> list[str]:
    return re.findall(r'<div class="error-summary".*?</div>', response.content.decode(), re.DOTALL)


def _job(person: int) -> int:
    with acting_as_system(reason="test"):
        return int(selectors.employments_of(person_id=person)[0]["employment_id"])


def test_the_queue_shows_age_by_area_and_only_ones_own(person_id: int, at_desk: SignIn) -> None:
    address = ask(at_desk("registrar", areas=[LAHORE]), person_id)["Location"]
    here, elsewhere = at_desk("verifier", areas=[LAHORE]), at_desk("verifier", areas=[BAGH])
    assert f'href="{address}"' in here.get("/changes/").content.decode()
    assert f'href="{address}"' in here.get("/changes/?kind=name").content.decode()
    assert f'href="{address}"' not in here.get("/changes/?kind=cnic").content.decode()
    assert f'href="{address}"' not in elsewhere.get("/changes/").content.decode()
    assert elsewhere.get(address).status_code == 404
    assert here.get("/changes/?file=open-changes")["Content-Type"].startswith("text/csv")
    assert re.search(r'href="/changes/">Decide changes of the record</a>', here.get("/").content.decode())


def test_what_verification_found_is_filled_in_by_an_officer(person_id: int, at_desk: SignIn) -> None:
    with acting_as_system(reason="test"):
        opened = open_change(
            person_id=person_id, type_code="name", values={}, channel="verification", source="discrepancy:3"
        )
    client = at_desk("registrar")
    assert f"/changes/{opened.change_id}/fill/" in client.get(f"/changes/{opened.change_id}/").content.decode()
    assert client.get(f"/changes/{opened.change_id}/fill/?kind=cnic").status_code == 200
    response = client.post(f"/changes/{opened.change_id}/fill/?kind=name", NAME)
    assert response.status_code == 302
    at_desk("verifier").post(f"/changes/{opened.change_id}/approve/", {"words": ""})
    with acting_as_system(reason="test"):
        assert changes.get_change(change_id=opened.change_id)["state"] == "applied"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_history_answers_as_of_a_day_and_as_known_on_a_day(home: Any, at_desk: SignIn, language: str) -> None:
    mother, son = home.person_ids
    events.split_household(household_id=home.household_id, relationships={son: "head"}, on=dt.date(2026, 5, 1))
    client = at_desk("auditor", language=language)
    address = f"/registry/person/{mother}/history/"
    for query, together in (
        ("?on=2026-03-01", True),
        ("?on=2026-06-01", False),
        ("?on=2025-01-01", False),
        ("?on=nonsense", False),
    ):
        page = client.get(address + query).content.decode()
        found = re.search(r'id="then".*?</section>', page, re.DOTALL)
        assert found is not None
        assert ("Ali Raza" in found[0]) is together, query
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    assert client.get(f"{address}?on=2026-06-01&known={yesterday}").status_code == 200
    page = client.get(f"/registry/household/{home.household_id}/history/?on=2026-03-01").content.decode()
    assert "Ali Raza" in page
    assert client.get("/registry/household/999999/history/").status_code == 404
    assert client.get(f"{address}?file=beliefs")["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_household_confirms_on_its_page(home: Any, at_desk: SignIn, language: str) -> None:
    run_calendar(today=START)
    with acting_as_system(reason="test"):
        from mazdoor.casework.recertification import selectors as renewals

        due = renewals.renewals_of(household_id=home.household_id)[0]["due_on"]
    run_calendar(today=due)
    client = at_desk("registrar", language=language)
    page = client.get("/recertification/").content.decode()
    address = f"/recertification/{home.household_id}/"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"how": "office"}).status_code == 302
    assert f'href="{address}"' not in client.get("/recertification/").content.decode()
    assert at_desk("auditor").post(address, {"how": "office"}).status_code in (403, 422)
    assert client.get("/recertification/999999/").status_code == 404


@pytest.mark.parametrize("address", ["/changes/", "/recertification/"])
def test_empty_queues_teach(address: str, at_desk: SignIn) -> None:
    assert 'class="empty"' in at_desk("verifier").get(address).content.decode()


@pytest.mark.parametrize("desk", ["auditor", "finance", "administrator"])
def test_a_desk_that_may_not_ask_gets_no_form(person_id: int, at_desk: SignIn, desk: str) -> None:
    client = at_desk(desk)
    assert client.get(f"/registry/person/{person_id}/changes/").status_code == 403
    assert ask(client, person_id).status_code == 403
