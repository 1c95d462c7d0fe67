"""Before anybody is added the whole register is asked who this might already be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from tests.cast.households import household

from mazdoor.access.services import acting_as
from mazdoor.delivery.registration import events, looking, services
from mazdoor.delivery.registration.looking import already_here
from mazdoor.delivery.registration.people import PersonAnswers
from mazdoor.kernel.refusals import Words

pytestmark = pytest.mark.django_db

HERE = PersonAnswers(
    given_name="Bushra", surname="Bibi", father_name="Ghulam Rasool", sex="female", birth_date=dt.date(1984, 3, 7),
    cnic="0123412345671", mobile="03001234567",
)  # fmt: skip


def _register(*people: PersonAnswers, area: str = "PK61801", key: str = "door-1") -> services.Registered:
    first = replace(people[0], relationship="head")
    rest = [replace(person, relationship="sibling") for person in people[1:]]
    return services.register(
        answers=replace(household(), people=[first, *rest], area_code=area), channel="web", idempotency_key=key
    )


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    "told",
    [
        {"cnic": "", "mobile": "", "given_name": "Bushraa", "father_name": "Gulam Rasul"},
        {"cnic": "", "mobile": "", "given_name": "", "surname": "", "father_name": "",
         "given_name_ur": "بشریٰ", "surname_ur": "بی بی", "father_name_ur": "غلام رسول"},
        {"cnic": "", "mobile": "", "birth_date": dt.date(1984, 7, 3)},
        {"cnic": "", "birth_date": dt.date(1984, 1, 1), "birth_date_precision": "year"},
    ],
    ids=["spelt otherwise", "in the other script", "day and month swapped", "only the year"],
)  # fmt: skip
def test_the_same_person_told_otherwise_is_found_and_thought_sure(told: dict[str, Any]) -> None:
    registered = _register(HERE)
    (found,) = already_here(person=replace(HERE, **told), area_code="PK61801")
    assert (found.person_id, found.sure, found.elsewhere) == (registered.person_ids[0], True, False)
    assert "given" in found.agree


@pytest.mark.usefixtures("system")
def test_the_holder_of_the_same_cnic_is_found_whatever_else_is_told() -> None:
    registered = _register(HERE)
    stranger = PersonAnswers(given_name="Nadeem", father_name="Yusuf", sex="male", birth_date=dt.date(2001, 9, 9),
                             cnic="01234-1234567-1")  # fmt: skip
    (found,) = already_here(person=stranger, area_code="PK10101")
    assert (found.person_id, found.why, found.sure) == (registered.person_ids[0], "cnic", True)
    assert {"given", "birth", "sex"} <= set(found.differ)


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0123412345677", ("CNIC: middle and another part the same", "شناختی کارڈ: درمیانی اور ایک اور حصہ ایک جیسا")),
        ("0123142345671", ("CNIC: the same digits in another order", "شناختی کارڈ: وہی ہندسے، ترتیب مختلف")),
        ("0123412345617", ("CNIC: the same digits in another order", "شناختی کارڈ: وہی ہندسے، ترتیب مختلف")),
        ("0923412345671", ("CNIC: middle and another part the same", "شناختی کارڈ: درمیانی اور ایک اور حصہ ایک جیسا")),
        ("0132412345671", ("CNIC: the same digits in another order", "شناختی کارڈ: وہی ہندسے، ترتیب مختلف")),
        ("0123412435671", ("CNIC: the same digits in another order", "شناختی کارڈ: وہی ہندسے، ترتیب مختلف")),
    ],
    ids=["last digit wrong", "two swapped across the first hyphen", "the last two swapped",
         "a digit of the first part wrong", "two of the first part swapped", "two of the middle swapped"],
)  # fmt: skip
def test_a_cnic_one_slip_away_brings_its_holder_with_the_reason(number: str, words: tuple[str, str]) -> None:
    registered = _register(HERE)
    told = replace(HERE, cnic=number, mobile="", surname="", father_name="")
    kept = looking.keys_of(HERE, area_code="PK61801").values()
    asked = looking.asked_keys(**looking._keyed(told, "PK10101"))
    assert not any(key in keys for key, keys in zip(kept, asked, strict=True)), "only the number leads here"
    (found,) = already_here(person=told, area_code="PK10101")
    assert (found.person_id, found.why) == (registered.person_ids[0], "cnic_near")
    assert Words(*words) in found.reasons
    assert already_here(person=replace(told, cnic="0987699945672"), area_code="PK10101") == [], (
        "another number leads nowhere"
    )


@pytest.mark.usefixtures("system")
def test_a_wrong_digit_in_the_middle_of_a_cnic_counts_for_whom_another_key_finds() -> None:
    """So many share a first and a last part that they lead to nobody."""
    registered = _register(HERE)
    told = replace(HERE, cnic="0123412945671", mobile="", surname="", father_name="")
    (found,) = already_here(person=told, area_code="PK61801")
    assert (found.person_id, found.why) == (registered.person_ids[0], "cnic_near")
    assert "cnic" in found.agree
    assert already_here(person=told, area_code="PK10101") == []


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("number", "found"),
    [("0132412345671", True), ("0123412435671", False)],
    ids=["two of the first part swapped", "two of the middle swapped"],
)
def test_the_same_digits_are_looked_for_with_the_middle_part_or_the_birth_the_same(number: str, found: bool) -> None:
    _register(HERE)
    told = replace(HERE, cnic=number, birth_date=dt.date(1988, 5, 9), mobile="")
    assert [likely.why for likely in already_here(person=told, area_code="PK10101")] == ["cnic_near"] * found


@pytest.mark.usefixtures("system")
def test_the_number_of_before_2001_brings_its_holder_with_the_reason() -> None:
    registered = _register(replace(HERE, old_nic="601-84-123456"))
    stranger = PersonAnswers(given_name="Nadeem", father_name="Yusuf", sex="male", birth_date=dt.date(2001, 9, 9),
                             old_nic="60184123456")  # fmt: skip
    (found,) = already_here(person=stranger, area_code="PK10101")
    assert (found.person_id, found.why, found.sure) == (registered.person_ids[0], "old_nic", True)
    assert found.reasons[0] == Words("CNIC: the same old number", "شناختی کارڈ: پرانا نمبر ایک ہی ہے")
    assert already_here(person=replace(stranger, old_nic="60184123457"), area_code="PK10101") == []


@pytest.mark.usefixtures("system")
def test_a_wife_is_found_by_the_keys_that_are_left_and_her_husband_is_compared() -> None:
    registered = _register(replace(HERE, husband_name="Riaz"))
    told = replace(HERE, cnic="", mobile="", father_name="", husband_name="Riyaz")
    (found,) = already_here(person=told, area_code="PK61801")
    assert found.person_id == registered.person_ids[0] and "husband" in found.agree
    assert "husband" in already_here(person=replace(told, husband_name="Tanveer"), area_code="PK61801")[0].differ


@pytest.mark.usefixtures("system")
def test_a_sister_with_the_same_father_and_telephone_is_not_thought_sure() -> None:
    _register(HERE)
    sister = replace(HERE, given_name="Nasreen", birth_date=dt.date(1989, 11, 20), cnic="0123499999991")
    assert [likely for likely in already_here(person=sister, area_code="PK61801") if likely.sure] == []


@pytest.mark.usefixtures("system")
def test_the_likeliest_are_read_where_very_many_share_a_key() -> None:
    """A hundred are read of all that are found: here of two hundred others, all of them on the register before."""
    (namesake,) = _register(
        replace(HERE, cnic="", mobile="", father_name="Noor Alam", birth_date=dt.date(1984, 8, 30)),
        area="PK10101",
    ).person_ids
    (cousin,) = _register(
        replace(HERE, cnic="", mobile="", given_name="Nasreen", birth_date=dt.date(1962, 8, 30)), key="door-2"
    ).person_ids
    for person_id in (namesake, cousin):
        _write_again(person_id, 99)
    (here,) = _register(HERE, area="PK10101", key="door-3").person_ids
    told = replace(HERE, cnic="", mobile="", birth_date=dt.date(1984, 7, 3))
    likely = already_here(person=told, area_code="PK61801")
    assert likely[0].person_id == here, (
        "she stands last under the keys she shares with them, and first by what all keys say"
    )


def _write_again(person_id: int, times: int) -> None:
    """The same person so many times more, each with a number of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH new AS (INSERT INTO registration_person (registry_number, registered_on, area_code) "
            "SELECT lpad((%s::bigint * 1000 + n)::text, 12, '9'), registered_on, area_code FROM registration_person, "
            "generate_series(1, %s) AS n WHERE id = %s RETURNING id) SELECT array_agg(id) FROM new",
            [person_id, times, person_id],
        )
        (ids,) = cursor.fetchone()
        for table in ("registration_personrecord", "registration_personkeys"):
            cursor.execute(
                "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                "AND NOT attisdropped AND attname NOT IN ('id', 'person_id')",
                [table],
            )
            (columns,) = cursor.fetchone()
            cursor.execute(
                f"INSERT INTO {table} (person_id, {columns}) SELECT new, {columns} FROM {table}, unnest(%s) AS new "
                "WHERE person_id = %s",
                [ids, person_id],
            )


