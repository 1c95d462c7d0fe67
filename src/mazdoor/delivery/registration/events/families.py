"""Marriage, divorce, birth and death: who belongs to which family and household from a day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from mazdoor.delivery.registration import refusals_events
from mazdoor.delivery.registration.events import places
from mazdoor.delivery.registration.events.happening import Happening, happening
from mazdoor.delivery.registration.models import Employment, Family, Household, Member, Person
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.people import PersonAnswers, check_person, record_columns
from mazdoor.kernel.identifiers import registry_number


@dataclass(frozen=True, kw_only=True)
class Born:
    """A child that was born: who they are from now on, and the event."""

    person_id: int
    registry_number: str
    event_id: int


def record_marriage(
    *,
    husband_id: int,
    wife_id: int,
    on: dt.date,
    household_id: int | None = None,
    relationships: Mapping[int, str] | None = None,
    stays_head: int | None = None,
) -> places.Moved:
    """Two persons marry and are one family from ``on``.

    ``household_id`` is where they live: the household of one of them, or ``None`` for a household of their own, headed
    by the husband unless ``relationships`` says otherwise. ``relationships`` gives how each stands to the head there (the
    one who joins is ``spouse`` where the other heads it, else ``child_in_law``). ``stays_head`` names who heads a
    household its head has left. Raises ``REG-075`` to ``REG-077``.
    """
    if husband_id == wife_id:
        raise refusals_events.SAME_PERSON.because()
    homes = {number: _home(number, on) for number in (husband_id, wife_id)}
    known = [number for number in {*homes.values(), household_id} if number is not None]
    with happening(
        kind=Event.Kind.MARRIAGE,
        on=on,
        person_ids=[husband_id, wife_id, *([stays_head] if stays_head else [])],
        household_ids=known,
    ) as event:
        husband = event.person(husband_id)
        event.person(wife_id)
        event.fields = ["marital_status", "husband_name", "household"]
        names = f"{husband.given_name} {husband.surname}".strip()
        event.pen.alter("person", husband_id, {"marital_status": "married"}, since=on)
        event.pen.alter("person", wife_id, {"marital_status": "married", "husband_name": names}, since=on)
        before = str(husband.area_code)
        if household_id is None:
            lives = places.found(event, relationships or {husband_id: "head", wife_id: "spouse"}, area_code=before)
        else:
            lives = household_id
            _couple(event, household_id, husband_id, wife_id, relationships or {})
        for left in {number for number in homes.values() if number not in (None, lives)}:
            if left is not None:
                if stays_head in places.member_ids_on(left, on):
                    places.set_head(event, left, stays_head or 0)
                places.keep_in_order(event, left)
        event.area_code = Household.objects.get(pk=lives).area_code
        event.hand_over(household_id=lives, before=before, after=event.area_code)
    return places.Moved(event_id=event.event_id, household_id=lives, hand_over_id=event.hand_over_id)


def record_divorce(
    *,
    husband_id: int,
    wife_id: int,
    on: dt.date,
    leaves_id: int,
    household_id: int | None = None,
    relationship: str = "other",
    stays_head: int | None = None,
) -> places.Moved:
    """Two persons divorce; ``leaves_id`` (one of them) goes to another household, or to one of their own.

    Raises ``REG-086`` where either is not recorded as married, ``REG-075`` to ``REG-077``.
    """
    if husband_id == wife_id or leaves_id not in (husband_id, wife_id):
        raise refusals_events.SAME_PERSON.because()
    home = _home(leaves_id, on)
    with happening(
        kind=Event.Kind.DIVORCE,
        on=on,
        person_ids=[husband_id, wife_id, *([stays_head] if stays_head else [])],
        household_ids=[number for number in (home, household_id) if number is not None],
    ) as event:
        records = [event.person(number) for number in (husband_id, wife_id)]
        if any(record.marital_status not in ("married", "") for record in records):
            raise refusals_events.NOT_MARRIED.because()
        event.fields = ["marital_status", "husband_name", "household"]
        event.pen.alter("person", husband_id, {"marital_status": "divorced"}, since=on)
        event.pen.alter("person", wife_id, {"marital_status": "divorced", "husband_name": ""}, since=on)
        before = str(records[0].area_code)
        if household_id is None:
            lives = places.found(event, {leaves_id: "head"}, area_code=before)
        else:
            lives = event.household(household_id).pk
            family = _family_of_head(household_id, on)
            places.into_household(event, household_id, {leaves_id: relationship}, family)
        if home is not None and home != lives:
            if stays_head is not None:
                places.set_head(event, home, stays_head)
            places.keep_in_order(event, home)
        event.area_code = Household.objects.get(pk=lives).area_code
    return places.Moved(event_id=event.event_id, household_id=lives)


def record_birth(*, household_id: int, answers: PersonAnswers, mother_id: int | None = None) -> Born:
    """A child is born into a household, and into the family of the mother where she is named (else of the head).

    The child is registered from the day of birth, with a number for life. Raises the refusals of a form, ``REG-070``,
    ``REG-071``, ``REG-075`` where the mother does not live there, ``REG-087`` without a day.
    """
    today = timezone.localdate()
    check_person(answers, on=today)
    if answers.birth_date is None or answers.birth_date_precision != "day":
        raise refusals_events.BIRTH_WITHOUT_DAY.because(field="birth_date")
    born = answers.birth_date
    with happening(
        kind=Event.Kind.BIRTH,
        on=born,
        person_ids=[] if mother_id is None else [mother_id],
        household_ids=[household_id],
    ) as event:
        household = event.household(household_id)
        family_id = _family_of_head(household_id, born)
        if mother_id is not None:
            event.person(mother_id)
            spell = event.membership(mother_id)
            if spell is None or spell.household_id != household_id:
                raise refusals_events.NOT_A_MEMBER.because()
            family_id = spell.family_id
        person = _new_person(household.area_code, today)
        event.person_ids.add(person.pk)
        event.pen.write(
            "person",
            since=born,
            person_id=person.pk,
            **record_columns(answers, area_code=household.area_code, address=""),
        )
        places.enter(
            event, person.pk, household=household, family_id=family_id, relationship=answers.relationship or "child"
        )
        event.area_code = household.area_code
    return Born(person_id=person.pk, registry_number=person.registry_number, event_id=event.event_id)


def record_death(
    *, person_id: int, on: dt.date, head_id: int | None = None, relationships: Mapping[int, str] | None = None
) -> int:
    """A person dies: their membership and employments end, a husband or wife is widowed; returns the event.

    Where the head dies, ``head_id`` heads the household from that day, else the spouse, else the eldest; how the others
    stand to the new head may be said in ``relationships``. Raises ``REG-073`` for somebody recorded as dead before.
    """
    home = _home(person_id, on)
    others = [number for number in (places.member_ids_on(home, on) if home else []) if number != person_id]
    jobs = list(Employment.objects.filter(person_id=person_id).order_by("pk").values_list("pk", flat=True))
    with happening(
        kind=Event.Kind.DEATH,
        on=on,
        person_ids=[person_id, *others],
        household_ids=[home] if home else [],
        others=[("employment", number) for number in jobs],
    ) as event:
        event.person(person_id)
        event.fields = ["died_on"]
        spell = event.membership(person_id)
        event.pen.alter("person", person_id, {"died_on": on}, since=on)
        for number in jobs:
            event.pen.alter("employment", number, _ended(on), since=on)
        if spell is not None:
            _widow(event, spell)
            event.household_ids.add(spell.household_id)
            event.pen.clear("member", person_id, since=on)
            if spell.relationship == "head" and others:
                places.set_head(event, spell.household_id, head_id or _next_head(spell, others), relationships)
            places.keep_in_order(event, spell.household_id)
    return event.event_id


def _couple(
    event: Happening, household_id: int, husband_id: int, wife_id: int, relationships: Mapping[int, str]
) -> None:
    """Both in one household and in one family there; who lives there already keeps the relationship to its head."""
    event.household(household_id)
    spells = {number: event.membership(number) for number in (husband_id, wife_id)}
    there = [number for number, spell in spells.items() if spell is not None and spell.household_id == household_id]
    if not there:
        raise refusals_events.NOT_A_MEMBER.because()
    heads = any(spells[number].relationship == "head" for number in there)
    joins = "spouse" if heads else "child_in_law"
    family_id = (
        spells[there[0]].family_id
        if heads
        else Family.objects.create(
            household_id=household_id, area_code=Household.objects.get(pk=household_id).area_code
        ).pk
    )
    for number in there:
        event.pen.alter("member", number, {"family_id": family_id}, since=event.on)
    coming = {number: relationships.get(number, joins) for number in (husband_id, wife_id) if number not in there}
    if coming:
        places.into_household(event, household_id, coming, family_id)


def _widow(event: Happening, spell: Member) -> None:
    """Head and spouse of one family: when one dies the other is widowed."""
    if spell.relationship not in ("head", "spouse"):
        return
    other = "spouse" if spell.relationship == "head" else "head"
    for row in places.spells_on(spell.household_id, event.on):
        if row.family_id == spell.family_id and row.relationship == other:
            event.person_ids.add(row.person_id)
            event.pen.alter("person", row.person_id, {"marital_status": "widowed"}, since=event.on)


def _next_head(spell: Member, others: list[int]) -> int:
    """The spouse of the head, else the eldest of those who stay."""
    rows: Any = Member.objects.filter(
        person_id__in=others, household_id=spell.household_id, recorded_to__isnull=True, valid_to__isnull=True
    ).values_list("person_id", "relationship")
    relationship = dict(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM registration_personrecord WHERE person_id = ANY (%s) AND valid_to IS NULL "
            "AND recorded_to IS NULL ORDER BY birth_date NULLS LAST, person_id",
            [others],
        )
        eldest = [int(row[0]) for row in cursor.fetchall()]
    return next((number for number in eldest if relationship.get(number) == "spouse"), eldest[0])


def _ended(on: dt.date) -> Any:
    def change(row: Any) -> dict[str, Any]:
        return {} if row.ended_on is not None and row.ended_on <= on else {"ended_on": on}

    return change


def _home(person_id: int, on: dt.date) -> int | None:
    rows = Member.objects.filter(person_id=person_id, recorded_to__isnull=True)
    return next(
        (row.household_id for row in rows if row.valid_from <= on and (row.valid_to is None or row.valid_to > on)), None
    )


def _family_of_head(household_id: int, on: dt.date) -> int:
    spells = places.spells_on(household_id, on)
    head = next((row for row in spells if row.relationship == "head"), None)
    if head is None:
        raise refusals_events.HEAD_LEFT.because()
    return int(head.family_id)


def _new_person(area_code: str, on: dt.date) -> Person:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('registration_person', 'id'))")
        (number,) = cursor.fetchone()
    return Person.objects.create(
        id=number, registry_number=registry_number(number), registered_on=on, area_code=area_code
    )
