"""Work put right on screen (employer, first day, tax number, skills), and the children at work whom an inspector sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast.households import employment
from tests.cast.households import household as answers
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import events, selectors, services
from mazdoor.delivery.registration.people import BusinessAnswers

pytestmark = pytest.mark.django_db
WHO = "/registry/person/{}/changes/{}/"


@pytest.fixture
def bushra(household: Any) -> int:
    return int(household.person_ids[0])


@pytest.fixture
def zainab(household: Any) -> Any:
    """Zainab, who owns Zainab Looms."""
    looms = BusinessAnswers(name="Zainab Looms", isic_code="1312", premises="shop", persons_engaged=3)
    own = employment(status="employer", employer_kind="none", business=looms)
    head = {"given_name": "Zainab", "cnic": "", "mobile": "", "employments": (own,)}
    return services.register(answers=answers(head=head), channel="web", idempotency_key="zainab")


def job_of(person_id: int) -> dict[str, Any]:
    with acting_as_system(reason="test"):
        return selectors.employments_of(person_id=person_id)[0]


def ask(desk: Client, person_id: int, kind: str, evidence: str, **fields: Any) -> Any:
    """Send a form of a change of work, with the job it is about."""
    said = {f"change-{name}": value for name, value in fields.items()}
    said |= {"change-employment": str(job_of(person_id)["employment_id"]), "change-evidence": [evidence]}
    return desk.post(WHO.format(person_id, kind), said)


def test_an_employer_is_named_by_number_and_approved_at_another_desk(bushra: int, zainab: Any, at_desk: SignIn) -> None:
    sent = ask(
        at_desk("registrar"), bushra, "employer", "employer_letter",
        employer_kind="business", employer_number=zainab.registry_numbers[0], business_name="",
    )  # fmt: skip
    assert sent.status_code == 302, sent.content.decode()
    verifier = at_desk("verifier", language="ur")
    page = verifier.get(sent["Location"]).content.decode()
    assert "Zainab Looms" in page and "Noor Looms" in page, "what is held and what is asked for"
    assert verifier.post(f"{sent['Location']}approve/", {"words": ""}).status_code == 302
    assert job_of(bushra)["business_name"] == "Zainab Looms"


def test_an_employer_nobody_knows_is_described_and_one_of_a_household_is_found(
    bushra: int, zainab: Any, at_desk: SignIn
) -> None:
    registrar, verifier = at_desk("registrar"), at_desk("verifier")
    sent = ask(
        registrar, bushra, "employer", "visit",
        employer_kind="business", business_name="Data Textiles", premises="workshop", employer_name="left over",
    )  # fmt: skip
    verifier.post(f"{sent['Location']}approve/", {"words": ""})
    assert (job_of(bushra)["business_name"], job_of(bushra)["employer_name"]) == ("Data Textiles", "")
    sent = ask(
        registrar, bushra, "employer", "visit",
        employer_kind="household", employer_number=zainab.registry_numbers[0], business_name="left over",
    )  # fmt: skip
    verifier.post(f"{sent['Location']}approve/", {"words": ""})
    row = job_of(bushra)
    assert (row["employer_household_id"], row["business_name"]) == (zainab.household_id, None)


def test_an_employer_that_is_not_said_is_asked_for_at_its_field(bushra: int, household: Any, at_desk: SignIn) -> None:
    registrar = at_desk("registrar")
    for fields, told in (
        ({"employer_kind": "business"}, "or the name of the business."),
        ({"employer_kind": "business", "business_name": "Data Textiles"}, "Choose the place of work"),
        ({"employer_kind": "household"}, "or the name of the household."),
        ({"employer_kind": "business", "employer_number": household.registry_numbers[1]}, "No such business goes"),
        ({"employer_kind": "business", "employer_number": "1"}, "Nobody with this registry number"),
    ):
        refused = ask(registrar, bushra, "employer", "visit", **fields)
        assert refused.status_code == 422 and told in refused.content.decode(), told


def test_a_first_day_and_a_tax_number_are_asked_for_and_the_number_is_never_shown_whole(
    bushra: int, at_desk: SignIn
) -> None:
    registrar, verifier = at_desk("registrar"), at_desk("verifier")
    sent = ask(registrar, bushra, "first_day", "visit", started_on="2020-07-01")
    assert "1 March 2022" in (page := verifier.get(sent["Location"]).content.decode()) and "1 July 2020" in page
    verifier.post(f"{sent['Location']}approve/", {"words": ""})
    assert job_of(bushra)["started_on"] == dt.date(2020, 7, 1)
    refused = ask(registrar, bushra, "tax_number", "tax_certificate", tax_number="12")
    assert refused.status_code == 422 and "CSW-013" in refused.content.decode()
    sent = ask(registrar, bushra, "tax_number", "tax_certificate", tax_number="0123456-7")
    page = verifier.get(sent["Location"]).content.decode()
    assert "···· 567" in page and "0123456" not in page
    assert verifier.post(f"{sent['Location']}approve/", {"words": ""}).status_code == 302


def test_skills_are_ticked_one_by_one(bushra: int, at_desk: SignIn) -> None:
    events.correct_fields(person_id=bushra, fields={"skills": ["cooking"]})
    registrar = at_desk("registrar")
    form = registrar.get(WHO.format(bushra, "skills")).content.decode()
    gained, lost = form.split("Skills in the record that they do not have")
    assert 'value="sewing"' in gained and 'value="cooking"' not in gained and 'value="cooking"' in lost
    nothing = registrar.post(WHO.format(bushra, "skills"), {"change-evidence": ["visit"]})
    assert nothing.status_code == 422 and "Tick at least one skill." in nothing.content.decode()
    said = {"change-skills_gained": ["sewing"], "change-skills_lost": ["cooking"], "change-evidence": ["visit"]}
    sent = registrar.post(WHO.format(bushra, "skills"), said)
    assert sent.status_code == 302
    assert "Sewing, embroidery, weaving: Yes" in registrar.get(sent["Location"]).content.decode()
    with acting_as_system(reason="test"):
        assert selectors.get_person(person_id=bushra)["skills"] == ["sewing"]


@pytest.fixture
def children(household: Any) -> list[int]:
    """Fifty-one children of ten who weave in Lahore, one of nine among them."""
    year, found = timezone.localdate().year, []
    for number in range(51):
        born = dt.date(year - (10 if number else 9), 1, 1)
        head = {
            "given_name": f"Kid{number:02}", "birth_date": born, "birth_date_precision": "year", "cnic": "",
            "mobile": "", "employments": (employment(started_on=dt.date(year - 1, 3, 1)),),
        }  # fmt: skip
        done = services.register(answers=answers(head=head), channel="web", idempotency_key=f"kid-{number}")
        found.append(done.person_ids[0])
    return found


def test_an_inspector_sees_the_children_at_work_the_law_and_a_page_at_a_time(
    children: list[int], at_desk: SignIn
) -> None:
    desk = at_desk("inspector")
    assert "/registry/children-at-work/" in desk.get("/").content.decode()
    page = desk.get("/registry/children-at-work/").content.decode()
    assert page.index("Kid00") < page.index("Kid01") and "Kid50" not in page
    assert (
        "Noor Looms" in page
        and 'rel="next" href="?page=2"' in page
        and "1 January" not in page.split("What the law says")[0]
    )
    assert "Punjab Restriction on Employment of Children Act 2016" in page and "from a secondary source" in page
    second = desk.get("/registry/children-at-work/?page=2&area=PK618").content.decode()
    assert "Kid50" in second and "Kid49" not in second and f"/registry/person/{children[50]}/" in second
    assert "Kid" not in desk.get("/registry/children-at-work/?area=PK101").content.decode()
    rows = desk.get("/registry/children-at-work/?file=children-at-work").content.decode().splitlines()
    assert len(rows) == 51 and "Kid00" in rows[1]
    child = desk.get(f"/registry/person/{children[0]}/").content.decode()
    assert "/registry/children-at-work/" in child
    assert (
        "کام کرنے والے بچے" in at_desk("inspector", language="ur").get("/registry/children-at-work/").content.decode()
    )


def test_an_inspector_of_another_province_sees_none_of_them_and_other_desks_no_page(
    children: list[int], at_desk: SignIn
) -> None:
    elsewhere = at_desk("inspector", areas=["PK7"]).get("/registry/children-at-work/").content.decode()
    assert "Kid" not in elsewhere and "No child at work is on record" in elsewhere
    for desk in ("registrar", "auditor", "finance"):
        assert at_desk(desk).get("/registry/children-at-work/").status_code == 403
