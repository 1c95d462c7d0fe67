"""At the counter: what a person agreed to is given and taken back, all that is recorded is printed again, a death is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast.households import employment, registered
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import consenting, events, selectors
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def bushra(db: None) -> int:
    """Bushra, who agreed to be registered and to be considered for programmes."""
    with acting_as_system(reason="test"):
        head = {"employments": (employment(occupation_text="khaddi"),), "skills": ("sewing",), "old_nic": "12345678901"}
        home = registered(head=head, consents=("registration", "programmes"), given_how="spoken")
        return home.person_ids[0]


def agreed(person_id: int) -> set[str]:
    with acting_as_system(reason="test"):
        live = [row for row in selectors.consents_of(person_id=person_id) if row["withdrawn_at"] is None]
    assert len(live) <= 1, "one receipt says all that is agreed to"
    return set(live[0]["purposes"]) if live else set()


def test_a_purpose_is_taken_back_and_given_again_at_the_counter(bushra: int, at_desk: SignIn) -> None:
    desk, page = at_desk("registrar"), f"/registry/person/{bushra}/consents/"
    desk.post(f"{page}take-back/", {"purpose": "programmes"})
    assert agreed(bushra) == {"registration"}
    assert "taken back" in desk.get(page).content.decode()
    wrong = desk.post(f"{page}give/", {"consent-consents": ["programmes"]})
    assert wrong.status_code == 422 and "Say how the consent was given." in wrong.content.decode()
    desk.post(f"{page}give/", {"consent-consents": ["programmes", "statistics"], "consent-given_how": "signed"})
    assert agreed(bushra) == {"registration", "programmes", "statistics"}
    assert 'name="consent-consents" value="statistics"' not in desk.get(page).content.decode()


def test_taking_back_the_record_takes_back_all_that_stands_on_it(bushra: int, at_desk: SignIn) -> None:
    desk, page = at_desk("verifier"), f"/registry/person/{bushra}/consents/"
    desk.post(f"{page}take-back/", {"purpose": "registration"})
    assert agreed(bushra) == set()
    with acting_as_system(reason="test"):
        (receipt,) = selectors.consents_of(person_id=bushra)
    assert receipt["purposes"] == ["registration", "programmes"], "one receipt ends whole; none is written between"
    refused = desk.post(
        f"{page}give/", {"consent-consents": ["programmes"], "consent-given_how": "signed"}, follow=True
    ).content.decode()
    assert "REG-007" in refused and agreed(bushra) == set()


def test_who_may_only_read_sees_no_forms(bushra: int, at_desk: SignIn) -> None:
    desk, page = at_desk("auditor"), f"/registry/person/{bushra}/consents/"
    shown = desk.get(page).content.decode()
    assert "Consider me for programmes" in shown and "take-back" not in shown
    assert desk.post(f"{page}take-back/", {"purpose": "programmes"}).status_code == 403
    assert agreed(bushra) == {"registration", "programmes"}


@pytest.mark.usefixtures("system")
def test_a_consent_whose_taking_back_breaks_off_is_found_as_it_was(
    bushra: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_room(**_: object) -> None:
        raise OSError("the disk is full")

    before = [dict(row) for row in selectors.consents_of(person_id=bushra)]
    with monkeypatch.context() as broken:
        broken.setattr(consenting.journal, "record", out_of_room)  # the last of the act
        for purpose in ("registration", "programmes"):
            with pytest.raises(OSError, match="disk"):
                consenting.withdraw_consent(person_id=bushra, purpose=purpose)
    assert [dict(row) for row in selectors.consents_of(person_id=bushra)] == before
    assert consenting.withdraw_consent(person_id=bushra, purpose="registration")
    assert agreed(bushra) == set()


@pytest.mark.usefixtures("system")
def test_a_consent_that_changes_nothing_writes_nothing_and_a_purpose_on_no_list_is_refused(bushra: int) -> None:
    assert consenting.give_consent(person_id=bushra, purposes=["programmes"], channel="web") is False
    with pytest.raises(Refusal, match="REG-006"):
        consenting.give_consent(person_id=bushra, purposes=["sale"], channel="web")
    assert len(selectors.consents_of(person_id=bushra)) == 1


def test_all_that_is_recorded_is_read_over_and_printed_again(bushra: int, at_desk: SignIn) -> None:
    desk: Client = at_desk("registrar")
    shown = desk.get(f"/registry/person/{bushra}/record/").content.decode()
    for said in ("khaddi", "Sewing, embroidery, weaving", "House 12, Street 4", "Noor Looms", "Ali Raza"):
        assert said in shown, said
    assert "1234567" not in shown.replace("-", "").replace("0300 1234567", "").replace("03001234567", ""), (
        "CNIC in full"
    )
    paper = desk.get(f"/registry/person/{bushra}/record.pdf")
    assert paper.content.startswith(b"%PDF")
    assert at_desk("auditor").get(f"/registry/person/{bushra}/record/").status_code == 403


def test_somebody_who_died_is_seen_to_have_died(bushra: int, at_desk: SignIn, officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        son = next(
            row["person_id"]
            for row in selectors.household_members(household_id=selectors.household_of(person_id=bushra))
            if row["person_id"] != bushra
        )
        events.record_death(person_id=son, on=timezone.localdate())
    page = at_desk("registrar").get(f"/registry/person/{son}/").content.decode()
    assert "Died on" in page and "This person has died." in page
    assert "Died on" not in at_desk("registrar").get(f"/registry/person/{bushra}/").content.decode()


def test_what_is_known_by_the_year_alone_is_not_told_as_a_day(at_desk: SignIn) -> None:
    with acting_as_system(reason="test"):
        head = {
            "given_name": "Salma", "surname": "", "birth_date": dt.date(1985, 1, 1), "birth_date_precision": "year",
            "employments": (employment(started_on=dt.date(2019, 1, 1), started_on_precision="year"),),
        }  # fmt: skip
        person = registered(head=head).person_ids[0]
    desk = at_desk("registrar")
    assert "1 January 1985" not in desk.post("/registry/", {"q": "Salma"}).content.decode()
    page = desk.get(f"/registry/person/{person}/").content.decode()
    assert "1 January 1985" not in page and "January 2019" not in page and ">2019<" in page


def test_a_working_child_is_seen_to_be_one_for_as_long_as_it_works(at_desk: SignIn) -> None:
    today = timezone.localdate()
    with acting_as_system(reason="test"):
        head = {"given_name": "Aslam", "birth_date": dt.date(today.year - 11, 1, 1), "employments": (employment(),)}
        person = registered(head=head).person_ids[0]
        (job,) = selectors.employments_of(person_id=person)
    desk = at_desk("registrar", language="ur")
    assert "یہ کارکن 11 سال کا ہے" in desk.get(f"/registry/person/{person}/").content.decode()
    with acting_as_system(reason="test"):
        events.end_employment(employment_id=job["employment_id"], on=today)
    assert "یہ کارکن 11 سال" not in desk.get(f"/registry/person/{person}/").content.decode()