@pytest.mark.usefixtures("system")
def test_a_stranger_is_nobody() -> None:
    _register(HERE)
    stranger = PersonAnswers(given_name="Nadeem", father_name="Yusuf", sex="male", birth_date=dt.date(2001, 9, 9))
    assert already_here(person=stranger, area_code="PK61801") == []


def test_of_somebody_in_another_district_only_the_district_is_told(officer: Any) -> None:
    lahore, bagh = officer(desk="registrar", areas=["PK618"]), officer(desk="registrar", areas=["PK101"])
    with acting_as(officer_id=lahore.pk):
        _register(HERE)
    with acting_as(officer_id=bagh.pk):
        (found,) = already_here(person=replace(HERE, mobile=""), area_code="PK10101")
    assert (found.elsewhere, found.area_code, found.why, found.sure) == (True, "PK618", "cnic", True)
    assert (found.person_id, found.registry_number, found.name, found.father_name, found.birth_date) == (
        0,
        "",
        "",
        "",
        None,
    )


@pytest.mark.usefixtures("system")
def test_the_keys_follow_a_correction() -> None:
    (person_id,) = _register(HERE).person_ids
    events.correct_fields(person_id=person_id, fields={"given_name": "Kaneez"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registration_personkeys WHERE person_id = %s", [person_id])
        names = [column[0] for column in cursor.description]
        (row,) = cursor.fetchall()
    kept = dict(zip(names, row, strict=True))
    now = looking.keys_of(replace(HERE, given_name="Kaneez"), area_code="PK61801")
    assert {name: kept[name] for name in looking.KEY_COLUMNS} == now
