"""What happened to whom: each event closes and opens the right spells, and the past can be asked about, as known then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.cast.households import BAGH, LAHORE, employment, household

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import events, history, selectors, services
from mazdoor.delivery.registration.models import BusinessRecord, EmploymentRecord, PersonRecord
from mazdoor.delivery.registration.models_events import Event, HandOver
from mazdoor.delivery.registration.people import BusinessAnswers, PersonAnswers
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

START = dt.date(2026, 1, 10)
MARCH = dt.date(2026, 3, 1)
MAY = dt.date(2026, 5, 1)
JUNE = dt.date(2026, 6, 15)


def family(key: str = "form-1", **changes: Any) -> Any:
    """Bushra and her son, on the register since 10 January 2026."""
    return services.register(answers=household(**changes), channel="web", idempotency_key=key, on=START)


def man(key: str = "form-2", **changes: Any) -> Any:
    """A household headed by a man, with the same boy's name in it."""
    head = {"given_name": "Aslam", "sex": "male", "cnic": "", "mobile": "", "birth_date": dt.date(1980, 1, 1)}
    return family(key, head={**head, "marital_status": "single", **changes})


def now() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def names_in(household_id: int, on: dt.date, known_at: dt.datetime | None = None) -> set[int]:
    return {row["person_id"] for row in history.members_at(household_id=household_id, on=on, known_at=known_at)}


@pytest.mark.usefixtures("system")
def test_who_was_in_which_household_on_a_day_and_what_was_believed_then() -> None:
    home, other = family(), man()
    mother, son = home.person_ids
    before = now()
    events.join_household(household_id=other.household_id, relationships={son: "other"}, on=MAY)
    assert names_in(home.household_id, MARCH) == {mother, son}
    assert names_in(home.household_id, MAY) == {mother}
    assert names_in(home.household_id, MAY, known_at=before) == {mother, son}
    assert son in names_in(other.household_id, MAY)
    assert history.household_of_at(person_id=son, on=MAY) == other.household_id
    assert history.household_of_at(person_id=son, on=MARCH) == home.household_id


@pytest.mark.usefixtures("system")
def test_a_correction_of_the_past_never_overlaps_a_later_spell() -> None:
    person = family().person_ids[0]
    events.change_person(person_id=person, on=MAY, fields={"surname": "Begum"})
    events.correct_fields(person_id=person, fields={"birth_date": dt.date(1986, 3, 7)})
    for day, surname in ((MARCH, "Bibi"), (JUNE, "Begum")):
        there = history.person_at(person_id=person, on=day)
        assert there is not None
        assert (there["surname"], there["birth_date"]) == (surname, dt.date(1986, 3, 7))
    rows = list(PersonRecord.objects.filter(person_id=person, recorded_to__isnull=True).order_by("valid_from"))
    assert [(row.valid_from, row.valid_to) for row in rows] == [(START, MAY), (MAY, None)]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(("since", "until"), [(START, None), (dt.date(2025, 1, 1), MARCH), (MARCH, JUNE)])
def test_the_database_refuses_two_spells_of_one_person_that_overlap(since: dt.date, until: dt.date | None) -> None:
    person = family().person_ids[0]
    row = PersonRecord.objects.get(person_id=person)
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in ("id", "valid_from", "valid_to")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonRecord.objects.create(**values, valid_from=since, valid_to=until)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registration_personrecord SET recorded_to = now() WHERE id = %s", [row.pk])
    PersonRecord.objects.create(**values, valid_from=since, valid_to=until)
    if until is not None:
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonRecord.objects.create(**values, valid_from=since, valid_to=until)


@pytest.mark.usefixtures("system")
def test_a_household_moves_and_its_past_address_stays_known() -> None:
    home = family()
    events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY, address="Mohalla Qadeem")
    for person in home.person_ids:
        assert selectors.get_person(person_id=person)["area_code"] == BAGH
        was, there = history.person_at(person_id=person, on=MARCH), history.person_at(person_id=person, on=JUNE)
        assert was is not None and there is not None
        assert (was["lived_in"], there["lived_in"]) == (LAHORE, BAGH)
    (job,) = selectors.employments_of(person_id=home.person_ids[0])
    assert (job["area_code"], job["work_area_code"]) == (BAGH, LAHORE)
    assert selectors.get_household(household_id=home.household_id)["area_code"] == BAGH


