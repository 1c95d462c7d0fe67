"""Children at work are found by birth, work and the law of the place; by who inspects work, in their own areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.cast.households import BAGH, LAHORE, employment, household

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import child_work, events, services
from mazdoor.delivery.registration.people import BusinessAnswers
from mazdoor.delivery.registration.questionnaire.ages import least_ages, least_working_age
from mazdoor.delivery.registration.questionnaire.sense import completed_years
from mazdoor.journal.models import Entry
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SHOP = BusinessAnswers(name="Noor Looms", isic_code="1312", premises="home", persons_engaged=6)


def years_ago(years: int, days: int = 0) -> dt.date:
    """The birth of somebody who completed these years so many days ago."""
    day = TODAY - dt.timedelta(days=days)
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else dt.date(day.year - years, 3, 1)


def at_work(born: dt.date, *, area: str = LAHORE, **work: Any) -> int:
    """Somebody born then, who weaves; the person."""
    job = employment(**{"started_on": years_ago(1), "business": SHOP, **work})
    head = {"given_name": f"Child {born} {area}", "birth_date": born, "cnic": "", "mobile": "", "employments": (job,)}
    key = f"{born}-{area}-{work.get('category', '')}-{work.get('started_on', '')}"
    with acting_as_system(reason="test"):
        answers = household(area_code=area, head=head)
        return services.register(answers=answers, channel="web", idempotency_key=key).person_ids[0]


def seen_by(officer: Any, **narrowed: Any) -> child_work.Underage:
    with acting_as(officer_id=officer.pk):
        return child_work.children_at_work(on=TODAY, **narrowed)


def people(found: child_work.Underage) -> set[int]:
    return {row["person_id"] for row in found.listed}


def test_whoever_is_a_day_too_young_is_found_and_whoever_is_of_age_is_not(officer: Callable[..., Any]) -> None:
    inspector = officer(desk="inspector", areas=["*"])
    fifteen = at_work(years_ago(15), started_on=years_ago(0, days=3))
    a_day_short = at_work(years_ago(15) + dt.timedelta(days=1))
    domestic_in_lahore = at_work(years_ago(14, days=40), category="domestic", employer_kind="household", business=None)
    fourteen_in_bagh = at_work(years_ago(14, days=9), area=BAGH)
    found = seen_by(inspector)
    assert people(found) == {a_day_short, domestic_in_lahore}, (fifteen, fourteen_in_bagh)
    assert (found.children, found.jobs) == (2, 2)
    ages = {row["person_id"]: (row["age"], row["least_age"]) for row in found.listed}
    assert ages[a_day_short] == (14, 15)


def test_who_finds_them_is_held_to_the_own_areas_and_narrows_to_one(officer: Callable[..., Any]) -> None:
    in_lahore, in_bagh = at_work(years_ago(11)), at_work(years_ago(9), area=BAGH)
    everywhere, lahore = officer(desk="inspector", areas=["*"]), officer(desk="inspector", areas=["PK618"])
    several = officer(desk="verifier", areas=["PK1", "PK101", "PK603"])
    assert people(seen_by(everywhere)) == {in_lahore, in_bagh}
    assert people(seen_by(lahore)) == {in_lahore}
    assert people(seen_by(several)) == {in_bagh}, "areas that overlap name nobody twice"
    assert seen_by(several).jobs == 1
    assert people(seen_by(everywhere, area_code="PK101")) == {in_bagh}
    assert people(seen_by(several, area_code="PK10")) == {in_bagh}
    assert people(seen_by(lahore, area_code="PK101")) == set()
    districts = {row["area_code"]: (row["children"], row["youngest"]) for row in seen_by(everywhere).by_district}
    assert districts == {"PK618": (1, 11), "PK101": (1, 9)}


def test_a_work_that_ended_a_death_and_a_birth_put_right_leave_the_list(officer: Callable[..., Any]) -> None:
    inspector = officer(desk="inspector", areas=["*"])
    stopped, died, older, still = (at_work(years_ago(age)) for age in (9, 10, 11, 12))
    assert people(seen_by(inspector)) == {stopped, died, older, still}
    with acting_as_system(reason="test"):
        (row,) = (row for row in seen_by(inspector).listed if row["person_id"] == stopped)
    with acting_as_system(reason="test"):
        events.end_employment(employment_id=row["employment_id"], on=TODAY)
        events.record_death(person_id=died, on=TODAY, head_id=died + 1)
        events.correct_fields(person_id=older, fields={"birth_date": years_ago(19)})
    assert people(seen_by(inspector)) == {still}


def test_the_list_comes_in_pages_the_youngest_of_a_district_first(officer: Callable[..., Any]) -> None:
    inspector = officer(desk="inspector", areas=["*"])
    born = [at_work(years_ago(age)) for age in (12, 8, 10)]
    whole = [row["person_id"] for row in seen_by(inspector).listed]
    assert whole == [born[1], born[2], born[0]]
    pages = [seen_by(inspector, first=first, limit=2) for first in (0, 2, 4)]
    assert [[row["person_id"] for row in page.listed] for page in pages] == [whole[:2], whole[2:], []]
    assert {page.jobs for page in pages} == {3}


def test_each_look_is_in_the_journal_without_a_name(officer: Callable[..., Any]) -> None:
    at_work(years_ago(10))
    seen_by(officer(desk="inspector", areas=["*"]), area_code="PK6")
    entry = Entry.objects.filter(act="registration.children_at_work.listed").latest("pk")
    assert (entry.subject, entry.count) == ("area:PK6", 1) and "Child" not in str(entry.details)


@pytest.mark.parametrize("desk", ["registrar", "finance", "programme", "auditor", "administrator"])
def test_other_desks_get_no_list(officer: Callable[..., Any], desk: str) -> None:
    with pytest.raises(Refusal, match="OFF-002"):
        seen_by(officer(desk=desk, areas=["*"]))


def test_the_law_in_sql_and_the_law_at_the_counter_are_one(officer: Callable[..., Any]) -> None:
    inspector = officer(desk="inspector", areas=["*"])
    expected = set()
    for number, area in enumerate(("PK101", "PK401", "PK501", "PK618", "PK701")):
        for category in ("home_based", "domestic"):
            born = years_ago(13 + number % 4, days=1 + number)
            kind = {"employer_kind": "household", "business": None} if category == "domestic" else {}
            person = at_work(born, area=area, category=category, **kind)
            least = least_working_age(category=category, area_code=area, on=TODAY).years
            if completed_years(born, TODAY) < least:
                expected.add(person)
    assert expected and people(seen_by(inspector)) == expected


def test_every_area_with_a_law_of_its_own_is_told_with_its_source() -> None:
    held = {(each.area_code, each.domestic): each.least for each in least_ages(on=TODAY)}
    assert held["PK", False].years == 14 and held["PK6", False].years == 15 and held["PK4", True].years == 16
    assert all(each.source and each.verified for each in held.values())
