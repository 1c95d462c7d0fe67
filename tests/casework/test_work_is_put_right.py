"""What was written down wrongly of work is put right by a change: the first day, the employer, the tax number; skill by skill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.cast.households import employment, household

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework.changes import open_change
from mazdoor.casework.changes.deciding import approve_change, reverse_change
from mazdoor.casework.changes.previewing import preview_change
from mazdoor.delivery.registration import events, history, selectors, services
from mazdoor.delivery.registration.models import BusinessRecord, Employment, EmploymentRecord
from mazdoor.delivery.registration.people import BusinessAnswers
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import services as reference

pytestmark = pytest.mark.django_db
FIRST = dt.date(2022, 3, 1)
EARLIER = dt.date(2020, 7, 1)
LATER = dt.date(2024, 9, 1)


@pytest.fixture
def home(db: None) -> Any:
    """Bushra, who weaves for Noor Looms since 1 March 2022, and whose pay rose in May 2023."""
    reference.load()
    with acting_as_system(reason="test"):
        done = services.register(answers=household(), channel="web", idempotency_key="home")
        events.change_employment(employment_id=job_of(done.person_ids[0]), on=dt.date(2023, 5, 1), pay_amount=6000)
    return done


@pytest.fixture
def desks(officer: Callable[..., Any]) -> dict[str, int]:
    names = ("registrar", "verifier", "verifier")
    first, second, third = (int(officer(desk=desk).pk) for desk in names)
    return {"registrar": first, "verifier": second, "another": third}


def job_of(person_id: int) -> int:
    with acting_as_system(reason="test"):
        return int(selectors.employments_of(person_id=person_id)[0]["employment_id"])


def spells(job: int) -> list[tuple[dt.date, dt.date | None, int]]:
    rows = EmploymentRecord.objects.filter(employment_id=job, recorded_to__isnull=True).order_by("valid_from")
    return [(row.valid_from, row.valid_to, row.pay_amount) for row in rows]


def ask(desk: int, person: int, kind: str, evidence: str, **values: Any) -> int:
    with acting_as(officer_id=desk):
        return open_change(
            person_id=person, type_code=kind, values=values, evidence=[evidence], channel="officer"
        ).change_id


def approve(desk: int, change: int) -> None:
    with acting_as(officer_id=desk):
        approve_change(change_id=change)


def take_back(desk: int, change: int) -> None:
    with acting_as(officer_id=desk):
        reverse_change(change_id=change, words="A slip at the counter")


MAY = dt.date(2023, 5, 1)
MOVED = {
    "further back": (EARLIER, [(EARLIER, MAY, 4500), (MAY, None, 6000)]),
    "later": (dt.date(2022, 6, 1), [(dt.date(2022, 6, 1), MAY, 4500), (MAY, None, 6000)]),
    "after the pay rose": (LATER, [(LATER, None, 6000)]),
}


@pytest.mark.parametrize("where", list(MOVED))
def test_a_first_day_is_put_right_and_taken_back_to_what_it_was(home: Any, desks: dict[str, int], where: str) -> None:
    person, (day, after) = home.person_ids[0], MOVED[where]
    job = job_of(person)
    with acting_as_system(reason="test"):
        before, known = spells(job), timezone.now()
    change = ask(desks["registrar"], person, "first_day", "employer_letter", started_on=day.isoformat())
    with acting_as(officer_id=desks["verifier"]):
        (line,) = preview_change(change_id=change).lines
        assert (line.before, line.after) == (FIRST, day)
        assert selectors.employments_of(person_id=person)[0]["started_on"] == FIRST, "nothing before it is approved"
    approve(desks["verifier"], change)
    with acting_as_system(reason="test"):
        assert spells(job) == after
        assert selectors.employments_of(person_id=person)[0]["started_on"] == day
        then = history.employment_at(employment_id=job, on=dt.date(2025, 1, 1), known_at=known)
        now = history.employment_at(employment_id=job, on=dt.date(2025, 1, 1))
        assert then and now and (then["started_on"], now["started_on"]) == (FIRST, day), "what was believed stays known"
    take_back(desks["another"], change)
    with acting_as_system(reason="test"):
        assert spells(job) == before and Employment.objects.get(pk=job).started_on == FIRST


def test_a_first_day_known_by_the_year_alone_is_kept_as_such(home: Any, desks: dict[str, int]) -> None:
    person = home.person_ids[0]
    change = ask(desks["registrar"], person, "first_day", "visit", started_on="2021-01-01", started_on_precision="year")
    approve(desks["verifier"], change)
    with acting_as_system(reason="test"):
        job = selectors.employments_of(person_id=person)[0]
    assert (job["started_on"], job["started_on_precision"]) == (dt.date(2021, 1, 1), "year")


@pytest.mark.usefixtures("system")
def test_a_first_day_before_birth_in_the_future_or_after_the_end_is_refused(home: Any) -> None:
    job = job_of(home.person_ids[0])
    for day, code in (
        (dt.date(1980, 1, 1), "REG-020"),
        (timezone.localdate() + dt.timedelta(days=1), "REG-074"),
        (FIRST, "REG-085"),
    ):
        with pytest.raises(Refusal, match=code):
            events.correct_first_day(employment_id=job, started_on=day)
    events.end_employment(employment_id=job, on=dt.date(2025, 2, 1))
    with pytest.raises(Refusal, match="REG-080"):
        events.correct_first_day(employment_id=job, started_on=dt.date(2025, 2, 1))
    events.correct_first_day(employment_id=job, started_on=EARLIER)
    ended = history.employment_at(employment_id=job, on=dt.date(2025, 3, 1))
    assert ended and (ended["started_on"], ended["ended_on"]) == (EARLIER, dt.date(2025, 2, 1))


@pytest.fixture
def neighbour(home: Any) -> Any:
    """Zainab, who owns Zainab Looms with two hands."""
    with acting_as_system(reason="test"):
        own = employment(
            status="employer", employer_kind="none",
            business=BusinessAnswers(name="Zainab Looms", isic_code="1312", premises="shop", persons_engaged=3),
        )  # fmt: skip
        head = {"given_name": "Zainab", "cnic": "", "mobile": "", "employments": (own,)}
        return services.register(answers=household(head=head), channel="web", idempotency_key="neighbour")


def test_an_employer_is_put_right_for_all_the_time_of_the_job(home: Any, neighbour: Any, desks: dict[str, int]) -> None:
    person = home.person_ids[0]
    job = job_of(person)
    with acting_as_system(reason="test"):
        (business,) = selectors.businesses_of(person_id=neighbour.person_ids[0])
        before = selectors.employments_of(person_id=person)[0]
    values = {"employer_kind": "business", "business_id": business["business_id"]}
    change = ask(desks["registrar"], person, "employer", "employer_letter", **values)
    with acting_as(officer_id=desks["registrar"]), pytest.raises(Refusal, match="CSW-011"):
        open_change(
            person_id=person, type_code="employer", values={"employer_kind": "none"}, evidence=["visit"],
            channel="officer",
        )  # fmt: skip
    with acting_as(officer_id=desks["registrar"]), pytest.raises(Refusal, match="CSW-018"):
        approve_change(change_id=change)
    approve(desks["verifier"], change)
    with acting_as_system(reason="test"):
        assert selectors.employments_of(person_id=person)[0]["business_name"] == "Zainab Looms"
        assert {row.business_id for row in EmploymentRecord.objects.filter(employment_id=job, recorded_to=None)} == {
            business["business_id"]
        }
        assert len(spells(job)) == 2, "the pay that rose stays apart"
    take_back(desks["another"], change)
    with acting_as_system(reason="test"):
        assert selectors.employments_of(person_id=person)[0] == before


def test_a_job_turns_out_to_be_for_a_household_for_nobody_or_for_a_business_nobody_knew(
    home: Any, neighbour: Any, desks: dict[str, int]
) -> None:
    person = home.person_ids[0]
    job = job_of(person)
    with acting_as_system(reason="test"):
        events.change_employment(employment_id=job, on=MAY, category="domestic")
    for values, found in (
        ({"employer_kind": "household", "employer_household_id": neighbour.household_id}, ("household", None)),
        ({"employer_kind": "household", "employer_name": "Nadia Khan"}, ("household", None)),
        ({"employer_kind": "none", "status": "own_account"}, ("none", None)),
        (
            {
                "employer_kind": "business",
                "business_name": "Data Textiles",
                "premises": "workshop",
                "status": "employee",
            },
            ("business", "Data Textiles"),
        ),
    ):
        approve(desks["verifier"], ask(desks["registrar"], person, "employer", "visit", **values))
        with acting_as_system(reason="test"):
            row = selectors.employments_of(person_id=person)[0]
            assert (row["employer_kind"], row["business_name"]) == found
            assert row["employer_household_id"] == values.get("employer_household_id")
            assert row["employer_name"] == values.get("employer_name", "")
            assert row["status"] == values.get("status", row["status"])


@pytest.mark.usefixtures("system")
def test_an_employer_that_is_not_there_or_not_described_is_refused(home: Any) -> None:
    job = job_of(home.person_ids[0])
    for employer, code in (
        (events.Employer(kind="business"), "REG-013"),
        (events.Employer(kind="business", business_id=10**9), "REG-079"),
        (events.Employer(kind="household", household_id=10**9), "REG-070"),
        (events.Employer(kind="king"), "REG-006"),
    ):
        with pytest.raises(Refusal, match=code):
            events.correct_employer(employment_id=job, employer=employer)


def test_a_tax_number_is_put_right_sealed_and_the_business_judged_anew(home: Any, desks: dict[str, int]) -> None:
    person = home.person_ids[0]
    with acting_as_system(reason="test"):
        business = selectors.business_of_job(employment_id=job_of(person)) or 0
        before = BusinessRecord.objects.get(business_id=business, recorded_to=None)
    change = ask(desks["registrar"], person, "tax_number", "tax_certificate", tax_number="0123456-7")
    with acting_as(officer_id=desks["verifier"]):
        (line,) = preview_change(change_id=change).lines
        assert (line.before, line.after) == ("", "···· 567")
    approve(desks["verifier"], change)
    with acting_as_system(reason="test"):
        row = BusinessRecord.objects.get(business_id=business, recorded_to=None)
        assert row.tax_registered is True and b"01234567" not in bytes(row.tax_number_encrypted or b"")
        assert selectors.tax_number_of(business_id=business) == "01234567"
        with pytest.raises(Refusal, match="REG-085"):
            events.change_business(business_id=business, on=None, tax_number="0123456-7")
    with acting_as(officer_id=desks["registrar"]), pytest.raises(Refusal, match="CSW-013"):
        open_change(
            person_id=person, type_code="tax_number", values={"tax_number": "12"}, evidence=["tax_certificate"],
            channel="officer",
        )  # fmt: skip
    take_back(desks["another"], change)
    with acting_as_system(reason="test"):
        again = BusinessRecord.objects.get(business_id=business, recorded_to=None)
        assert (again.tax_registered, again.tax_number_index) == (before.tax_registered, before.tax_number_index)


def test_two_officers_put_two_skills_right_without_waiting_for_each_other(home: Any, desks: dict[str, int]) -> None:
    person = home.person_ids[0]
    with acting_as_system(reason="test"):
        events.correct_fields(person_id=person, fields={"skills": ["cooking"]})
    one = ask(desks["registrar"], person, "skills", "visit", skill_items={"sewing": True})
    other = ask(desks["another"], person, "skills", "testimony", skill_items={"cooking": False})
    with acting_as(officer_id=desks["another"]), pytest.raises(Refusal, match="CSW-011"):
        open_change(
            person_id=person, type_code="skills", values={"skill_items": {"sewing": True, "driving": True}},
            evidence=["visit"], channel="officer",
        )  # fmt: skip
    with acting_as(officer_id=desks["verifier"]):
        (line,) = preview_change(change_id=other).lines
        assert (line.before, line.after) == ({"cooking": True}, {"cooking": False})
        approve_change(change_id=one)
        assert not preview_change(change_id=other).stale, "another skill has nothing to do with it"
        approve_change(change_id=other)
        assert selectors.get_person(person_id=person)["skills"] == ["sewing"]