def test_an_officer_hands_a_household_over_to_another_office_and_sees_it_no_more(officer: Any) -> None:
    with acting_as_system(reason="test"):
        home = family()
    lahore, bagh = officer(areas=[LAHORE]), officer(areas=[BAGH])
    with acting_as(officer_id=bagh.pk), pytest.raises(Refusal, match="REG-07"):
        events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY)
    with acting_as(officer_id=lahore.pk):
        moved = events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY)
        assert moved.hand_over_id is not None
        with pytest.raises(Refusal, match="REG-011"):
            selectors.get_person(person_id=home.person_ids[0])
        assert history.hand_overs_waiting() == []
        with pytest.raises(Refusal, match="REG-082"):
            events.receive(hand_over_id=moved.hand_over_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('mazdoor.areas')")
            assert cursor.fetchone()[0] == LAHORE
    with acting_as(officer_id=bagh.pk):
        assert selectors.get_person(person_id=home.person_ids[0])["area_code"] == BAGH
        was = history.person_at(person_id=home.person_ids[0], on=MARCH)
        assert was is not None and was["lived_in"] == LAHORE
        assert [row["hand_over_id"] for row in history.hand_overs_waiting()] == [moved.hand_over_id]
        events.receive(hand_over_id=moved.hand_over_id)
        assert history.hand_overs_waiting() == []
        with pytest.raises(Refusal, match="REG-082"):
            events.receive(hand_over_id=moved.hand_over_id)
    assert HandOver.objects.count() == 0  # nobody acts: nobody sees it


@pytest.mark.usefixtures("system")
def test_rows_of_later_rooms_follow_who_moved() -> None:
    home = family()
    heard: list[tuple[list[int], str]] = []
    events.follow_moves("test", lambda people, area: heard.append((list(people), area)))
    try:
        events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY)
    finally:
        events.forget_moves("test")
    assert heard == [(sorted(home.person_ids), BAGH)]


@pytest.mark.usefixtures("system")
def test_two_who_marry_are_one_family_and_the_household_left_keeps_its_head() -> None:
    brides, grooms = family(head={"marital_status": "widowed"}), man()
    bride, son = brides.person_ids
    groom = grooms.person_ids[0]
    with pytest.raises(Refusal, match="REG-076"):
        events.record_marriage(husband_id=groom, wife_id=bride, on=MAY, household_id=grooms.household_id)
    events.record_marriage(husband_id=groom, wife_id=bride, on=MAY, household_id=grooms.household_id, stays_head=son)
    rows = {row["person_id"]: row for row in history.members_at(household_id=grooms.household_id, on=MAY)}
    assert rows[bride]["relationship"] == "spouse"
    assert rows[bride]["family_id"] == rows[groom]["family_id"]
    there = selectors.get_person(person_id=bride)
    assert (there["marital_status"], there["husband_name"]) == ("married", "Aslam Bibi")
    was = history.person_at(person_id=bride, on=MARCH)
    assert was is not None and was["marital_status"] == "widowed"
    assert [row["relationship"] for row in history.members_at(household_id=brides.household_id, on=MAY)] == ["head"]


@pytest.mark.usefixtures("system")
def test_two_who_marry_may_found_a_household_of_their_own_and_part_again() -> None:
    brides, grooms = family(), man()
    bride, groom = brides.person_ids[1], grooms.person_ids[1]
    moved = events.record_marriage(husband_id=groom, wife_id=bride, on=MARCH)
    assert {row["relationship"] for row in history.members_at(household_id=moved.household_id, on=MARCH)} == {
        "head", "spouse",
    }  # fmt: skip
    events.record_divorce(
        husband_id=groom, wife_id=bride, on=MAY, leaves_id=bride, household_id=brides.household_id, relationship="child"
    )
    assert names_in(brides.household_id, JUNE) == set(brides.person_ids)
    assert names_in(moved.household_id, JUNE) == {groom}
    assert selectors.get_person(person_id=bride)["marital_status"] == "divorced"


@pytest.mark.usefixtures("system")
def test_a_child_is_born_into_its_mothers_family_with_a_number_for_life() -> None:
    home = family()
    child = PersonAnswers(given_name="Hina", sex="female", birth_date=MAY, relationship="child")
    born = events.record_birth(household_id=home.household_id, answers=child, mother_id=home.person_ids[0])
    assert selectors.get_person(person_id=born.person_id)["registry_number"] == born.registry_number
    assert born.person_id in names_in(home.household_id, MAY)
    assert born.person_id not in names_in(home.household_id, MARCH)
    assert selectors.search(text="Hina")
    with pytest.raises(Refusal, match="REG-087"):
        year_only = PersonAnswers(given_name="X", sex="male", birth_date=MAY, birth_date_precision="year")
        events.record_birth(household_id=home.household_id, answers=year_only)


@pytest.mark.usefixtures("system")
def test_when_the_head_dies_membership_and_work_end_and_another_heads_the_household() -> None:
    home = family()
    mother, son = home.person_ids
    events.record_death(person_id=mother, on=MAY)
    assert selectors.get_person(person_id=mother)["died_on"] == MAY
    rows = history.members_at(household_id=home.household_id, on=MAY)
    assert [(row["person_id"], row["relationship"]) for row in rows] == [(son, "head")]
    assert history.employments_at(person_id=mother, on=JUNE) == []
    assert len(history.employments_at(person_id=mother, on=MARCH)) == 1
    with pytest.raises(Refusal, match="REG-073"):
        events.record_death(person_id=mother, on=JUNE)


@pytest.mark.usefixtures("system")
def test_the_last_member_dies_and_the_household_ends() -> None:
    home = family()
    events.record_death(person_id=home.person_ids[1], on=MARCH)
    events.record_death(person_id=home.person_ids[0], on=MAY)
    assert history.household_at(household_id=home.household_id, on=MARCH) is not None
    assert history.household_at(household_id=home.household_id, on=MAY) is None
    with pytest.raises(Refusal, match="REG-071"):
        events.move_household(household_id=home.household_id, area_code=BAGH, on=JUNE)


@pytest.mark.usefixtures("system")
def test_a_household_splits_and_is_joined_again() -> None:
    home = family()
    mother, son = home.person_ids
    with pytest.raises(Refusal, match="REG-076"):
        events.split_household(household_id=home.household_id, relationships={mother: "head"}, on=MARCH)
    split = events.split_household(household_id=home.household_id, relationships={son: "head"}, on=MARCH)
    assert names_in(split.household_id, MARCH) == {son}
    events.merge_households(
        household_id=split.household_id, into_id=home.household_id, relationships={son: "child"}, on=MAY
    )
    assert names_in(home.household_id, JUNE) == {mother, son}
    assert history.household_at(household_id=split.household_id, on=JUNE) is None
    with pytest.raises(Refusal, match="REG-072"):
        events.split_household(household_id=home.household_id, relationships={son: "head"}, on=MARCH)


@pytest.mark.usefixtures("system")
def test_an_employment_begins_changes_and_ends() -> None:
    person = family().person_ids[0]
    (first,) = selectors.employments_of(person_id=person)
    events.end_employment(employment_id=first["employment_id"], on=MARCH)
    job, _ = events.start_employment(person_id=person, answers=employment(started_on=MARCH, pay_amount=90_00))
    events.change_employment(employment_id=job, on=MAY, pay_amount=120_00)
    was, there = (history.employment_at(employment_id=job, on=day) for day in (MARCH, JUNE))
    assert was is not None and there is not None
    assert (was["pay_amount"], there["pay_amount"]) == (90_00, 120_00)
    assert [row["employment_id"] for row in history.employments_at(person_id=person, on=JUNE)] == [job]
    for refused, code in (
        (lambda: events.end_employment(employment_id=first["employment_id"], on=MAY), "REG-080"),
        (lambda: events.change_employment(employment_id=job, on=JUNE, pay_amount=120_00), "REG-085"),
        (lambda: events.change_employment(employment_id=job, on=JUNE, employer_kind="none"), "REG-078"),
        (lambda: events.change_employment(employment_id=job, on=JUNE, pay_amount=-1), "REG-009"),
        (lambda: events.change_employment(employment_id=0, on=JUNE, pay_amount=1), "REG-079"),
    ):
        with pytest.raises(Refusal, match=code):
            refused()


@pytest.mark.usefixtures("system")
def test_a_business_changes_from_a_day_on() -> None:
    person = family().person_ids[0]
    (job,) = selectors.employments_of(person_id=person)
    events.change_business(business_id=job["business_id"], on=MAY, persons_engaged=9)
    was, there = (history.business_at(business_id=job["business_id"], on=day) for day in (MARCH, JUNE))
    assert was is not None and there is not None
    assert (was["persons_engaged"], there["persons_engaged"]) == (6, 9)


def _verdicts(employment_id: int) -> list[tuple[dt.date, dt.date | None, bool | None]]:
    """What is believed of a job's informality, spell by spell."""
    rows = EmploymentRecord.objects.filter(employment_id=employment_id, recorded_to__isnull=True).order_by("valid_from")
    return [(row.valid_from, row.valid_to, row.informal) for row in rows]


def test_where_a_business_changes_its_jobs_are_judged_anew_whoever_answers_for_the_workers(officer: Any) -> None:
    """A weaver's own workshop stands in Lahore, she lives in Bagh; it becomes a company, and that is taken back."""
    workshop = BusinessAnswers(
        name="Noor Looms", isic_code="1312", premises="home", persons_engaged=2, owner_kind="household", area_code=LAHORE,
        tax_registered=False, eobi_registered=False, social_security_registered=False,
    )  # fmt: skip
    own = employment(status="own_account", employer_kind="none", business=workshop)
    with acting_as_system(reason="test"):
        weaver = family(area_code=BAGH, head={"employments": (own,)}).person_ids[0]
        (job,) = selectors.employments_of(person_id=weaver)
        number = job["employment_id"]
        business = BusinessRecord.objects.get(owner_id=weaver).business_id
        hand = family("form-3", head={"cnic": "", "mobile": "", "employments": ()}).person_ids[0]
        hired, _ = events.start_employment(
            person_id=hand,
            answers=employment(started_on=MARCH, social_security=False, paid_leave=False),
            business_id=business,
        )
        before = {each: _verdicts(each) for each in (number, hired)}
        assert [spells[-1][2] for spells in before.values()] == [True, True]
    with acting_as(officer_id=officer(areas=["PK6"]).pk):
        event = events.change_business(business_id=business, on=MAY, owner_kind="company", tax_registered=True)
    with acting_as_system(reason="test"):
        assert _verdicts(number) == [(before[number][0][0], MAY, True), (MAY, None, False)]
        assert _verdicts(hired) == before[hired], "an employee's job is what the employer pays in"
        assert Event.objects.get(pk=event).person_ids == [weaver]
        # A later change of the job itself is judged with the business it is done in.
        later = events.change_employment(employment_id=number, on=JUNE, social_security=True)
        assert _verdicts(number)[-1] == (JUNE, None, False)
        events.take_back(event_id=later)
    with acting_as(officer_id=officer(areas=["PK6"]).pk):
        events.take_back(event_id=event)
    with acting_as_system(reason="test"):
        assert {each: _verdicts(each) for each in before} == before


@pytest.mark.usefixtures("system")
def test_a_mistaken_link_of_a_person_to_a_household_is_undone_as_if_it_never_was() -> None:
    home, other = family(), man()
    mother, son = home.person_ids
    before = now()
    events.undo_link(person_id=son, household_id=home.household_id, belongs_to=other.household_id, relationship="child")
    for day in (START, MARCH, JUNE):
        assert names_in(home.household_id, day) == {mother}
        assert son in names_in(other.household_id, day)
        assert names_in(home.household_id, day, known_at=before) == {mother, son}
    (event,) = Event.objects.filter(kind="link_undone")
    events.take_back(event_id=event.pk)
    assert names_in(home.household_id, MARCH) == {mother, son}


@pytest.mark.usefixtures("system")
def test_an_event_is_taken_back_to_exactly_the_state_before() -> None:
    home, other = family(), man()
    son = home.person_ids[1]

    def state() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id, household_id, family_id, relationship, valid_from, valid_to, area_code "
                "FROM registration_member WHERE recorded_to IS NULL ORDER BY 1, 5"
            )
            members = cursor.fetchall()
            cursor.execute(
                "SELECT person_id, area_code, past_area_code, valid_from, valid_to, marital_status, address_encrypted "
                "FROM registration_personrecord WHERE recorded_to IS NULL ORDER BY 1, 4"
            )
            people = cursor.fetchall()
            cursor.execute("SELECT id, area_code FROM registration_person ORDER BY 1")
            return [members, people, cursor.fetchall()]

    before = state()
    moved = events.move_household(household_id=other.household_id, area_code=BAGH, on=MARCH)
    between = state()
    joined = events.join_household(household_id=other.household_id, relationships={son: "other"}, on=MAY)
    after = now()
    with pytest.raises(Refusal, match="REG-081"):
        events.take_back(event_id=moved.event_id)
    events.take_back(event_id=joined.event_id)
    assert state() == between
    events.take_back(event_id=moved.event_id)
    assert state() == before
    assert history.household_of_at(person_id=son, on=JUNE, known_at=after) == other.household_id
    with pytest.raises(Refusal, match="REG-083"):
        events.take_back(event_id=moved.event_id)


@pytest.mark.usefixtures("system")
def test_an_event_that_a_later_one_stands_on_is_not_taken_back_and_the_later_one_is_named() -> None:
    person = family().person_ids[0]
    first = events.change_person(person_id=person, on=MARCH, fields={"surname": "Begum"})
    second = events.change_person(person_id=person, on=MAY, fields={"surname": "Khatoon"})
    with pytest.raises(Refusal, match="REG-081") as refused:
        events.take_back(event_id=first)
    assert refused.value.details["event"] == second
    events.take_back(event_id=second)
    events.take_back(event_id=first)
    assert selectors.get_person(person_id=person)["surname"] == "Bibi"


@pytest.mark.usefixtures("system")
def test_a_day_that_has_not_come_is_refused() -> None:
    person = family().person_ids[0]
    with pytest.raises(Refusal, match="REG-074"):
        events.change_person(
            person_id=person, on=timezone.localdate() + dt.timedelta(days=1), fields={"surname": "Begum"}
        )


def test_a_desk_that_may_not_records_nothing(officer: Any) -> None:
    with acting_as_system(reason="test"):
        home = family()
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY)
    with acting_as_system(reason="test"):
        assert Event.objects.count() == 0
